"""The one sampling loop. Another start, denoiser, rule or hook makes it another activity."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.diffusion.denoiser import Denoiser
from engine.diffusion.memory import enough_memory
from engine.diffusion.noise import NoiseSource
from engine.diffusion.updates import Rule
from engine.errors import Stopped


@dataclass(frozen=True)
class Step:
    """One step from `timestep` to `next_timestep` (None: the clean picture), (B, C, H, W) fp32.

    x_before is what the model was shown, x the state after the step and its hooks.
    """

    index: int
    timestep: int
    next_timestep: int | None
    x_before: Tensor
    x: Tensor
    x0: Tensor
    eps: Tensor
    eps_uncond: Tensor | None
    eps_cond: Tensor | None


class Hook:
    """Changes the state around a step; the defaults change nothing. Never in place."""

    def before(self, x: Tensor, t: int) -> Tensor:
        """x_t as the model is to see it."""
        return x

    def after(self, x: Tensor, t_next: int | None) -> Tensor:
        """x_t' as it goes on; t' is None after the last step."""
        return x


def pairs(timesteps: Sequence[int], finishes: bool) -> list[tuple[int, int | None]]:
    """The steps (t, t') of a chain; a finishing rule also takes the last t, to t' = None."""
    ends: list[int | None] = [*timesteps[1:], *([None] if finishes else [])]
    return list(zip(timesteps, ends, strict=False))


def loop(
    denoiser: Denoiser,
    rule: Rule,
    x: Tensor,
    timesteps: Sequence[int],
    noise: NoiseSource,
    *,
    hooks: Sequence[Hook] = (),
    stop: Callable[[], bool] = lambda: False,
    first_index: int = 0,
) -> Iterator[Step]:
    """Steps of a chain from the state x (B, C, H, W) at timesteps[0].

    A branch passes the rest of its parent's chain and `first_index`, the number of steps before.
    `stop` is asked before every model call; where it says yes, Stopped is raised. Unavailable is
    raised where the accelerator runs out of memory.
    """
    for index, (t, t_next) in enumerate(pairs(timesteps, rule.finishes), first_index):
        if stop():
            raise Stopped(index)
        step = _step(denoiser, rule, x, index, (t, t_next), noise, hooks)
        x = step.x
        yield step


# On one step and not on the loop: a generator would leave the mode on while its consumer runs.
@torch.inference_mode()
def _step(
    denoiser: Denoiser,
    rule: Rule,
    x: Tensor,
    index: int,
    times: tuple[int, int | None],
    noise: NoiseSource,
    hooks: Sequence[Hook],
) -> Step:
    t, t_next = times
    for hook in hooks:
        x = hook.before(x, t)
    with enough_memory("a model call"):
        estimate = denoiser(x, t)
    after, x0 = rule(x, estimate, t, t_next, lambda: noise.draw(x.shape[1:]))
    for hook in hooks:
        after = hook.after(after, t_next)
    return Step(
        index, t, t_next, x, after, x0, estimate.eps, estimate.eps_uncond, estimate.eps_cond
    )
