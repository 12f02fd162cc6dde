"""The negative of a photograph."""

from engine.views.grids import grid, permuted
from engine.views.view import View

VIEW = View(
    "the negative: light is dark, red is cyan",
    lambda square: permuted(grid(square.side), sign=-1.0),
    place=30,
)
