"""Files that are either whole or absent."""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from engine.errors import BadInput


def write(path: Path, fill: Callable[[Path], object], sync: bool = True) -> None:
    """Let ``fill`` write to a temporary name beside ``path``, then rename it.

    ``sync`` puts it on the disk first, so that a power cut leaves the old file or the new one;
    step pictures go without, because a sync each would slow the model down. Raises
    :class:`BadInput` in one line when the disk is full or the folder cannot be written.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        fill(part)
        if sync:
            _sync(part)
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise unwritable(path, error) from None


def write_bytes(path: Path, data: bytes) -> None:
    """Write ``data`` to ``path`` atomically."""
    write(path, lambda part: part.write_bytes(data))


def make_folder(path: Path) -> None:
    """The folder, where it is not there yet; BadInput in one line where it cannot be made."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(path, error) from None


def unwritable(path: Path, error: OSError) -> BadInput:
    """The one line for a file that could not be written."""
    why = error.strerror or str(error)
    return BadInput(f"cannot write {path}: {why.lower()}; choose another folder or make room")


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
