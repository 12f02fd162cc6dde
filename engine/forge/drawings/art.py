"""Drawings as RGBA squares, from vectors and from pixels that nobody vouches for."""

import io
import re

from PIL import Image, UnidentifiedImageError

from engine.errors import Unavailable

SIDE = 128
"""Of pictures where no other is named."""
MOST_BYTES = 4 << 20
MOST_PIXELS = 4096 * 4096
FOREIGN = re.compile(rb"""<!ENTITY|<image|<script|href\s*=\s*["'](?!#)""", re.IGNORECASE)
"""What makes a vector more than a drawing: it would read other files, or grow without end."""


def vector(svg: bytes, side: int = SIDE) -> Image.Image | None:
    """An SVG drawn as RGBA on a square; None where it is too large, unsound or empty.

    Raises Unavailable without a renderer.
    """
    try:
        import resvg_py
    except ImportError as error:
        raise Unavailable("drawing vectors needs: pip install resvg-py") from error
    if len(svg) > MOST_BYTES or FOREIGN.search(svg):
        return None
    try:
        text = svg.decode("utf-8")
        png = bytes(resvg_py.svg_to_bytes(svg_string=text, width=side, height=side))
        return square(Image.open(io.BytesIO(png)).convert("RGBA"), side)
    except (ValueError, OSError):
        return None


def raster(data: bytes, side: int = SIDE) -> Image.Image | None:
    """A PNG or WebP as RGBA on a square; None where it is too large, unsound or empty."""
    if len(data) > MOST_BYTES:
        return None
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "WEBP")) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                return None
            return square(picture.convert("RGBA"), side)
    except (OSError, ValueError, SyntaxError, UnidentifiedImageError, Image.DecompressionBombError):
        return None


def square(picture: Image.Image, side: int = SIDE) -> Image.Image | None:
    """Crop to what is drawn and centre it on a transparent square, whose side is its longest;
    None where nothing is drawn."""
    box = picture.getchannel("A").getbbox()
    if box is None:
        return None
    cut = picture.crop(box)
    scale = side / max(cut.size)
    size = (max(1, round(cut.width * scale)), max(1, round(cut.height * scale)))
    canvas = Image.new("RGBA", (side, side))
    where = ((side - size[0]) // 2, (side - size[1]) // 2)
    canvas.paste(cut.resize(size, Image.Resampling.LANCZOS), where)
    return canvas


def composed(parts: list[Image.Image]) -> Image.Image:
    """The first with the others, half as large, before it, at its lower right."""
    whole = parts[0].copy()
    for other in parts[1:]:
        small = other.resize((whole.width // 2, whole.height // 2), Image.Resampling.LANCZOS)
        whole.alpha_composite(small, (whole.width - small.width, whole.height - small.height))
    return whole
