"""From the bytes of a file, trusted in nothing, to an upright RGB picture on a plain ground."""

import io
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import numpy as np
from PIL import ExifTags, Image, ImageOps

from engine.errors import BadInput

FORMATS = "PNG, JPEG, WEBP, GIF, BMP or TIFF"
LONGEST = 12
"""So many bytes are enough to tell."""

_BEGINNINGS = {
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF87a": "GIF",
    b"GIF89a": "GIF",
    b"BM": "BMP",
    b"II*\0": "TIFF",
    b"MM\0*": "TIFF",
    b"II+\0": "TIFF",
    b"MM\0+": "TIFF",
}
MOST_PIXELS = 64 * 10**6
_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)
_DAMAGE = (
    OSError, SyntaxError, ValueError, EOFError, TypeError, IndexError, KeyError, AttributeError,
    OverflowError, RuntimeError, struct.error, zlib.error,
)  # fmt: skip
"""What Pillow's readers raise on bytes that are not what their beginning promises."""


def sniffed(data: bytes) -> str | None:
    """The format's name as Pillow has it, or None for what is none of the six."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    return next((name for start, name in _BEGINNINGS.items() if data.startswith(start)), None)


def decoded(data: bytes, name: str, ground: str = "white") -> tuple[Image.Image, str]:
    """The picture in `data` as RGB, and what was done to it in one line.

    The first frame, turned upright by its EXIF orientation, transparency composed on `ground`, any
    colour mode. Raises BadInput, speaking of `name`, for what is no picture, is cut short, has no
    pixels or more than 64 million; those are counted before anything is decoded.
    """
    kind = sniffed(data)
    if kind is None:
        why = "not a picture" if data else "empty"
        raise BadInput(f"{name} is {why}: give a {FORMATS} file")
    with _in_one_line(name, kind), Image.open(io.BytesIO(data), formats=[kind]) as file:
        _check_size(file.size, name)
        image: Image.Image = file
        notes: list[str] = []
        for step in (_first_frame, _upright, _eight_bit, partial(_on, ground)):
            image, note = step(image)
            notes += [note] if note else []
        return image.convert("RGB"), ", ".join(notes)


@contextmanager
def _in_one_line(name: str, kind: str) -> Iterator[None]:
    """Pillow's refusals as BadInput; its warnings about odd files stay off the terminal."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            yield
    except BadInput:
        raise
    except _BOMBS:
        raise BadInput(_too_large(name)) from None
    except _DAMAGE:
        raise BadInput(f"{name} is cut short, damaged, or an unusual kind of {kind}") from None


def _check_size(size: tuple[int, int], name: str) -> None:
    if min(size) < 1:
        raise BadInput(f"{name} has no pixels: it is {size[0]}×{size[1]}")
    if size[0] * size[1] > MOST_PIXELS:
        raise BadInput(_too_large(name))


def _too_large(name: str) -> str:
    return f"{name} has more than {MOST_PIXELS // 10**6} million pixels: make it smaller first"


def _first_frame(image: Image.Image) -> tuple[Image.Image, str]:
    return image, "took the first frame" if getattr(image, "is_animated", False) else ""


def _upright(image: Image.Image) -> tuple[Image.Image, str]:
    lying = image.getexif().get(ExifTags.Base.Orientation) in range(2, 9)
    image.load()  # a TIFF turns itself
    return (ImageOps.exif_transpose(image), "turned upright") if lying else (image, "")


def _eight_bit(image: Image.Image) -> tuple[Image.Image, str]:
    """16-bit grey by its full range; 32-bit values, which have no white, by their own."""
    if image.mode.startswith("I;16"):
        levels = (np.asarray(image).astype(np.uint32) + 128) // 257
        return Image.fromarray(levels.astype(np.uint8)), "16-bit grey made 8-bit"
    if image.mode in ("I", "F"):
        values = np.nan_to_num(np.asarray(image).astype(np.float64))
        values -= values.min()
        values *= 255 / max(float(values.max()), 1e-12)
        return Image.fromarray(values.round().astype(np.uint8)), "its own range made 8-bit"
    return image, ""


def _on(ground: str, image: Image.Image) -> tuple[Image.Image, str]:
    if not image.has_transparency_data:
        return image, ""
    image = image.convert("RGBA")
    plain = Image.new("RGB", image.size, ground)
    plain.paste(image, mask=image.getchannel("A"))
    return plain, f"transparency on {ground}"
