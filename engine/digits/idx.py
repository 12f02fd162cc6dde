"""The IDX files that MNIST is published in: a header of big-endian numbers, then bytes."""

import gzip
import math
import struct
import zlib
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np

from engine.errors import BadInput

Bytes = np.ndarray[Any, np.dtype[np.uint8]]
LARGEST = 1 << 30
"""Bytes of a file's content that are read at most; MNIST's largest has 47 MB."""
_UINT8 = 0x08


def read(path: Path, axes: int) -> Bytes:
    """The array of a file, plain or gzip, that must have so many axes of bytes.

    Raises BadInput, in one line, where the file is of another kind, longer or shorter than its
    header says, or larger than LARGEST.
    """
    try:
        with _opened(path) as file:
            shape = _shape(file, axes)
            content = file.read(math.prod(shape) + 1)
    except (OSError, EOFError, zlib.error, ValueError, struct.error) as error:
        raise BadInput(f"cannot read {path}: {error}") from None
    if len(content) != math.prod(shape):
        dimensions = " × ".join(map(str, shape))
        how = "longer" if len(content) > math.prod(shape) else "shorter"
        raise BadInput(f"cannot read {path}: it is {how} than its header says ({dimensions} bytes)")
    return np.frombuffer(content, np.uint8).reshape(shape).copy()


def write(path: Path, array: Bytes) -> None:
    """Write bytes as a gzip IDX file; the same array gives the same file."""
    header = struct.pack(f">BBBB{array.ndim}I", 0, 0, _UINT8, array.ndim, *array.shape)
    path.write_bytes(gzip.compress(header + array.tobytes(), 9, mtime=0))


def _opened(path: Path) -> BinaryIO:
    with path.open("rb") as file:
        zipped = file.read(2) == b"\x1f\x8b"
    return cast(BinaryIO, gzip.open(path)) if zipped else path.open("rb")


def _shape(file: BinaryIO, axes: int) -> tuple[int, ...]:
    zero, kind, count = struct.unpack(">HBB", file.read(4))
    if zero or kind != _UINT8:
        raise ValueError("it is no IDX file of bytes")
    if count != axes:
        raise ValueError(f"it has {count} axes where {axes} are wanted")
    shape = struct.unpack(f">{count}I", file.read(4 * count))
    if math.prod(shape) > LARGEST:
        raise ValueError(f"its header says {math.prod(shape)} bytes, too many to be read")
    return shape
