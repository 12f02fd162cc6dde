"""Every sample draws from its own generator, as diffusers' randn_tensor does with a list."""

import pytest
import torch
from diffusers.utils.torch_utils import randn_tensor

from engine.diffusion.noise import NoiseSource, forward
from tests.support.noise_schedule import squaredcos_alphas_cumprod

SHAPE = (3, 5, 5)


@pytest.mark.parametrize("count", [1, 3])
def test_draws_are_those_of_randn_tensor(count: int) -> None:
    theirs = [torch.Generator().manual_seed(7 + i) for i in range(count)]
    noise = NoiseSource.for_seeds(7, count)
    for _ in range(3):
        assert torch.equal(noise.draw(SHAPE), randn_tensor((count, *SHAPE), generator=theirs))
    assert noise.drawn == (3,) * count


def test_a_sample_draws_the_same_alone() -> None:
    together, alone = NoiseSource.for_seeds(7, 4), NoiseSource.for_seeds(9, 1)
    assert torch.equal(together.draw(SHAPE)[2:3], alone.draw(SHAPE))


def test_skipping_is_drawing() -> None:
    drawn, skipped = NoiseSource.for_seeds(0, 2), NoiseSource.for_seeds(0, 2)
    drawn.draw(SHAPE), drawn.draw(SHAPE)
    skipped.skip((2, 2), SHAPE)
    assert skipped.drawn == drawn.drawn
    assert torch.equal(skipped.draw(SHAPE), drawn.draw(SHAPE))


def test_one_sample_may_draw_while_the_others_wait() -> None:
    together, alone = NoiseSource.for_seeds(7, 3), NoiseSource.for_seeds(8, 1)
    assert torch.equal(together.draw_for(1, SHAPE), alone.draw(SHAPE))
    assert together.drawn == (0, 1, 0)
    assert torch.equal(together.draw(SHAPE)[1:2], alone.draw(SHAPE))
    assert torch.equal(together.draw(SHAPE)[0], NoiseSource([*_after(7, 1)]).draw(SHAPE)[0])


def _after(seed: int, draws: int) -> list[torch.Generator]:
    source = NoiseSource.for_seeds(seed, 1)
    source.skip((draws,), SHAPE)
    return source.generators


def test_the_global_generator_is_left_alone() -> None:
    before = torch.get_rng_state()
    NoiseSource.for_seeds(0, 2).draw(SHAPE)
    assert torch.equal(torch.get_rng_state(), before)


def test_forward_keeps_the_variance_of_unit_data() -> None:
    noise, bars = NoiseSource.for_seeds(0, 2), squaredcos_alphas_cumprod()
    x0, eps = noise.draw((3, 64, 64)), noise.draw((3, 64, 64))
    assert torch.allclose(forward(x0, 0, eps, bars), x0, atol=0.05)
    for t in (250, 500, 750):
        x = forward(x0, t, eps, bars)
        assert float(x.std()) == pytest.approx(1, abs=0.02)
        assert float((x * x0).mean()) == pytest.approx(float(bars[t]) ** 0.5, abs=0.03)
