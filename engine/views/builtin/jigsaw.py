"""A jigsaw of 4 × 4 pieces that swap places and still fit.

Pieces whose row and column sum to an even number have tabs to the left and right and hollows
above and below, odd ones the other way; the frame is straight. So cut, the puzzle turned by 90
degrees about its centre has the same cuts, and the four pieces that come to lie upon one another
are of one shape: four corners, two kinds of edges, four inner ones. Each four swap places, and
a piece that goes n places on turns by n quarters.
"""

import numpy as np

from engine.views.grids import check_divides, grid, permuted
from engine.views.view import Index, LinearMap, Resolution, View

PIECES = 4
RADIUS, BEYOND = 1 / 5, 1 / 8
"""A tab is a disc: its radius, and how far its centre lies beyond the edge, in pieces."""
GOES = {(0, 0): (1, 0, 3, 2), (0, 1): (2, 3, 1, 0), (0, 2): (3, 2, 1, 0), (1, 1): (1, 3, 0, 2)}
"""For a piece of each shape: where it and the three that it turns into go; none stays."""


def at(square: Resolution) -> LinearMap:
    """Cut along cells, so that stage II has the very same pieces."""
    check_divides("jigsaw", PIECES, square.cells)
    cell = np.ones((square.scale, square.scale), np.int64)
    pieces, pixels = np.kron(cut(square.cells), cell), grid(square.side)
    index = pixels.copy()
    for (row, column), goes in GOES.items():
        shape = pieces == row * PIECES + column
        for start, end in enumerate(goes):
            there = np.rot90(shape, end)
            index[there] = np.rot90(pixels, end - start)[there]
    return permuted(index)


def cut(cells: int) -> Index:
    """The number of the piece, 0 to 15 in reading order, that each cell belongs to."""
    edge = cells // PIECES
    names = grid(PIECES)
    pieces = np.kron(names, np.ones((edge, edge), np.int64))
    _add_tabs(pieces, names, edge, even=True)
    _add_tabs(pieces.T, names.T, edge, even=False)
    return pieces


def _add_tabs(pieces: Index, names: Index, edge: int, even: bool) -> None:
    """Across the edges between left and right; the even or the odd pieces get the tabs."""
    ticks = 2 * np.arange(pieces.shape[0]) + 1
    for row, border in np.ndindex(PIECES, PIECES - 1):
        outwards = ((row + border) % 2 == 0) == even
        across = (ticks - 2 * edge * (border + 1)) * (1 if outwards else -1)
        along = ticks - edge * (2 * row + 1)
        disc = along[:, None] ** 2 + (across - 2 * edge * BEYOND) ** 2
        tab = (disc <= (2 * edge * RADIUS) ** 2) & (across > 0)
        pieces[tab] = names[row, border if outwards else border + 1]


VIEW = View("sixteen pieces of a jigsaw swap places and fit again", at, place=70)
