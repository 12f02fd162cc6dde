"""How a picture reaches the terminal: the one seam between the screens and what the terminal can.

Screens use :class:`screens.picture.widget.Picture`; before the app runs, the roof calls
:func:`screens.picture.detect.detect` and :func:`screens.picture.picture_mode.choose` once.
Nothing else knows how pixels are drawn.
"""
