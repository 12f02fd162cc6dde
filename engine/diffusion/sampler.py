"""The one sampling loop. Another start, denoiser, rule or hook makes it another activity."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from engine.diffusion.denoiser import Denoiser
from engine.diffusion.noise import NoiseSource, back_up
from engine.diffusion.oom import enough_memory
from engine.diffusion.update_rules import UpdateRule
from engine.errors import Stopped


@dataclass(frozen=True)
class Step:
    """One step from `timestep` to `next_timestep` (None: the clean picture), (B, C, H, W) fp32.

    x_before is what the model was shown, x the state after the step and its hooks. A step up in t
    asks no model: x0 and the ε are those of the step before.
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


def pairs(timesteps: Sequence[int], runs_last_timestep: bool) -> list[tuple[int, int | None]]:
    """The steps (t, t') of a chain; a finishing rule also takes the last t, to t' = None."""
    ends: list[int | None] = [*timesteps[1:], *([None] if runs_last_timestep else [])]
    return list(zip(timesteps, ends, strict=False))


def loop(
    denoiser: Denoiser,
    rule: UpdateRule,
    x: Tensor,
    timesteps: Sequence[int],
    noise: NoiseSource,
    *,
    hooks: Sequence[Hook] = (),
    stop: Callable[[], bool] = lambda: False,
    first_index: int = 0,
    alphas_cumprod: Tensor | None = None,
) -> Iterator[Step]:
    """Steps of a chain from the state x (B, C, H, W) at timesteps[0].

    A branch passes the rest of its parent's chain and `first_index`, the number of steps before.
    A chain may go up again after its first step, for which it needs `alphas_cumprod`: the state is
    noised to the higher t, and neither the model nor a hook is asked. `stop` is asked before every
    step; where it says yes, Stopped is raised. Unavailable is raised where the accelerator runs
    out of memory.
    """
    step: Step | None = None
    for index, (t, t_next) in enumerate(pairs(timesteps, rule.runs_last_timestep), first_index):
        if stop():
            raise Stopped(index)
        if step is not None and t_next is not None and t_next > t:
            step = _step_up(step, t_next, noise, alphas_cumprod)
        else:
            step = _step(denoiser, rule, x, index, (t, t_next), noise, hooks)
        x = step.x
        yield step


@torch.inference_mode()
def _step_up(before: Step, t_up: int, noise: NoiseSource, alphas_cumprod: Tensor | None) -> Step:
    x, t = before.x, before.next_timestep
    assert t is not None
    assert alphas_cumprod is not None
    after = back_up(x, t, t_up, noise.draw(x.shape[1:]), alphas_cumprod)
    return replace(
        before, index=before.index + 1, timestep=t, next_timestep=t_up, x_before=x, x=after
    )


# On one step and not on the loop: a generator would leave the mode on while its consumer runs.
@torch.inference_mode()
def _step(
    denoiser: Denoiser,
    rule: UpdateRule,
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
