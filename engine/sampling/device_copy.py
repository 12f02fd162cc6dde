"""From the device to host memory without holding the model up.

On CUDA the copy of a step goes on a stream of its own, into pinned memory, while the next model
call runs; what is done with it waits until then. Elsewhere a step arrives before the next begins.
"""

from collections.abc import Callable
from functools import cache

import torch
from torch import Tensor

Tensors = dict[str, Tensor]
Future = Callable[[], Tensors]


def overlaps(device: torch.device) -> bool:
    """Whether copies from a device can go on beside its next work."""
    return device.type == "cuda"


def begin(tensors: Tensors) -> Future:
    """Begin to copy tensors of one device; the call waits for them."""
    device = next(iter(tensors.values())).device
    if not overlaps(device):
        there = {name: tensor.cpu() for name, tensor in tensors.items()}
        return lambda: there
    return _copied(tensors, _stream(device))


def _copied(tensors: Tensors, stream: torch.cuda.Stream) -> Future:
    contiguous = {name: tensor.contiguous() for name, tensor in tensors.items()}
    stream.wait_stream(torch.cuda.current_stream(stream.device))
    with torch.cuda.stream(stream):
        pinned = {
            name: torch.empty(t.shape, dtype=t.dtype, pin_memory=True).copy_(t, non_blocking=True)
            for name, t in contiguous.items()
        }
        for tensor in contiguous.values():
            tensor.record_stream(stream)
        done = stream.record_event()

    def wait() -> Tensors:
        done.synchronize()
        return {name: tensor.clone() for name, tensor in pinned.items()}  # pinned memory is scarce

    return wait


@cache
def _stream(device: torch.device) -> torch.cuda.Stream:
    return torch.cuda.Stream(device)  # type: ignore[no-untyped-call]


class AsyncCopies:
    """What is to be done with each step once it is here: at once, or one step `behind`.

    Leaving it takes what still waits, however the steps ended.
    """

    def __init__(self, behind: bool) -> None:
        self.behind = behind
        self._waiting: Callable[[], None] | None = None

    def __enter__(self) -> "AsyncCopies":
        return self

    def __exit__(self, *_: object) -> None:
        self.flush()

    def push(self, take: Callable[[], None]) -> None:
        """A step whose copy began; the one before it is taken, or this one where none is behind."""
        self.flush()
        self._waiting = take
        if not self.behind:
            self.flush()

    def flush(self) -> None:
        """Take what waits."""
        take, self._waiting = self._waiting, None
        if take is not None:
            take()
