"""Running out of accelerator memory, said in one line."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from engine.errors import Unavailable


@contextmanager
def enough_memory(doing: str) -> Iterator[None]:
    """Turn the accelerator's out-of-memory error into Unavailable, with what was being done."""
    try:
        yield
    except torch.OutOfMemoryError as error:
        raise Unavailable(
            f"not enough memory on the accelerator for {doing}; ask for fewer samples, close"
            f" other programs that use it, or choose --device cpu"
        ) from error
