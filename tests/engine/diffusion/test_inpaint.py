"""Known pixels: what each method does to them, and masks of which the answer is known."""

import pytest
import torch
from torch import Tensor

from engine.diffusion.denoiser import Estimate
from engine.diffusion.inpaint import HOOKS, BeforeEachStep, KnownPixels, begin, known_noise, limits
from engine.diffusion.noise import NoiseSource, back_up, forward
from engine.diffusion.sampler import Step, loop
from engine.diffusion.update_rules import make_rule
from tests.support.noise_schedule import squaredcos_alphas_cumprod

CONFIG = {"beta_schedule": "squaredcos_cap_v2", "thresholding": True}
BARS = squaredcos_alphas_cumprod()
SHAPE, CHAIN = (3, 8, 8), [900, 600, 300, 0]
UP_AND_DOWN = [900, 600, 300, 0, 600, 300, 0]
ORIGINAL = torch.linspace(-1, 1, 3 * 64).reshape(1, *SHAPE)
LEFT = torch.zeros(1, 1, 8, 8).index_fill(3, torch.arange(4), 1.0)


def wavy(x: Tensor, t: int) -> Estimate:
    return Estimate(torch.sin(3 * x + t / 100) + 0.3 * x.roll(1, dims=-1), torch.tanh(x))


def known(mask: Tensor, count: int = 1, seed: int = 5) -> KnownPixels:
    return KnownPixels(ORIGINAL.expand(count, -1, -1, -1), mask, BARS, known_noise(seed, count))


def inpaint(
    method: str, mask: Tensor, chain: list[int] = CHAIN, *, count: int = 1, seed: int = 5
) -> list[Step]:
    pixels, noise = known(mask, count, seed), NoiseSource.for_seeds(seed, count)
    x = begin(method, pixels, noise.draw(SHAPE), chain[0])
    sampler = "course" if method == "course" else "ddpm"
    rule = make_rule(sampler, limits(method, CONFIG), chain)
    hooks = [HOOKS[method](pixels)]
    return list(loop(wavy, rule, x, chain, noise, hooks=hooks, alphas_cumprod=BARS))


def plain(method: str, chain: list[int] = CHAIN) -> list[Step]:
    noise = NoiseSource.for_seeds(5, 1)
    rule = make_rule("course" if method == "course" else "ddpm", limits(method, CONFIG), chain)
    return list(loop(wavy, rule, noise.draw(SHAPE), chain, noise))


@pytest.mark.parametrize("method", ["course", "repaint"])
def test_a_white_mask_is_plain_sampling_from_the_same_noise(method: str) -> None:
    ones = torch.ones(1, 1, 8, 8)
    pairs = zip(inpaint(method, ones), plain(method), strict=True)
    assert all(torch.equal(ours.x, theirs.x) for ours, theirs in pairs)


def test_a_white_mask_of_if_is_sampling_from_the_noised_picture() -> None:
    steps = inpaint("if", torch.ones(1, 1, 8, 8))
    noise = NoiseSource.for_seeds(5, 1)
    x = forward(ORIGINAL, 900, noise.draw(SHAPE), BARS)
    wanted = list(loop(wavy, make_rule("ddpm", CONFIG, CHAIN), x, CHAIN, noise))
    assert torch.equal(steps[-1].x, wanted[-1].x)


def test_a_black_mask_of_the_course_is_the_picture_under_the_last_noise() -> None:
    steps = inpaint("course", torch.zeros(1, 1, 8, 8))
    source = known_noise(5, 1)
    states = [forward(ORIGINAL, t, source.draw(SHAPE), BARS) for t in (600, 300, 0)]
    assert all(torch.equal(step.x, state) for step, state in zip(steps, states, strict=True))


def test_a_black_mask_of_if_is_the_picture_at_every_step() -> None:
    for step in inpaint("if", torch.zeros(1, 1, 8, 8)):
        assert torch.equal(step.x, ORIGINAL)
        assert torch.equal(step.x_before, ORIGINAL)


def test_repaint_leaves_the_first_step_alone_and_shows_the_model_known_pixels_then() -> None:
    first, second, *_ = inpaint("repaint", LEFT)
    assert torch.equal(first.x_before, NoiseSource.for_seeds(5, 1).draw(SHAPE))
    noised = forward(ORIGINAL, 600, known_noise(5, 1).draw(SHAPE), BARS)
    assert torch.equal(second.x_before[..., 4:], noised[..., 4:])
    assert torch.equal(second.x_before[..., :4], first.x[..., :4])


def test_a_jump_noises_the_state_again_and_asks_nobody() -> None:
    asked: list[int] = []

    def counted(x: Tensor, t: int) -> Estimate:
        asked.append(t)
        return wavy(x, t)

    pixels, noise = known(LEFT), NoiseSource.for_seeds(5, 1)
    rule = make_rule("ddpm", limits("repaint", CONFIG), UP_AND_DOWN)
    hooks = [BeforeEachStep(pixels)]
    x = noise.draw(SHAPE)
    steps = list(loop(counted, rule, x, UP_AND_DOWN, noise, hooks=hooks, alphas_cumprod=BARS))
    assert asked == [900, 600, 300, 600, 300, 0]
    assert [s.index for s in steps] == list(range(7))
    foot, top = steps[2], steps[3]
    assert (top.timestep, top.next_timestep) == (0, 600)
    assert torch.equal(top.x0, foot.x0)
    assert torch.equal(top.eps, foot.eps)
    replayed = NoiseSource.for_seeds(5, 1)
    replayed.skip([4], SHAPE)
    assert torch.equal(top.x, back_up(foot.x, 0, 600, replayed.draw(SHAPE), BARS))
    assert (steps[4].timestep, steps[-1].next_timestep) == (600, None)


def test_going_up_is_the_forward_process() -> None:
    """Down at t and up to t' is, in mean and variance, straight to t'."""
    gen = torch.Generator().manual_seed(0)
    many = torch.full((1, 1, 400, 400), 0.7)
    low = forward(many, 200, torch.randn(many.shape, generator=gen), BARS)
    high = back_up(low, 200, 650, torch.randn(many.shape, generator=gen), BARS)
    assert float(high.mean()) == pytest.approx(float(BARS[650] ** 0.5 * 0.7), abs=0.01)
    assert float(high.var()) == pytest.approx(float(1 - BARS[650]), rel=0.02)


@pytest.mark.parametrize("method", HOOKS)
def test_grey_blends(method: str) -> None:
    half = known(torch.full((1, 1, 8, 8), 0.25))
    held = half.composite(torch.ones(1, *SHAPE), -torch.ones(1, *SHAPE))
    assert torch.equal(held, torch.full((1, *SHAPE), -0.5))
    assert torch.isfinite(inpaint(method, half.mask)[-1].x).all()


@pytest.mark.parametrize("method", HOOKS)
def test_a_sample_in_a_batch_is_the_sample_alone(method: str) -> None:
    chain = UP_AND_DOWN if method == "repaint" else CHAIN
    together = inpaint(method, LEFT, chain, count=3)[-1].x
    for i in range(3):
        alone = inpaint(method, LEFT, chain, seed=5 + i)[-1].x
        assert torch.equal(together[i : i + 1], alone)


def test_the_known_pixels_have_noise_of_their_own() -> None:
    own, aside = NoiseSource.for_seeds(5, 1), known_noise(5, 1)
    seen = torch.cat([own.draw((4096,)), aside.draw((4096,))])
    assert abs(float(torch.corrcoef(seen)[0, 1])) < 0.05


def test_only_repaint_clips_plainly() -> None:
    clipped = limits("repaint", CONFIG)
    assert (clipped["thresholding"], clipped["clip_sample"]) == (False, True)
    assert limits("course", CONFIG) is limits("if", CONFIG) is CONFIG
    for step in inpaint("repaint", LEFT, UP_AND_DOWN):
        assert float(step.x0.abs().max()) <= 1
