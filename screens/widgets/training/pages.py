"""How many small pictures of a sheet a room shows legibly, and the picture of those. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from engine.runs.digit_samples import Array, Tiles

GAP = 2
"""Pixels between two pictures that belong to different rows or columns."""
LEGIBLE = 10
"""Pixels on the terminal along a digit below which it is a smudge."""
GROUND = 24
"""The grey between the pictures."""


@dataclass(frozen=True)
class Page:
    """What is shown at once: a picture of pictures and what stands above it."""

    title: str
    image: Image.Image


def pages(tiles: Sequence[Tiles], room: tuple[int, int]) -> list[Page]:
    """The tiles as pages for ``room`` (pixels, wide and high): as few as stay legible."""
    return [page for group in tiles for page in _pages(group, room)]


def _pages(group: Tiles, room: tuple[int, int]) -> list[Page]:
    if group.free and group.together == 1:
        group = _lying(group, room)
    rows, columns = group.pixels.shape[:2]
    for most in range(rows // group.together, 0, -1):
        if _side((most * group.together, columns), room) >= LEGIBLE:
            return _cut(group, most * group.together)
    if group.free and group.together > 1:
        return _cut(_fewer(group, room), group.together)
    if group.free:
        return [_page(group.title, _wrapped(row, room), at, rows) for at, row in _rows(group)]
    return _cut(group, group.together)


def _lying(group: Tiles, room: tuple[int, int]) -> Tiles:
    """Rows and columns exchanged, where that makes the pictures larger."""
    shape = group.pixels.shape[:2]
    larger = _side(shape[::-1], room) > _side(shape, room)
    return replace(group, pixels=group.pixels.swapaxes(0, 1)) if larger else group


def _cut(group: Tiles, rows: int) -> list[Page]:
    """Pages of so many rows; the last may have fewer."""
    starts = range(0, len(group.pixels), rows)
    return [
        _page(group.title, group.pixels[start : start + rows], number, len(starts))
        for number, start in enumerate(starts)
    ]


def _fewer(group: Tiles, room: tuple[int, int]) -> Tiles:
    """As many of the columns as are legible, or as the height alone makes small; one at least."""
    rows, columns = group.pixels.shape[:2]
    least = max(1, min(LEGIBLE, room[1] // rows))
    most = max(1, min(columns, room[0] // least))
    return Tiles(group.title, group.pixels[:, :most], group.together)


def _rows(group: Tiles) -> list[tuple[int, Array]]:
    return list(enumerate(group.pixels))


def _wrapped(row: Array, room: tuple[int, int]) -> Array:
    """One row of pictures in as many rows as make them largest; the last one filled with none."""
    count = len(row)
    best = max(range(1, count + 1), key=lambda n: (_side((-(-count // n), n), room), n))
    filled = np.full((-count % best, *row.shape[1:]), GROUND, row.dtype)
    return np.concatenate([row, filled]).reshape(-1, best, *row.shape[1:])


def _side(shape: tuple[int, int], room: tuple[int, int]) -> int:
    """Pixels along each of so many rows and columns of pictures in a room."""
    rows, columns = shape
    return min(room[0] // columns, room[1] // rows)


def _page(title: str, tiles: Array, number: int, count: int) -> Page:
    place = f" · {number + 1} of {count}" if count > 1 else ""
    return Page(title + place, mosaic(tiles))


def mosaic(tiles: Array) -> Image.Image:
    """Grey pictures (rows, columns, side, side), uint8, with gaps between them, as one picture."""
    rows, columns, side, _ = tiles.shape
    step = side + GAP
    page = np.full((rows * step - GAP, columns * step - GAP), GROUND, np.uint8)
    for row, column in np.ndindex(rows, columns):
        page[row * step :, column * step :][:side, :side] = tiles[row, column]
    return Image.fromarray(page)
