"""The picture as it is."""

from engine.views.grids import grid, permuted
from engine.views.view import View

VIEW = View("the picture as it is", lambda square: permuted(grid(square.side)), place=0)
