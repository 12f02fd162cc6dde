"""Which part of which picture stands in each cell of a screen."""

from typing import NamedTuple

import pyte

from screens.picture.encode.kitty import DIACRITICS

PLACEHOLDER = "\U0010eeee"


class Part(NamedTuple):
    """Row and column, from 0, of the picture ``ident`` as it was placed."""

    ident: int
    row: int
    column: int


def parts(screen: pyte.Screen) -> dict[tuple[int, int], Part]:
    """(column, line) of every placeholder cell and what it shows, where colours are exact."""
    found = {}
    for line, cells in screen.buffer.items():
        for column in range(screen.columns):
            cell = cells[column]
            if cell.data.startswith(PLACEHOLDER):
                row, of = (DIACRITICS.index(mark) for mark in cell.data[1:])
                found[column, line] = Part(int(cell.fg, 16), row, of)
    return found
