"""Views as safetensors: at one or several sides, `index-64`, `weight-64` and `colour-64` each.

So a person's own is kept in the folders of runs, as what it does, at the sides of a run.
"""

from collections.abc import Iterable, Sequence
from math import isqrt
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from engine.errors import BadInput, shortened
from engine.files import write_bytes
from engine.views.view import LinearMap, Resolution, View


def keep(view: View, squares: Sequence[Resolution], path: Path) -> None:
    """Write the view at these squares to a .safetensors file, which `open_view` opens again.

    Raises BadInput where the view cannot be had at one of them, or the file not be written.
    """
    maps = [view.at(square) for square in squares]
    write(path, [(moves.index, moves.weight, moves.colour) for moves in maps])


def opened(path: Path) -> View:
    """The view in such a file, at the sides that it was kept for; BadInput for anything else."""
    maps = {side: LinearMap(*parts) for side, parts in read(path).items()}
    name = shortened(path.name)
    if not all(moves.orthogonal for moves in maps.values()):
        raise BadInput(f"{name}: not orthogonal; a view must permute pixels, or negate them")

    def at(square: Resolution) -> LinearMap:
        if square.side not in maps:
            sides = " and ".join(map(str, maps))
            raise BadInput(f"{name} holds the view at {sides} pixels, not at {square.side}")
        return maps[square.side]

    return View(f"kept in {name}", at, name=path.stem)


MapArrays = tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.float32] | None]
"""index (n, k), weight (n, k), colour (3, 3) or None."""

MOST_SIDE, MOST_BYTES = 2048, 2**30
_KINDS = {"index": "I64", "weight": "F32", "colour": "F32"}


def write(path: Path, views: Iterable[MapArrays]) -> None:
    """Write views of different sides into one file, whole or not at all."""
    arrays: dict[str, NDArray[np.generic]] = {}
    for parts in views:
        side = isqrt(parts[0].shape[0])
        named = zip(_KINDS, parts, strict=True)
        arrays |= {f"{n}-{side}": np.ascontiguousarray(a) for n, a in named if a is not None}
    write_bytes(path, save(arrays))


def read(path: Path) -> dict[int, MapArrays]:
    """The views of a file by their side, from small to large; BadInput for anything else."""
    name = shortened(path.name)
    arrays = _arrays(path, name)
    sides = sorted(int(key.removeprefix("index-")) for key in arrays if key.startswith("index-"))
    if not sides or {key.split("-")[1] for key in arrays} != set(map(str, sides)):
        raise _wrong(name, "it holds no index, or parts without one")
    return {side: _parts(arrays, side, name) for side in sides}


def _arrays(path: Path, name: str) -> dict[str, NDArray[np.generic]]:
    """All of the file, once its header has promised what a view has."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise _wrong(name, "it is larger than 1 GB")
        with safe_open(path, "np") as file:
            for key in (keys := list(file.keys())):
                _check_header(key, file.get_slice(key).get_dtype(), name)
            return {key: file.get_tensor(key) for key in keys}
    except SafetensorError:
        raise _wrong(name, "it is no safetensors, or damaged") from None
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise BadInput(f"cannot read {name}: {shortened(why)}") from None


def _check_header(key: str, dtype: str, name: str) -> None:
    kind, _, side = key.partition("-")
    if kind not in _KINDS or not (side.isascii() and side.isdecimal() and len(side) <= 4):
        raise _wrong(name, f"it holds {shortened(repr(key), 40)}")
    if str(int(side)) != side or not 1 <= int(side) <= MOST_SIDE:
        raise _wrong(name, f"a side of {side} pixels; 1 to {MOST_SIDE} are possible")
    if dtype != _KINDS[kind]:
        raise _wrong(name, f"{key} is {dtype}, and must be {_KINDS[kind]}")


def _parts(arrays: dict[str, NDArray[np.generic]], side: int, name: str) -> MapArrays:
    index = np.asarray(arrays[f"index-{side}"], np.int64)
    weight, colour = arrays.get(f"weight-{side}"), arrays.get(f"colour-{side}")
    if index.ndim != 2 or index.shape[0] != side**2 or index.shape[1] < 1:
        raise _wrong(name, f"index-{side} must be ({side**2}, k), not {index.shape}")
    if weight is None or weight.shape != index.shape:
        raise _wrong(name, f"weight-{side} must be there, and of index-{side}'s shape")
    if index.min() < 0 or index.max() >= side**2:
        raise _wrong(name, f"index-{side} points outside the picture")
    if colour is not None and colour.shape != (3, 3):
        raise _wrong(name, f"colour-{side} must be (3, 3), not {colour.shape}")
    floats = [np.asarray(part, np.float32) for part in (weight, colour) if part is not None]
    if not all(np.isfinite(part).all() for part in floats):
        raise _wrong(name, "it holds weights that are no numbers")
    return index, floats[0], floats[1] if colour is not None else None


def _wrong(name: str, why: str) -> BadInput:
    return BadInput(f"{name} is not a view as Diffuscope keeps one: {why}")
