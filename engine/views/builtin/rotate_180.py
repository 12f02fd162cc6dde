"""Turned by 180 degrees, counter-clockwise."""

from engine.views.grids import turned
from engine.views.view import View

VIEW = View("turned by half, standing on its head", lambda square: turned(square, 2), place=22)
