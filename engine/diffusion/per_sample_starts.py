"""One batch whose samples begin at timesteps of their own: the loop, and each model call, shared.

Sample i takes its own chain of timesteps, as if it ran alone; the loop takes them all together. At
a timestep the network sees only the samples whose chain has it. A sample that has not begun is its
original under the noise of that timestep, with an ε that is known and an x̂0 that is the original;
one whose next timestep lies further down, or that is finished, rests as it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor

from engine.diffusion.denoiser import Denoiser, Estimate
from engine.diffusion.noise import NoiseSource, forward
from engine.diffusion.sampler import pairs
from engine.diffusion.update_rules import Noise, UpdateRule

Steps = Sequence[dict[int, int | None]]
"""The steps t → t' of each sample's own chain."""


@dataclass(frozen=True)
class Start:
    """What the samples begin with: originals and unit noise (B, C, H, W), and their own chains."""

    original: Tensor
    eps: Tensor
    chains: Sequence[Sequence[int]]
    alphas_cumprod: Tensor

    def at(self, sample: int, t: int) -> Tensor:
        """The original (1, C, H, W) noised to t, or to where the sample begins if that is above."""
        own, level = slice(sample, sample + 1), max(t, self.chains[sample][0])
        return forward(self.original[own], level, self.eps[own], self.alphas_cumprod)


@dataclass(frozen=True)
class Staggered:
    """What the loop needs: the chain of all samples together, the start, the denoiser, the rule."""

    chain: list[int]
    x: Tensor
    denoiser: Denoiser
    rule: UpdateRule


def stagger(
    denoiser: Denoiser, rules: Sequence[UpdateRule], start: Start, noise: NoiseSource
) -> Staggered:
    """Join samples with chains, rules and generators of their own into one run of the loop."""
    steps = [
        dict(pairs(own, r.runs_last_timestep)) for own, r in zip(start.chains, rules, strict=True)
    ]
    times = {t for own in steps for t in own}
    if not rules[0].runs_last_timestep:
        times |= {min(own[-1] for own in start.chains)}
    chain = sorted(times, reverse=True)
    x = torch.cat([start.at(i, chain[0]) for i in range(len(steps))])
    return Staggered(chain, x, _Denoiser(denoiser, steps, start), _Rule(rules, steps, start, noise))


class _Denoiser:
    """Asks for the samples that are due; the others keep what was last said of them."""

    def __init__(self, inner: Denoiser, steps: Steps, start: Start) -> None:
        self._inner, self._steps = inner, steps
        self._said = Estimate(start.eps, torch.zeros_like(start.eps), start.eps, start.eps)

    def __call__(self, x: Tensor, t: int) -> Estimate:
        due = [i for i, own in enumerate(self._steps) if t in own]
        new = self._inner(x[due], t)
        rows, old = torch.tensor(due, device=x.device), self._said
        self._said = Estimate(
            old.eps.index_copy(0, rows, new.eps),
            _with(old.variance, rows, new.variance),
            _with(old.eps_uncond, rows, new.eps_uncond),
            _with(old.eps_cond, rows, new.eps_cond),
        )
        return self._said


def _with(old: Tensor | None, rows: Tensor, new: Tensor | None) -> Tensor | None:
    return None if old is None or new is None else old.index_copy(0, rows, new)


class _Rule:
    """Takes each sample that is due to its own next timestep, by its own rule and generator."""

    def __init__(
        self, rules: Sequence[UpdateRule], steps: Steps, start: Start, noise: NoiseSource
    ) -> None:
        self.runs_last_timestep = rules[0].runs_last_timestep
        self._rules, self._steps, self._start, self._noise = rules, steps, start, noise
        self._x0 = [*start.original[:, None]]

    def __call__(
        self, x: Tensor, estimate: Estimate, t: int, t_next: int | None, noise: Noise
    ) -> tuple[Tensor, Tensor]:
        """As any rule; `noise` is not asked, since it draws for all samples at once."""
        after = [self._one(i, x[i : i + 1], estimate, t, t_next) for i in range(len(x))]
        return torch.cat(after), torch.cat(self._x0)

    def _one(self, i: int, x: Tensor, estimate: Estimate, t: int, t_next: int | None) -> Tensor:
        if t in self._steps[i]:
            return self._step(i, x, estimate, t)
        if t_next is not None and t > self._start.chains[i][0]:
            return self._start.at(i, t_next)
        return x

    def _step(self, i: int, x: Tensor, estimate: Estimate, t: int) -> Tensor:
        own = slice(i, i + 1)
        mine = Estimate(
            estimate.eps[own], None if estimate.variance is None else estimate.variance[own]
        )
        draw = partial(self._noise.draw_for, i, x.shape[1:])
        after, self._x0[i] = self._rules[i](x, mine, t, self._steps[i][t], draw)
        return after
