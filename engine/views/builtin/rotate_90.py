"""Turned by 90 degrees, counter-clockwise."""

from engine.views.grids import turned
from engine.views.view import View

VIEW = View("a quarter turn to the left", lambda square: turned(square, 1), place=21)
