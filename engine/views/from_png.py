"""A view as a picture: an n × n PNG, where a pixel's red and green say what is seen there.

Pixel (r, c) shows what stands in row = red, column = green, both from 0 to n − 1; blue is 0 where
it is shown as it is and 255 where it is negated. Every pixel must be shown once. For larger
pictures each pixel stands for a block, which is turned where its neighbours are.
"""

import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import BadInput, shortened
from engine.pictures.decode import decoded, sniffed
from engine.views.upscale_permutation import enlarged
from engine.views.view import Index, LinearMap, Resolution, View

MOST_SIDE, MOST_BYTES = 256, 2**22
_RGB = (8, 2)
_MODES = {0: "grey", 2: "RGB", 3: "a palette", 4: "grey with transparency", 6: "RGBA"}


def opened(path: Path) -> View:
    """The view that a PNG file describes; BadInput where it is none."""
    name = shortened(path.name)
    levels = _levels(path, name)
    index, signs = _index(levels, name), _signs(levels[..., 2], name)
    moves, n = LinearMap(index.reshape(-1, 1), signs.reshape(-1, 1)), index.shape[0]

    def at(square: Resolution) -> LinearMap:
        if square.side % n:
            raise BadInput(f"{name}: {n}×{n} pixels do not divide a picture of {square.side}")
        return enlarged(moves, square.side)

    return View(f"a permutation from {name}", at, name=path.stem)


def _levels(path: Path, name: str) -> NDArray[np.int64]:
    """The picture as (n, n, 3), its header read before anything is decoded."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise BadInput(f"cannot read {name}: {(error.strerror or str(error)).lower()}") from None
    if sniffed(data) != "PNG" or len(data) < 26:
        raise BadInput(f"{name} is no PNG: only that keeps every pixel's value")
    wide, high, depth, mode = struct.unpack(">IIBB", data[16:26])
    if wide != high:
        raise BadInput(f"{name}: a view needs a square, this is {wide}×{high}")
    if not 1 <= wide <= MOST_SIDE or len(data) > MOST_BYTES:
        raise BadInput(f"{name}: a view has at most {MOST_SIDE}×{MOST_SIDE} pixels")
    if (depth, mode) != _RGB:
        kind = f"{_MODES.get(mode, 'something else')}, {depth} bits"
        raise BadInput(f"{name} is {kind}: save it as RGB with 8 bits, without transparency")
    return np.asarray(decoded(data, name)[0], np.int64)


def _index(levels: NDArray[np.int64], name: str) -> Index:
    """Red and green as the number of the pixel that is shown, each once."""
    n = levels.shape[0]
    for channel, colour in enumerate(("red", "green")):
        over = np.argwhere(levels[..., channel] >= n)
        if len(over):
            row, column = over[0]
            level = levels[row, column, channel]
            raise BadInput(
                f"{name}: {colour} is {level} at row {row}, column {column}: 0 to {n - 1} is right"
            )
    index: Index = levels[..., 0] * n + levels[..., 1]
    _check_once(index, name)
    return index


def _check_once(index: Index, name: str) -> None:
    n = index.shape[0]
    often = np.flatnonzero(np.bincount(index.ravel(), minlength=n * n) > 1)
    if len(often):
        (row, column), places = divmod(int(often[0]), n), np.argwhere(index == often[0])[:2]
        where = " and ".join(f"({r}, {c})" for r, c in places)
        raise BadInput(
            f"{name}: row {row}, column {column} is shown twice, at {where}; a view must show every"
            " pixel once"
        )


def _signs(blue: NDArray[np.int64], name: str) -> NDArray[np.float32]:
    odd = np.argwhere((blue != 0) & (blue != 255))
    if len(odd):
        row, column = odd[0]
        raise BadInput(
            f"{name}: blue is {blue[row, column]} at row {row}, column {column}: 0 shows the pixel"
            " as it is, 255 negates it"
        )
    return np.where(blue == 255, -1, 1).astype(np.float32)
