"""Drawing without a screen: stencils, tools, a pen, and a picture that remembers what it was.

Every tool makes a stencil (mode L, 255 where it touches); a picture of any mode is painted through
it, so a mask is drawn by the same tools as a picture. Nothing here knows a widget or a key.
"""
