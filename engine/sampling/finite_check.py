"""Numbers that ran over in half precision: found at the step, and named."""

import torch
from torch import Tensor, nn


def finite(*tensors: Tensor) -> bool:
    """Whether no value is NaN or infinite: one small reduction a tensor, and one wait for all.

    The estimate ε is to be among them, for thresholding turns an infinite x̂0 into a finite one.
    """
    return bool(all_finite(*tensors))


def all_finite(*tensors: Tensor) -> Tensor:
    """The same as a tensor () bool on the device, which nothing has waited for yet."""
    return torch.stack([tensor.isfinite().all() for tensor in tensors]).all()


def line(number: int, unet: nn.Module, t: int) -> str:
    """What happened in stage `number` at timestep t, and what to do."""
    dtype, stage = next(unet.parameters()).dtype, f"stage {'I' * number}"
    if dtype == torch.float16:
        return (
            f"{stage} overflowed in float16 at t = {t}: its numbers are no longer finite;"
            " --precision bf16 has the range of float32; the steps before are kept"
        )
    name = str(dtype).removeprefix("torch.")
    return (
        f"{stage} gave numbers that are not finite at t = {t}, in {name}: the weights may be"
        " damaged; the steps before are kept"
    )
