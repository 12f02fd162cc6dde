"""Sampling of digit models on the one loop: DDPM or flow matching, classes, guidance.

Pictures are (B, 1, 28, 28), black 0 and white 1. The network must be in ``eval()``.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import one_hot

from engine.diffusion.denoiser import Denoiser, Estimate
from engine.diffusion.noise import NoiseSource
from engine.diffusion.sampler import Step, loop
from engine.digits.networks import SIDE, DigitUNet
from engine.digits.sampling_process import Process

SHAPE = (1, SIDE, SIDE)


def guided(
    net: DigitUNet, process: Process, labels: Tensor | None = None, guidance: float = 1.0
) -> Denoiser:
    """Classifier-free guidance ε_u + γ(ε_c − ε_u) (Ho & Salimans 2022) in one batched call.

    `labels` (B,) are the samples' digits, None for a model without classes. γ = 0 evaluates only
    the half without a class, γ = 1 only the other.
    """
    if labels is None:
        return lambda x, t: _single(net, process, x, t, None, guidance)
    known = _rows(net, labels)
    if guidance in (0, 1):
        return lambda x, t: _single(net, process, x, t, known * guidance, guidance)

    def denoise(x: Tensor, t: int) -> Estimate:
        both = torch.cat([torch.zeros_like(known), known])
        out = _call(net, process, torch.cat([x, x]), t, both)
        without, given = out.chunk(2)
        moment = process.moment(t)
        said_of = process.read(x, without + guidance * (given - without), moment)
        halves = {
            "eps_uncond": process.read(x, without, moment)["eps"],
            "eps_cond": process.read(x, given, moment)["eps"],
        }
        return Estimate(**said_of, **halves)

    return denoise


def steps(
    net: DigitUNet,
    process: Process,
    noise: NoiseSource,
    labels: Tensor | None = None,
    *,
    guidance: float = 1.0,
    calls: int | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> Iterator[Step]:
    """Every step from noise to digits, for as many samples as `noise` has; `calls` None: the
    process's own.

    Raises BadInput for a number of calls that the process cannot take, Stopped where `stop` says
    so before a model call.
    """
    if net.training:
        raise ValueError("the network is in train(): BatchNorm needs eval() when sampling")
    chain = process.chain(process.calls if calls is None else calls)
    denoiser = guided(net, process, labels, guidance)
    return loop(denoiser, process.rule, noise.draw(SHAPE), chain, noise, stop=stop)


def sample(
    net: DigitUNet, process: Process, noise: NoiseSource, labels: Tensor | None = None, **how: Any
) -> Tensor:
    """The last state of :func:`steps`: (B, 1, 28, 28) fp32 on the CPU, about [0, 1]."""
    *_, last = steps(net, process, noise, labels, **how)
    return last.x.cpu().clone()


def each(digits: Sequence[int], count: int) -> Tensor:
    """The labels of a sheet, a row of `count` samples for every digit, (len(digits) * count,)."""
    return torch.tensor(digits).repeat_interleave(count)


def _rows(net: DigitUNet, labels: Tensor) -> Tensor:
    """One-hot rows (B, classes) float on the network's device."""
    first = next(net.parameters())
    return one_hot(labels, net.config["classes"]).to(first.device, torch.float32)


def _single(
    net: DigitUNet, process: Process, x: Tensor, t: int, rows: Tensor | None, guidance: float
) -> Estimate:
    said_of = process.read(x, _call(net, process, x, t, rows), process.moment(t))
    if rows is None:
        return Estimate(**said_of)
    half = "eps_cond" if guidance else "eps_uncond"
    return Estimate(**said_of, **{half: said_of["eps"]})


def _call(net: DigitUNet, process: Process, x: Tensor, t: int, rows: Tensor | None) -> Tensor:
    moment = torch.full((len(x),), process.moment(t), device=x.device)
    out: Tensor = net(x, moment, rows)
    return out.float()
