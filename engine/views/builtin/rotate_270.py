"""Turned by 270 degrees, counter-clockwise."""

from engine.views.grids import turned
from engine.views.view import View

VIEW = View("a quarter turn to the right", lambda square: turned(square, 3), place=23)
