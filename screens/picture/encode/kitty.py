"""Pictures in kitty's graphics protocol, shown by placeholder cells that move like text.

A picture is placed once and then edited in place: the terminal holds one image with one placement,
however many frames come. Every command asks for no reply (q=2). Ids go from 1 to 2²⁴ - 1, because
a cell's foreground colour carries them; they are shared by all that runs in one terminal.
https://sw.kovidgoyal.net/kitty/graphics-protocol/
"""

import re
from base64 import standard_b64encode
from collections.abc import Iterator

from PIL import Image

from screens.picture.encode.payload import payload
from screens.picture.quality import reduced

# The combining characters that number rows and columns of placeholder cells: the protocol's
# rowcolumn-diacritics.txt takes them from Unicode 6.0, every nonspacing mark of combining class 230
# without a decomposition, in order of code points, but for nineteen that normalisation could fuse
# with a letter. Written here as ranges of that set, made from Unicode's own data.
_RANGES = """
305 30d-30e 310 312 33d-33f 346 34a-34c 350-352 357 35b 363-36f 483-487 592-595 597-599 59c-5a1
5a8-5a9 5ab-5ac 5af 5c4 610-617 657-65b 65d-65e 6d6-6dc 6df-6e2 6e4 6e7-6e8 6eb-6ec 730 732-733
735-736 73a 73d 73f-741 743 745 747 749-74a 7eb-7f1 7f3 816-819 81b-823 825-827 829-82d 951 953-954
f82-f83 f86-f87 135d-135f 17dd 193a 1a17 1a75-1a7c 1b6b 1b6d-1b73 1cd0-1cd2 1cda-1cdb 1ce0 1dc0-1dc1
1dc3-1dc9 1dcb-1dcc 1dd1-1de6 1dfe 20d0-20d1 20d4-20d7 20db-20dc 20e1 20e7 20e9 20f0 2cef-2cf1
2de0-2dff a66f a67c-a67d a6f0-a6f1 a8e0-a8f1 aab0 aab2-aab3 aab7-aab8 aabe-aabf aac1 fe20-fe26 10a0f
10a38 1d185-1d189 1d1aa-1d1ad 1d242-1d244
"""


def _spread(ranges: str) -> str:
    ends = [part.split("-") for part in ranges.split()]
    return "".join(
        chr(code) for pair in ends for code in range(int(pair[0], 16), int(pair[-1], 16) + 1)
    )


DIACRITICS = _spread(_RANGES)
"""Character n stands for row or column n, from 0; there are 297."""

PLACEHOLDER = "\U0010eeee"
CHUNK = 4096
LARGEST = len(DIACRITICS)
"""Rows and columns that placeholder cells can number."""

_COMMAND = re.compile(rb"\x1b_G.*?\x1b\\", re.DOTALL)


def place(
    ident: int, image: Image.Image, columns: int, rows: int, colours: int | None = None
) -> bytes:
    """Send ``image`` at its own size; the terminal scales it to ``columns`` by ``rows`` cells.

    ``colours`` (2 to 256) reduces it first, None keeps every pixel. The placement has a number, so
    that placing again replaces it: without one Ghostty keeps all of them.
    """
    _check(columns, rows)
    placed = f"a=T,U=1,i={_checked(ident)},p=1,c={columns},r={rows},q=2"
    return b"".join(_chunks(placed, "q=2", image, colours))


def frame(ident: int, image: Image.Image, colours: int | None = None, top: int = 0) -> bytes:
    """New pixels for a picture that was placed, of the same width, from row ``top`` of it down.

    Every chunk names the frame that it edits: kitty 0.41 reads a chunk without as another frame,
    appends it, and never frees it.
    """
    edits = f"a=f,i={_checked(ident)},r=1,q=2"
    return b"".join(_chunks(f"{edits},X=1,x=0,y={top}", edits, image, colours))


def replace(
    ident: int, image: Image.Image, columns: int, rows: int, colours: int | None = None
) -> bytes:
    """The same for another size, or for a terminal that cannot edit frames.

    The old picture goes with the first chunk, so the screen stands still until the last.
    """
    return b"\x1b[?2026h" + place(ident, image, columns, rows, colours) + b"\x1b[?2026l"


def delete(ident: int) -> bytes:
    """Free the picture and its placement."""
    return f"\x1b_Ga=d,d=I,i={_checked(ident)},q=2\x1b\\".encode()


def rows(ident: int, columns: int, rows: int) -> list[str]:
    """Lines of placeholder cells, to be written in :func:`colour`; each is ``columns`` wide.

    Every cell numbers its row and column itself, so any part of a line may be drawn alone: one that
    a dialog covers half, one that is scrolled.
    """
    _checked(ident)
    _check(columns, rows)
    return [
        "".join(PLACEHOLDER + DIACRITICS[row] + DIACRITICS[column] for column in range(columns))
        for row in range(rows)
    ]


def colour(ident: int) -> tuple[int, int, int]:
    """The foreground, exactly these red, green and blue, by which cells name their picture."""
    _checked(ident)
    return ident >> 16, ident >> 8 & 255, ident & 255


def numbered(ident: int) -> int:
    """The same for terminals of 256 colours: the number of the foreground; ids below 256 only."""
    if not 1 <= ident <= 255:
        raise ValueError(f"picture id {ident} has no colour among 256: use 1 to 255")
    return ident


def wrapped(data: bytes) -> bytes:
    """Each command in an envelope that tmux opens and passes on; all else as it is."""
    return _COMMAND.sub(lambda found: _enveloped(found.group()), data)


def _enveloped(command: bytes) -> bytes:
    return b"\x1bPtmux;" + command.replace(b"\x1b", b"\x1b\x1b") + b"\x1b\\"


def _chunks(first: str, later: str, image: Image.Image, colours: int | None) -> Iterator[bytes]:
    keys, data = payload(reduced(image, colours))
    text = standard_b64encode(data)
    for at in range(0, len(text), CHUNK):
        more = int(at + CHUNK < len(text))
        control = f"{later},m={more}" if at else f"{first},{keys},m={more}"
        yield b"\x1b_G" + control.encode() + b";" + text[at : at + CHUNK] + b"\x1b\\"


def _checked(ident: int) -> int:
    if not 1 <= ident < 1 << 24:
        raise ValueError(f"picture id {ident} does not fit a colour: use 1 to {(1 << 24) - 1}")
    return ident


def _check(columns: int, rows: int) -> None:
    if not (1 <= columns <= LARGEST and 1 <= rows <= LARGEST):
        raise ValueError(f"{columns} by {rows} cells: use 1 to {LARGEST} each way")
