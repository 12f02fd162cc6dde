"""Digits with their labels: what is trained on, what is held back, and the IDX files of both."""

import gzip
import math
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, cast

import numpy as np
import torch
from torch import Tensor

from engine.digits.networks import SIDE
from engine.errors import BadInput
from engine.specs.digits import CLASSES as CLASSES

Bytes = np.ndarray[Any, np.dtype[np.uint8]]
LARGEST_IDX = 1 << 30
"""Bytes of a file's content that are read at most; MNIST's largest has 47 MB."""
_UINT8 = 0x08


def read_idx(path: Path, axes: int) -> Bytes:
    """The array of a file, plain or gzip, that must have so many axes of bytes.

    Raises BadInput, in one line, where the file is of another kind, longer or shorter than its
    header says, or larger than LARGEST_IDX.
    """
    try:
        with _opened(path) as file:
            shape = _idx_shape(file, axes)
            content = file.read(math.prod(shape) + 1)
    except (OSError, EOFError, zlib.error, ValueError, struct.error) as error:
        raise BadInput(f"cannot read {path}: {error}") from None
    if len(content) != math.prod(shape):
        dimensions = " × ".join(map(str, shape))
        how = "longer" if len(content) > math.prod(shape) else "shorter"
        raise BadInput(f"cannot read {path}: it is {how} than its header says ({dimensions} bytes)")
    return np.frombuffer(content, np.uint8).reshape(shape).copy()


def write_idx(path: Path, array: Bytes) -> None:
    """Write bytes as a gzip IDX file; the same array gives the same file."""
    header = struct.pack(f">BBBB{array.ndim}I", 0, 0, _UINT8, array.ndim, *array.shape)
    path.write_bytes(gzip.compress(header + array.tobytes(), 9, mtime=0))


def _opened(path: Path) -> BinaryIO:
    with path.open("rb") as file:
        zipped = file.read(2) == b"\x1f\x8b"
    return cast(BinaryIO, gzip.open(path)) if zipped else path.open("rb")


def _idx_shape(file: BinaryIO, axes: int) -> tuple[int, ...]:
    zero, kind, count = struct.unpack(">HBB", file.read(4))
    if zero or kind != _UINT8:
        raise ValueError("it is no IDX file of bytes")
    if count != axes:
        raise ValueError(f"it has {count} axes where {axes} are wanted")
    shape = struct.unpack(f">{count}I", file.read(4 * count))
    if math.prod(shape) > LARGEST_IDX:
        raise ValueError(f"its header says {math.prod(shape)} bytes, too many to be read")
    return shape


BUNDLED = Path(__file__).resolve().parents[2] / "assets" / "digits"
"""10,000 digits of MNIST: 9,000 to train on and 1,000 to test with."""
StatusCallback = Callable[[str], None]
_FILES = ("images-idx3-ubyte", "labels-idx1-ubyte")


@dataclass(frozen=True)
class Digits:
    """Pictures (N,28,28) uint8, white on black, their labels (N,) int64 from 0 to 9.

    ``source`` says in a few words which they are.
    """

    images: Tensor
    labels: Tensor
    source: str

    def __len__(self) -> int:
        return len(self.images)

    def first(self, count: int) -> "Digits":
        """The first so many; all where count is 0 or more than there are."""
        return Digits(self.images[: count or None], self.labels[: count or None], self.source)

    def to(self, device: torch.device | str) -> "Digits":
        """The same on a device."""
        return Digits(self.images.to(device), self.labels.to(device), self.source)


class Split(NamedTuple):
    """What is trained on, and what is not."""

    train: Digits
    test: Digits


def bundled() -> Split:
    """The digits that the program brings along."""
    return from_folder(BUNDLED, "10,000 bundled digits of MNIST")


def from_folder(folder: Path, source: str = "") -> Split:
    """``train-`` and ``t10k-images-idx3-ubyte`` with their ``labels-idx1-``, plain or ``.gz``."""
    if not folder.is_dir():
        raise BadInput(f"no such data: {folder}; name mnist, bundled, fashion, or a folder of IDX")
    return Split(*(_digits(folder, part, source or str(folder)) for part in ("train", "t10k")))


def _digits(folder: Path, part: str, source: str) -> Digits:
    pictures, names = (_found(folder, f"{part}-{kind}") for kind in _FILES)
    images, labels = read_idx(pictures, 3), read_idx(names, 1)
    if images.shape[1:] != (SIDE, SIDE):
        sides = " × ".join(map(str, images.shape[1:]))
        raise BadInput(f"{pictures} holds pictures of {sides} pixels; wanted are {SIDE} × {SIDE}")
    if len(images) != len(labels) or not len(images):
        raise BadInput(f"{folder} has {len(images)} {part} pictures and {len(labels)} labels")
    if labels.max() >= CLASSES:
        raise BadInput(f"{names} has a label {labels.max()}; known are 0 to {CLASSES - 1}")
    return Digits(torch.from_numpy(images), torch.from_numpy(labels).long(), source)


def _found(folder: Path, stem: str) -> Path:
    dotted = stem.replace("-idx", ".idx")  # as some unpack them
    for name in (f"{stem}.gz", stem, f"{dotted}.gz", dotted):
        if (folder / name).is_file():
            return folder / name
    raise BadInput(f"{folder} has no {stem}.gz, plain or zipped: it is no folder in IDX form")


def to_unit(pictures: Tensor) -> Tensor:
    """uint8 (B,28,28) as float32 (B,1,28,28) in [0,1], in which the digit models work."""
    return pictures[:, None].float() / 255


def to_bytes(pictures: Tensor) -> Tensor:
    """Pictures (...,1,28,28) in [0,1] as uint8 (...,28,28); what lies outside is clamped."""
    return (pictures.squeeze(-3).float().clamp(0, 1) * 255).round().to(torch.uint8)
