"""A picture's bytes for kitty's protocol, in the smallest of the forms that are worth trying."""

import io
import zlib
from typing import NamedTuple

from PIL import Image

FAST, GOOD = 1, 6
"""zlib levels: to find whether a picture repeats itself at all, and for one that does."""


class Payload(NamedTuple):
    """Bytes as they are sent (before base64), and the keys that say how to read them."""

    keys: str
    data: bytes


def payload(image: Image.Image) -> Payload:
    """The pixels of a P or RGB picture at native size, without loss, as PNG or zlib.

    Noise has nothing to find but how often each byte comes, so there Huffman codes alone are the
    smallest and take a third of the time; matches are looked for only where a quick look finds any.
    """
    pack = _png if image.mode == "P" else _zlib
    plain = pack(image, FAST, zlib.Z_HUFFMAN_ONLY)
    quick = pack(image, FAST, zlib.Z_DEFAULT_STRATEGY)
    if len(plain.data) <= len(quick.data):
        return plain
    ways = {pack, _png}
    return min(
        (quick, *(way(image, GOOD, zlib.Z_DEFAULT_STRATEGY) for way in ways)),
        key=lambda one: len(one.data),
    )


def _png(image: Image.Image, level: int, strategy: int) -> Payload:
    file = io.BytesIO()
    image.save(file, "PNG", compress_level=level, compress_type=strategy)
    return Payload("f=100", file.getvalue())


def _zlib(image: Image.Image, level: int, strategy: int) -> Payload:
    packer = zlib.compressobj(level, strategy=strategy)
    data = packer.compress(image.tobytes()) + packer.flush()
    return Payload(f"f=24,o=z,s={image.width},v={image.height}", data)
