"""A pretend accelerator: tensors that say they are not on the CPU, and refuse to be mixed with
those that are.

Its name is torch's "lazy", for which this build of torch has no kernels; what is computed there is
computed on the CPU, so that a training on it must give what one on the CPU gives.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode
from torch.utils import _pytree as pytree
from torch.utils._python_dispatch import TorchDispatchMode

ELSEWHERE = torch.device("lazy", 0)
_BOTH_SIDES = {torch.ops.aten.copy_.default, torch.ops.aten.index.Tensor}
"""Across devices CUDA also copies, and takes indices from the CPU."""


class There(Tensor):
    """A tensor of the pretend device; `inner` is where its numbers are."""

    inner: Tensor  # type: ignore[assignment]

    @staticmethod
    def __new__(cls, inner: Tensor, requires_grad: bool = False) -> "There":
        """`requires_grad` is what accelerate, which takes this for a Parameter's class, gives."""
        if isinstance(inner, There):
            return inner
        if inner.is_meta:
            return torch.nn.Parameter(inner, requires_grad)  # type: ignore[return-value]
        with torch.inference_mode(inner.is_inference()):
            made = Tensor._make_wrapper_subclass(
                cls, inner.size(), strides=inner.stride(), dtype=inner.dtype, device=ELSEWHERE
            )
        made.inner = inner
        return made

    def tolist(self) -> Any:
        return self.inner.tolist()

    @classmethod
    def __torch_dispatch__(  # type: ignore[override]
        cls, func: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        raise AssertionError(f"{func} outside of pretend()")


@contextmanager
def pretend() -> Iterator[None]:
    """There is such a device."""
    swaps = torch.__future__.get_swap_module_params_on_conversion()
    torch.__future__.set_swap_module_params_on_conversion(True)  # tied parameters stay tied
    try:
        with _Kernels(), _Literals():  # type: ignore[no-untyped-call]
            yield
    finally:
        torch.__future__.set_swap_module_params_on_conversion(swaps)


class _Literals(TorchFunctionMode):
    """torch.tensor(...) passes by the dispatcher."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = dict(kwargs or {})
        if func is torch.tensor and kwargs.get("device") == ELSEWHERE:
            return func(*args, **{**kwargs, "device": "cpu"}).to(ELSEWHERE)
        return func(*args, **kwargs)


class _Kernels(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Every operation on such tensors is one on what is inside them."""

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        asked = (args, kwargs or {})
        leaves = pytree.tree_leaves(asked)
        goal = next((leaf for leaf in leaves if isinstance(leaf, torch.device)), None)
        there = any(isinstance(leaf, There) for leaf in leaves)
        if there and func is torch.ops.aten._has_compatible_shallow_copy_type.default:
            return all(isinstance(leaf, There) for leaf in leaves)
        if there and func not in _BOTH_SIDES:
            _check(func, leaves)
        inside = pytree.tree_map_only(There, lambda t: t.inner, asked)
        if goal is not None:
            there = goal.type == ELSEWHERE.type
            inside = pytree.tree_map_only(torch.device, _on_the_cpu, inside)
        out = func(*inside[0], **inside[1])
        if not there:
            return out
        if any(r.alias_info is not None and r.alias_info.is_write for r in func._schema.returns):
            return args[0]
        return pytree.tree_map_only(Tensor, There, out)


def _on_the_cpu(device: torch.device) -> torch.device:
    return torch.device("cpu") if device.type == ELSEWHERE.type else device


def _check(func: Any, given: list[Any]) -> None:
    tensors = [a for a in given if isinstance(a, Tensor) and not isinstance(a, There)]
    strangers = [tuple(a.shape) for a in tensors if a.dim() > 0]
    assert not strangers, f"{func} mixes devices: tensors {strangers} are on the CPU"
