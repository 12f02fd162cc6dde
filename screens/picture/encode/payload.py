"""A picture's bytes for kitty's protocol, without loss, in the smallest of the forms worth trying.

Noise holds nothing to find but how often each byte comes: Huffman codes alone are the smallest
there and take a third of the time that looking for repeats does. Pictures under a little noise are
smallest as PNG, whose filters take the smooth part away, and only what is mostly flat repays a
thorough look for repeats.
"""

import io
import zlib
from functools import partial
from typing import NamedTuple, cast

from PIL import Image

SIGNATURE = b"\x89PNG\r\n\x1a\n"
QUICK, THOROUGH = 1, 6
"""zlib's levels."""
FLAT = 0.5
"""How far below plain Huffman codes a quick look must come before a thorough one is worth it."""


class Payload(NamedTuple):
    """Bytes as they are sent (before base64), and the keys that say how to read them."""

    keys: str
    data: bytes


def payload(image: Image.Image) -> Payload:
    """The pixels of a P or RGB picture at its own size."""
    plain, quick, *thorough = _INDEXED if image.mode == "P" else _EXACT
    tried = [one(image) for one in (plain, quick)]
    if len(tried[1].data) < FLAT * len(tried[0].data):
        tried += [one(image) for one in thorough]
    return min(tried, key=lambda found: len(found.data))


def _indexed(level: int, strategy: int, image: Image.Image) -> Payload:
    return Payload("f=100", _packed(image, level, strategy))


def _png(level: int, strategy: int, image: Image.Image) -> Payload:
    file = io.BytesIO()
    image.save(file, "PNG", compress_level=level, compress_type=strategy)
    return Payload("f=100", file.getvalue())


def _zlib(level: int, strategy: int, image: Image.Image) -> Payload:
    packer = zlib.compressobj(level, strategy=strategy)
    data = packer.compress(image.tobytes()) + packer.flush()
    return Payload(f"f=24,o=z,s={image.width},v={image.height}", data)


def _packed(image: Image.Image, level: int, strategy: int) -> bytes:
    """A picture of mode P as a PNG file with a byte a pixel and no filters.

    Pillow packs and filters few colours, and both spoil what Huffman codes gain on noise: 64 by 64
    in 8 colours is a fifth larger with them. Third edition: https://www.w3.org/TR/png-3/
    """
    width, height = image.size
    pixels = image.tobytes()
    lines = b"".join(b"\0" + pixels[at : at + width] for at in range(0, len(pixels), width))
    packer = zlib.compressobj(level, strategy=strategy)
    return (
        SIGNATURE
        + _chunk(b"IHDR", width.to_bytes(4) + height.to_bytes(4) + b"\x08\x03\0\0\0")
        + _chunk(b"PLTE", _palette(image))
        + _chunk(b"IDAT", packer.compress(lines) + packer.flush())
        + _chunk(b"IEND", b"")
    )


def _palette(image: Image.Image) -> bytes:
    """The colours up to the last one in use."""
    last = cast(int, image.getextrema()[1])
    return bytes(image.getpalette() or [])[: 3 * (last + 1)]


def _chunk(kind: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4)


_INDEXED = (
    partial(_indexed, QUICK, zlib.Z_HUFFMAN_ONLY),
    partial(_indexed, QUICK, zlib.Z_DEFAULT_STRATEGY),
    partial(_indexed, THOROUGH, zlib.Z_DEFAULT_STRATEGY),
)
_EXACT = (
    partial(_zlib, QUICK, zlib.Z_HUFFMAN_ONLY),
    partial(_png, QUICK, zlib.Z_RLE),
    partial(_png, THOROUGH, zlib.Z_FILTERED),
    partial(_zlib, THOROUGH, zlib.Z_DEFAULT_STRATEGY),
)
