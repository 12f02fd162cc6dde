"""How a picture reaches the terminal: the one seam between the screens and what the terminal can.

Screens use :class:`screens.picture.widget.Picture`; the roof calls :func:`screens.picture.mode.choose`
once, before the app runs. Nothing else knows how pixels are drawn.
"""
