"""What a terminal's screen shows of pictures: cells of text, pixels over them, kitty's pictures."""

import numpy as np
import pyte
from PIL import Image

from tests.support.terminal.decoders.kitty import Kitty
from tests.support.terminal.decoders.placeholders import parts
from tests.support.terminal.decoders.sixel import decoded
from tests.support.terminal.escape_parser import Splitter
from tests.support.terminal.pty_terminal import HIDDEN, SHOWN

HALF, CELL = "▄", "\U0010eeee"
Cells = tuple[int, int, int, int]
"""Column, line, columns, rows."""


class Written(pyte.Screen):
    """Tells of every cell that is written or wiped."""

    def __init__(self, glass: "Glass", columns: int, lines: int) -> None:
        self.glass = glass
        super().__init__(columns, lines)

    def draw(self, data: str) -> None:
        for char in data:
            at = self.cursor.x, self.cursor.y
            super().draw(char)
            self.glass.wipe(*at, 1, 1)
            if char == CELL:
                self.glass.look(at, self.cursor.attrs.fg)

    def erase_in_display(self, how: int = 0, *args: object, **kwargs: object) -> None:
        super().erase_in_display(how, *args, **kwargs)
        self.glass.wipe(0, 0, self.columns, self.lines)

    def index(self) -> None:
        self.glass.scrolls += self.cursor.y == self.lines - 1
        super().index()


class Glass:
    """Feed it what a program wrote; what it writes to the normal screen is left out.

    While it is ``closed`` only what the terminal holds is followed, not what it shows.
    ``layer`` has sixels, RGBA; ``scrolls`` counts what moved the whole screen. ``blind`` are cells
    of a picture that kitty did not have yet when they were written: it looks for it only then.
    """

    def __init__(self, size: tuple[int, int], cell: tuple[int, int] = (10, 20)) -> None:
        self.cell, self.kitty, self.shown = cell, Kitty(), True
        self.closed = False
        self._splitter, self._read = Splitter(), 0
        self.resize(size)

    def resize(self, size: tuple[int, int]) -> None:
        """Another window: everything has to be written anew."""
        self.size, self.scrolls = size, 0
        self.layer = np.zeros((size[1] * self.cell[1], size[0] * self.cell[0], 4), np.uint8)
        self.blind: set[tuple[int, int]] = set()
        self.screen = Written(self, *size)
        self._stream = pyte.ByteStream(self.screen)

    def see(self, raw: bytes | bytearray) -> "Glass":
        """All that came so far; what is new is looked at, from the app's own screen on."""
        self._read = self._read or raw.find(SHOWN)
        if self._read < 0:
            self._read = 0
            return self
        fresh, self._read = bytes(raw[self._read :]), len(raw)
        for part in self._splitter.feed(fresh):
            if part.kind == "text" and (SHOWN in part.data or HIDDEN in part.data):
                before, self.shown = self.shown, part.data.rfind(SHOWN) > part.data.rfind(HIDDEN)
                if self.shown and not before:
                    self.resize(self.size)  # a terminal gives an empty screen
            if not self.shown:
                continue
            self.kitty.feed(part.data)
            if self.closed:
                continue
            if part.kind != "string":
                self._stream.feed(part.data)
            elif part.data.startswith(b"\x1bP") and b'q"' in part.data[:16]:
                self._sixel(part.data)
        return self

    def look(self, at: tuple[int, int], colour: str) -> None:
        """A cell of a picture was written; its colour is the picture's number."""
        there = len(colour) != 6 or int(colour, 16) in self.kitty.images
        self.blind = self.blind - {at} if there else self.blind | {at}

    def wipe(self, column: int, line: int, columns: int, rows: int) -> None:
        """Text over pixels: they are gone."""
        wide, high = self.cell
        top, left = line * high, column * wide
        self.layer[top : top + rows * high, left : left + columns * wide] = 0

    def sixels(self, cells: Cells) -> Image.Image:
        """The pixels over some cells."""
        (column, line, columns, rows), (wide, high) = cells, self.cell
        part = self.layer[line * high : (line + rows) * high, column * wide :]
        return Image.fromarray(part[:, : columns * wide])

    def halves(self, cells: Cells) -> Image.Image:
        """Two pixels a cell."""
        column, line, columns, rows = cells
        image = Image.new("RGB", (columns, 2 * rows))
        for y in range(rows):
            for x in range(columns):
                cell = self.screen.buffer[line + y][column + x]
                low = cell.fg if cell.data == HALF else cell.bg
                image.putpixel((x, 2 * y), _rgb(cell.bg))
                image.putpixel((x, 2 * y + 1), _rgb(low))
        return image

    def held(self, cells: Cells) -> Image.Image | None:
        """The picture whose parts stand in all of these cells, each where it belongs."""
        column, line, columns, rows = cells
        try:
            found = parts(self.screen)
        except ValueError:
            return None  # a cell whose marks are still on the way
        here = [found.get((column + x, line + y)) for y in range(rows) for x in range(columns)]
        if any((column + x, line + y) in self.blind for y in range(rows) for x in range(columns)):
            return None
        first = here[0]
        right = [(y, x) for y in range(rows) for x in range(columns)]
        if first is None or [part and part[1:] for part in here] != right:
            return None
        image = self.kitty.images.get(first.ident)
        return (
            image.pixels
            if image and {part and part.ident for part in here} == {first.ident}
            else None
        )

    def _sixel(self, data: bytes) -> None:
        image, (wide, high) = decoded(data), self.cell
        cursor = self.screen.cursor
        self.scrolls += cursor.y + -(-image.height // high) >= self.size[1]
        pixels = np.asarray(image)
        top, left = cursor.y * high, cursor.x * wide
        under = self.layer[top : top + image.height, left : left + image.width]
        pixels = pixels[: under.shape[0], : under.shape[1]]  # the window may have become smaller
        under[:] = np.where(pixels[..., 3:] > 0, pixels, under)

    @property
    def text(self) -> str:
        return "\n".join(self.screen.display)


def _rgb(name: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(name)) if len(name) == 6 else (0, 0, 0)
