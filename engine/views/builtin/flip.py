"""Upside down, as in water."""

from engine.views.grids import grid, permuted
from engine.views.view import View

VIEW = View(
    "upside down, mirrored as in water", lambda square: permuted(grid(square.side)[::-1]), place=10
)
