"""The loop: when it asks to stop, where hooks act, and what it leaves behind."""

import pytest
import torch
from torch import Tensor

from engine.diffusion.denoiser import Estimate
from engine.diffusion.noise import NoiseSource
from engine.diffusion.sampler import Hook, Step, loop, pairs
from engine.diffusion.update_rules import make_rule
from engine.errors import BadInput, Stopped, Unavailable
from engine.specs.samplers import SAMPLERS

CONFIG = {"beta_schedule": "squaredcos_cap_v2", "thresholding": True}
CHAIN, SHAPE = [900, 600, 300, 0], (3, 4, 4)


def still(x: Tensor, t: int) -> Estimate:
    return Estimate(0.5 * x)


class Marker(Hook):
    """Remembers where it was called; adds one before a step and takes it off after."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, int | None]] = []

    def before(self, x: Tensor, t: int) -> Tensor:
        self.calls.append(("before", t))
        return x + 1

    def after(self, x: Tensor, t_next: int | None) -> Tensor:
        self.calls.append(("after", t_next))
        return x - 1


def start() -> tuple[Tensor, NoiseSource]:
    noise = NoiseSource.for_seeds(0, 2)
    return noise.draw(SHAPE), noise


def test_a_finishing_rule_takes_the_last_timestep_too() -> None:
    assert pairs([9, 5, 0], runs_last_timestep=True) == [(9, 5), (5, 0), (0, None)]
    assert pairs([9, 5, 0], runs_last_timestep=False) == [(9, 5), (5, 0)]


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_stop_is_asked_before_every_model_call(sampler: str) -> None:
    x, noise = start()
    calls: list[int] = []

    def counted(x: Tensor, t: int) -> Estimate:
        calls.append(t)
        return still(x, t)

    rule = make_rule(sampler, CONFIG, CHAIN)
    steps = loop(counted, rule, x, CHAIN, noise, stop=lambda: len(calls) == 2)
    taken: list[Step] = []
    with pytest.raises(Stopped) as caught:
        taken.extend(steps)
    assert calls == [900, 600]
    assert caught.value.index == 2


def test_hooks_act_around_each_step() -> None:
    x, noise = start()
    hook = Marker()
    steps = list(loop(still, make_rule("ddim", CONFIG, CHAIN), x, CHAIN, noise, hooks=[hook]))
    assert hook.calls[:2] == [("before", 900), ("after", 600)]
    assert hook.calls[-1] == ("after", None)
    assert torch.equal(steps[0].x_before, x + 1)
    assert torch.equal(steps[1].x_before, steps[0].x + 1)


def test_the_consumer_is_not_in_inference_mode() -> None:
    x, noise = start()
    for _ in loop(still, make_rule("ddpm", CONFIG, CHAIN), x, CHAIN, noise):
        assert not torch.is_inference_mode_enabled()


def test_no_state_is_written_to() -> None:
    x, noise = start()
    kept, before = [], x.clone()
    for step in loop(still, make_rule("ddpm", CONFIG, CHAIN), x, CHAIN, noise):
        kept.append((step.x, step.x.clone()))
    assert torch.equal(x, before)
    assert all(torch.equal(now, then) for now, then in kept)


def test_an_accelerator_that_is_too_small_is_said_in_one_line() -> None:
    def greedy(x: Tensor, t: int) -> Estimate:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")

    x, noise = start()
    with pytest.raises(Unavailable, match="not enough memory"):
        next(loop(greedy, make_rule("ddpm", CONFIG, CHAIN), x, CHAIN, noise))


def test_an_unknown_sampler_and_an_unknown_prediction() -> None:
    with pytest.raises(BadInput, match=r"ddpm, course, ddim, dpm\+\+"):
        make_rule("nonsense", CONFIG, CHAIN)
    with pytest.raises(BadInput, match="v_prediction"):
        make_rule("ddpm", CONFIG | {"prediction_type": "v_prediction"}, CHAIN)
