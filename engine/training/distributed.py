"""One model trained by several processes, each on its share of every batch.

`torchrun --nproc-per-node N` or `accelerate launch` starts them; alone, every function here is the
identity. Gradients are averaged each step, so all processes hold the same weights at all times.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import torch
import torch.distributed as dist

# Its functions take the group of their import as their default: imported later (by the first
# optimizer), they would keep the group and its threads past its end, and a thread that frees a
# tensor while the interpreter ends aborts the process.
import torch.distributed.nn.functional
from torch import Tensor, nn

from engine import distributed_env
from engine.errors import BadInput

PROCESS_TIMEOUT = timedelta(days=365)
"""How long processes wait for one of them, which may be paused; one that died is known at once."""


@contextmanager
def group(device: torch.device = torch.device("cpu")) -> Iterator[None]:  # noqa: B008
    """Join the processes that torchrun or `accelerate launch` started, leave them at the end.

    Tensors on a CUDA `device` are averaged by NCCL; what is said between processes stays on the
    CPU, where waiting costs nothing: while one is paused, the others wait for its word.
    """
    if distributed_env.count() == 1:
        yield
        return
    backend = "cpu:gloo,cuda:nccl" if device.type == "cuda" else "gloo"
    dist.init_process_group(backend, timeout=PROCESS_TIMEOUT)
    try:
        yield
    finally:
        dist.destroy_process_group()


def count() -> int:
    """How many processes train together."""
    return dist.get_world_size() if dist.is_available() and dist.is_initialized() else 1


def rank() -> int:
    """This process's number, from 0; process 0 writes the files."""
    return dist.get_rank() if count() > 1 else 0


def share(indices: Tensor) -> Tensor:
    """This process's part of a batch's indices (B,): every `count()`-th one."""
    return indices[rank() :: count()]


def average_gradients(model: nn.Module) -> None:
    """Replace every gradient by its mean over the processes, in one message."""
    if count() == 1:
        return
    gradients = [p.grad for p in model.parameters() if p.grad is not None]
    flat = mean(torch.cat([g.flatten() for g in gradients]))
    parts = torch.split(flat, [g.numel() for g in gradients])
    for gradient, part in zip(gradients, parts, strict=True):
        gradient.copy_(part.view_as(gradient))


def mean(values: Tensor) -> Tensor:
    """The mean of a tensor over the processes; one process's NaN becomes everyone's."""
    if count() == 1:
        return values
    dist.all_reduce(values)
    return values / count()


def agreed(*values: float) -> list[float]:
    """The mean of each value over the processes, the same in all; alone, the values."""
    return (
        list(values) if count() == 1 else mean(torch.tensor(values, dtype=torch.float64)).tolist()
    )


def anyone(says: bool) -> bool:
    """True on all processes where it is true on one, so that all stop after the same step."""
    return bool(mean(torch.tensor(float(says))) > 0)


def first_alone(write: Callable[[], object]) -> None:
    """Let process 0 do something while the others wait for it; where it fails, all do.

    Raises what `write` raised, and BadInput in the others.
    """
    failed: Exception | None = None
    if rank() == 0:
        try:
            write()
        except Exception as error:
            failed = error
    if anyone(failed is not None):
        raise failed or BadInput("process 0 could not go on; it says why")
