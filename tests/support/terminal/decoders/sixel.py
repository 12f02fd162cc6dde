"""From sixel strings to pixels, as DEC STD 070 has them, and strict about the box."""

import re
from typing import NamedTuple

import numpy as np
from PIL import Image

from tests.support.terminal.decoders import ProtocolError

LIMIT, REGISTERS, BAND = 1_000_000, 256, 6
_STRING = re.compile(rb"\x1bP([\d;]*)q([^\x1b]*)\x1b\\")
_RASTER = re.compile(rb'"(\d+);(\d+);(\d+);(\d+)')
_TOKEN = re.compile(
    rb"#(?P<register>\d+)(?:;2;(?P<rgb>\d+;\d+;\d+))?"
    rb"|!(?P<count>\d+)(?P<repeated>[?-~])|(?P<plain>[?-~])|(?P<jump>[$-])"
)
_DRAWN = re.compile(rb"\x1b7\x1b\[(\d+);(\d+)H(\x1bP[^\x1b]*\x1b\\)\x1b8")


class Drawn(NamedTuple):
    """A picture, RGBA with what was not painted transparent, at a cell of the screen (from 0)."""

    column: int
    line: int
    image: Image.Image


def drawn(stream: bytes) -> list[Drawn]:
    """Every sixel picture of a stream that was put somewhere, oldest first."""
    return [
        Drawn(int(found[2]) - 1, int(found[1]) - 1, decoded(found[3]))
        for found in _DRAWN.finditer(stream)
    ]


def decoded(data: bytes) -> Image.Image:
    """One sixel string as RGBA of the size that it declares.

    Raises :class:`ProtocolError` for what is too long, paints outside its own size, uses a register
    before it is defined or beyond 256, or does not parse.
    """
    whole = _STRING.fullmatch(data)
    if not whole or len(data) > LIMIT:
        raise ProtocolError(f"not one sixel string under 1 MB: {len(data)} bytes, {data[:40]!r}")
    body = whole[2]
    raster = _RASTER.match(body)
    if not raster or raster[1] != raster[2]:
        raise ProtocolError("square pixels and a size have to be declared")
    canvas = _Canvas(int(raster[3]), int(raster[4]))
    at = raster.end()
    while at < len(body):
        token = _TOKEN.match(body, at)
        if not token:
            raise ProtocolError(f"not sixel data at {at}: {body[at : at + 20]!r}")
        canvas.take(token)
        at = token.end()
    return canvas.image()


class _Canvas:
    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.pixels = np.zeros((height, width, 4), np.uint8)
        self.palette: dict[int, tuple[int, ...]] = {}
        self.colour: tuple[int, ...] | None = None
        self.x = self.y = 0

    def take(self, token: re.Match[bytes]) -> None:
        if token["register"]:
            self._register(int(token["register"]), token["rgb"])
        elif token["jump"]:
            self.x = 0
            self.y += BAND * (token["jump"] == b"-")
        else:
            sign = token["plain"] or token["repeated"]
            self._paint(sign[0] - ord("?"), int(token["count"] or 1))

    def _register(self, number: int, percent: bytes | None) -> None:
        if number >= REGISTERS:
            raise ProtocolError(f"register {number}: terminals have {REGISTERS} at most")
        if percent is not None:
            parts = [int(part) for part in percent.split(b";")]
            if max(parts) > 100:
                raise ProtocolError(f"colours go to 100 percent: {parts}")
            self.palette[number] = (*(round(part * 2.55) for part in parts), 255)
        if number not in self.palette:
            raise ProtocolError(f"register {number} is used before it is defined")
        self.colour = self.palette[number]

    def _paint(self, bits: int, count: int) -> None:
        end = self.x + count
        rows = [self.y + bit for bit in range(BAND) if bits >> bit & 1]
        if rows and (end > self.width or rows[-1] >= self.height):
            raise ProtocolError(
                f"painted outside {self.width}x{self.height}: to {end},{rows[-1] + 1}"
            )
        if rows and self.colour is None:
            raise ProtocolError("painted before a colour was chosen")
        self.pixels[rows, self.x : end] = self.colour or 0
        self.x = end

    def image(self) -> Image.Image:
        return Image.fromarray(self.pixels)
