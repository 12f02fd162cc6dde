"""The bytes of the tensors that live at once, counted operation by operation on any device."""

import weakref
from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor
from torch.overrides import TorchFunctionMode
from torch.utils import _pytree as pytree
from torch.utils._python_dispatch import TorchDispatchMode


@torch.no_grad()
def peak(run: Callable[[], object]) -> int:
    """The most bytes that tensors made during `run` hold at once; those made before don't count.

    What a kernel needs for itself is not seen. Attention counts as the fused kernels have it: its
    scores are never whole in memory.
    """
    with _Fused(), _Living() as living:
        run()
    most: int = living.most
    return most


class _Living(TorchDispatchMode):  # type: ignore[no-untyped-call]
    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.now = self.most = 0
        self._known: set[int] = set()

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        for given in pytree.tree_leaves((args, kwargs)):
            if isinstance(given, Tensor):  # made before, or counted already
                self._meet(given, 0)
        out = func(*args, **(kwargs or {}))
        for made in pytree.tree_leaves(out):
            if isinstance(made, Tensor):
                self._meet(made, made.untyped_storage().nbytes())
        return out

    def _meet(self, tensor: Tensor, size: int) -> None:
        """Count a storage that was not seen yet until it dies."""
        storage = tensor.untyped_storage()
        key = storage._cdata
        if key in self._known:
            return
        self._known.add(key)
        self.now += size
        self.most = max(self.most, self.now)
        weakref.finalize(storage, self._gone, key, size)

    def _gone(self, key: int, size: int) -> None:
        self._known.discard(key)
        self.now -= size


class _Fused(TorchFunctionMode):
    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func is F.scaled_dot_product_attention and args[0].is_meta:
            return torch.empty_like(args[0])
        return func(*args, **(kwargs or {}))
