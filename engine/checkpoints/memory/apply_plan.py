"""Loaded UNets go where their plan has them, by accelerate's hooks where they are to move."""

from collections.abc import Callable, Sequence

import torch
from torch import nn

from engine.checkpoints.memory.plan import Plan

Away = Callable[[], None]
"""Sends every UNet to the host, so that the text encoder has the device for itself."""


def place(plan: Plan, unets: Sequence[nn.Module]) -> Away:
    """Put them; a UNet that waits on the host comes by itself when it is called."""
    homes = [torch.device(stage.where) for stage in plan.stages]
    if plan.name == "offload":
        _offload(unets, homes)
    elif plan.name == "sequential":
        return _hooked(unets, homes, ring=True)
    elif plan.text == "alone" and homes[0].type != "cpu":
        return _hooked(unets, homes, ring=False)
    else:
        for unet, home in zip(unets, homes, strict=True):
            unet.to(home)
    return lambda: None


def arrange(unet: nn.Module, where: str) -> nn.Module:
    """The memory format that CUDA's convolutions are faster in."""
    if torch.device(where).type == "cuda":
        return unet.to(memory_format=torch.channels_last)
    return unet


def _offload(unets: Sequence[nn.Module], homes: Sequence[torch.device]) -> None:
    from accelerate import cpu_offload

    for unet, home in zip(unets, homes, strict=True):
        cpu_offload(unet, home)


def _hooked(unets: Sequence[nn.Module], homes: Sequence[torch.device], *, ring: bool) -> Away:
    """Each comes when it is called, and stays until all are sent away.

    In a ring each sends the one before it away, the first the last, so that a second run works.
    """
    from accelerate import cpu_offload_with_hook

    hooks = [cpu_offload_with_hook(unet, home)[1] for unet, home in zip(unets, homes, strict=True)]
    if ring and len(hooks) > 1:
        for before, hook in zip([hooks[-1], *hooks], hooks, strict=False):
            hook.hook.prev_module_hook = before

    def away() -> None:
        for hook in hooks:
            hook.offload()

    return away
