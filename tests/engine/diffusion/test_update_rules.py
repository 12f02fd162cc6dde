"""What the update rules do to x̂0, and how much noise they add."""

import pytest
import torch

from engine.diffusion.schedule import pair
from engine.diffusion.update_rules import dynamic_threshold, interpolated_log_variance, limited
from tests.support.noise_schedule import squaredcos_alphas_cumprod

WIDE = torch.linspace(-3, 3, 192).reshape(1, 3, 8, 8)


def test_dynamic_threshold_clips_at_the_quantile_and_divides() -> None:
    out = dynamic_threshold(WIDE, 0.5, 10.0)
    s = float(torch.quantile(WIDE.abs(), 0.5))
    assert torch.allclose(out, WIDE.clamp(-s, s) / s)


def test_dynamic_threshold_is_each_picture_s_own() -> None:
    both = torch.cat([WIDE, 0.1 * WIDE])
    out = dynamic_threshold(both, 0.95, 1.5)
    assert torch.equal(out[1:], 0.1 * WIDE)
    assert torch.equal(out[:1], dynamic_threshold(WIDE, 0.95, 1.5))


def test_limits_follow_the_config() -> None:
    assert torch.equal(limited(WIDE, {"clip_sample": False}), WIDE)
    assert float(limited(WIDE, {"clip_sample": True}).max()) == 1.0
    assert float(limited(WIDE, {"clip_sample": True, "clip_sample_range": 2.0}).max()) == 2.0


@pytest.mark.parametrize(("v", "name"), [(-1.0, "posterior_variance"), (1.0, "beta")])
def test_the_ends_of_the_learned_range(v: float, name: str) -> None:
    step = pair(squaredcos_alphas_cumprod(), 500, 450)
    variance = torch.exp(interpolated_log_variance(torch.tensor(v), step))
    assert float(variance) == pytest.approx(float(getattr(step, name)), rel=1e-5)
