"""IDX files of bytes, the form of MNIST (LeCun et al. 1998): plain, gzip or xz."""

import gzip
import lzma
import math
import struct
import zlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from engine.errors import BadInput

Bytes = np.ndarray[Any, np.dtype[np.uint8]]
Read = Callable[[int], bytes]
"""The next so many bytes of a file's content; fewer only at its end."""
LARGEST_IDX = 1 << 30
"""Bytes of a file's content that are read at most; MNIST's largest has 47 MB."""
LARGEST_DICTIONARY = 1 << 27
"""Bytes that unpacking an xz may take beside its content; `xz -9` asks for half of it."""
_GZIP, _XZ = b"\x1f\x8b", b"\xfd7zXZ\x00"
_UINT8 = 0x08
_CHUNK = 1 << 16


def read_idx(path: Path, axes: int, first: int = 0) -> Bytes:
    """The array of a file that must have so many axes of bytes; its first entries, or all where 0.

    No more is unpacked than the header announces. Raises BadInput, in one line, where the file is
    of another kind, damaged, longer or shorter than its header says, or larger than LARGEST_IDX.
    """
    try:
        with path.open("rb") as file:
            return _array(_reader(file), axes, first)
    except OSError as error:
        why = error.strerror or "it is damaged"
    except EOFError:
        why = "it is cut short"
    except zlib.error:
        why = "it is damaged"
    except lzma.LZMAError:
        why = f"it is damaged, or needs more than {LARGEST_DICTIONARY >> 20} MiB to be unpacked"
    except ValueError as error:
        why = str(error)
    raise BadInput(f"cannot read {path}: {why}")


def _array(read: Read, axes: int, first: int) -> Bytes:
    count, *entry = _shape(read, axes)
    shape = (min(first or count, count), *entry)
    size = math.prod(shape)
    content = read(size + (shape[0] == count))
    if len(content) != size:
        dimensions = " × ".join(map(str, (count, *entry)))
        how = "longer" if len(content) > size else "shorter"
        raise ValueError(f"it is {how} than its header says ({dimensions} bytes)")
    return np.frombuffer(content, np.uint8).reshape(shape).copy()


def _shape(read: Read, axes: int) -> tuple[int, ...]:
    try:
        zero, kind, count = struct.unpack(">HBB", read(4))
        if zero or kind != _UINT8:
            raise ValueError("it is no IDX file of bytes")
        if count != axes:
            raise ValueError(f"it has {count} axes where {axes} are wanted")
        shape = struct.unpack(f">{count}I", read(4 * count))
    except struct.error:
        raise ValueError("it ends within its header: it is no IDX file") from None
    if math.prod(shape) > LARGEST_IDX:
        raise ValueError(f"its header says {math.prod(shape)} bytes, too many to be read")
    return shape


def _reader(file: BinaryIO) -> Read:
    """Reads what a file holds, unpacked, however it is packed."""
    start = file.read(len(_XZ))
    file.seek(0)
    if start.startswith(_GZIP):
        return gzip.GzipFile(fileobj=file).read
    if start == _XZ:
        decoder = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=LARGEST_DICTIONARY)
        return partial(_unxz, file, decoder)
    return file.read


def _unxz(file: BinaryIO, decoder: lzma.LZMADecompressor, size: int) -> bytes:
    """The next bytes of what an xz holds; LZMAFile would let a file choose its own memory."""
    content = bytearray()
    while len(content) < size and not decoder.eof:
        packed = file.read(_CHUNK) if decoder.needs_input else b""
        if decoder.needs_input and not packed:
            raise EOFError
        content += decoder.decompress(packed, size - len(content))
    return bytes(content)
