"""Running out of accelerator memory, said in one line."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from engine.errors import OutOfMemory


@contextmanager
def enough_memory(doing: str) -> Iterator[None]:
    """Turn the accelerator's out-of-memory error into ours, with what was being done."""
    try:
        yield
    except torch.OutOfMemoryError as error:
        raise OutOfMemory(doing) from error
