"""What the stages' objectives draw."""

from collections.abc import Callable
from functools import partial

import pytest
import torch

from engine.forge import objectives
from engine.forge.networks import scheduler
from engine.forge.objectives import LARGE_DRAW, SMALL_DRAW, cropped, learned, tinted
from engine.forge.pictures import Pictures
from engine.training.objectives import Chances, Noising, min_snr
from engine.training.trainer import Objective, step_generator


@pytest.mark.parametrize(
    ("draw", "below_50", "below_100"),
    [(min_snr, 0.006, 0.013), (SMALL_DRAW, 0.055, 0.11), (LARGE_DRAW, 0.104, 0.209)],
)
def test_low_noise_has_its_share_of_the_draws(
    draw: Chances, below_50: float, below_100: float
) -> None:
    drawn = Noising(scheduler(1.0).alphas_cumprod, draw).draw(
        100_000, torch.Generator().manual_seed(0)
    )
    assert float((drawn < 50).float().mean()) == pytest.approx(below_50, rel=0.1)
    assert float((drawn < 100).float().mean()) == pytest.approx(below_100, rel=0.1)


def test_noise_is_shifted_as_a_whole_and_otherwise_plain() -> None:
    shape = torch.Size((400, 3, 64, 64))
    noise = tinted(shape, 0.1, torch.Generator().manual_seed(0))
    means = noise.mean((2, 3))
    # 64² pixels alone have a mean within 1/64 of 0; the shift's own spread is 0.1.
    assert abs(float(means.std()) - (0.1**2 + 1 / 64**2) ** 0.5) < 0.01
    left = noise - noise.mean((2, 3), keepdim=True)
    assert abs(float(left.std()) - 1) < 0.01


def test_noise_without_a_shift_has_no_other_mean() -> None:
    shape = torch.Size((400, 3, 64, 64))
    noise = tinted(shape, 0.0, torch.Generator().manual_seed(0))
    assert abs(float(noise.mean((2, 3)).std()) - 1 / 64) < 0.002


class Silent(torch.nn.Module):
    """Says nothing of the noise."""

    def forward(self, x: torch.Tensor, *_: object, **__: object) -> tuple[torch.Tensor]:
        return (torch.zeros(len(x), 6, *x.shape[2:]),)


@pytest.mark.parametrize(
    "objective", [objectives.stage1_objective, partial(objectives.stage2_objective, crop=16)]
)
def test_the_coarse_loss_counts_a_twentieth(
    objective: Callable[..., Objective], monkeypatch: pytest.MonkeyPatch
) -> None:
    small, large = (torch.zeros(4, 3, side, side, dtype=torch.uint8) for side in (16, 32))
    pictures = Pictures(small, large, ["a rocket"] * 4)

    def loss() -> float:
        learn = objective(pictures, lambda texts: torch.zeros(len(texts), 7, 8), batch=4, seed=0)
        return float(learn(Silent(), 0, torch.Generator().manual_seed(0))["loss"])

    found = loss()
    monkeypatch.setattr(objectives, "COARSE", 0.0)
    without = loss()
    monkeypatch.setattr(objectives, "COARSE", 1.0)
    assert found - without == pytest.approx((loss() - without) / 20, rel=1e-3)
    assert found > without


def test_a_crop_is_the_square_at_its_corner() -> None:
    pictures = torch.rand(5, 6, 12, 12, generator=torch.Generator().manual_seed(0))
    corners = torch.tensor([[0, 0], [4, 1], [8, 8], [3, 7], [8, 0]])
    parts = [p[:, y : y + 4, x : x + 4] for p, (y, x) in zip(pictures, corners, strict=True)]
    found = cropped(pictures, 4, corners)
    assert torch.equal(found, torch.stack(parts))
    assert found.is_contiguous()


def test_what_is_drawn_ahead_for_a_gpu_is_what_its_step_would_draw() -> None:
    drawn: list[int] = []

    def draw(step: int, generator: torch.Generator) -> torch.Tensor:
        drawn.append(step)
        return torch.randn(3, generator=generator)

    ahead = learned(draw, lambda model, noise: {"loss": noise}, 7, torch.device("cuda"))
    direct = learned(draw, lambda model, noise: {"loss": noise}, 7, torch.device("cpu"))
    nothing = torch.nn.Identity()
    for step in (3, 4, 5, 40, 41, 4):  # a training goes on anywhere
        there, here = (learn(nothing, step, step_generator(7, step)) for learn in (ahead, direct))
        assert torch.equal(there["loss"], here["loss"])
    assert {6, 7} <= set(drawn)
