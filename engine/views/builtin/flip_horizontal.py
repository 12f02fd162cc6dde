"""Left and right change places."""

from engine.views.grids import grid, permuted
from engine.views.view import View

VIEW = View(
    "left and right change places, as in a mirror",
    lambda square: permuted(grid(square.side)[:, ::-1]),
    place=11,
)
