"""Grain against noise whose spread is known, errors against networks that know all or nothing."""

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from engine.checkpoints import CascadeStage
from engine.diffusion.schedule import alphas_cumprod
from engine.forge.evaluation import fineness
from engine.forge.networks import scheduler
from tests.engine.forge.labelled import write


def slope(side: int = 64) -> Tensor:
    """A grey slope with an upright edge, (4,3,side,side) in [-1,1]."""
    columns = torch.linspace(-0.3, 0.2, side)
    columns[side // 2 :] += 0.2
    return columns.expand(4, 3, side, side)


@pytest.mark.parametrize("spread", [2.0, 8.0, 20.0])
def test_noise_of_a_known_spread_is_found_on_slopes_and_edges(spread: float) -> None:
    noise = torch.randn(slope().shape, generator=torch.Generator().manual_seed(0))
    found = fineness.noise_of(slope() + spread / 127.5 * noise)
    assert found.shape == (4,)
    assert found.mean() == pytest.approx(spread, rel=0.05)
    assert fineness.noise_of(slope()).max() < 0.01


def test_flat_ground_is_measured_beside_things_that_are_not_flat() -> None:
    generator = torch.Generator().manual_seed(0)
    pictures = slope() + 5 / 127.5 * torch.randn(slope().shape, generator=generator)
    pictures[:, :, 8:56, 16:48] = torch.rand((4, 3, 48, 32), generator=generator) * 2 - 1
    pictures[:2, :, :16, :16] = torch.rand((2, 3, 16, 16), generator=generator) * 2 - 1
    assert fineness.ground_noise(pictures) == pytest.approx(5, rel=0.1)
    assert fineness.noise_of(pictures).mean() > 20


class Knowing:
    """A network that knows the pictures and tells a share of the noise in them."""

    dtype = torch.float32

    def __init__(self, clean: Tensor, share: float) -> None:
        self.clean, self.share = clean, share

    def __call__(self, x: Tensor, t: int, text: Tensor, **_: Any) -> tuple[Tensor]:
        level = alphas_cumprod(dict(scheduler(1.5).config))[t]
        noise = (x - level.sqrt() * self.clean) / (1 - level).sqrt()
        return (torch.cat([self.share * noise, torch.zeros_like(noise)], 1),)


@pytest.mark.parametrize(("share", "error"), [(1.0, 0.0), (0.7, 0.09), (0.0, 1.0)])
def test_errors_are_those_of_the_share_of_noise_that_is_not_told(
    share: float, error: float
) -> None:
    clean = slope(32)
    stage = CascadeStage(
        Knowing(clean, share), dict(scheduler(1.5).config), None, 3, 32, torch.float32
    )
    found = fineness.errors(stage, torch.zeros(4, 77, 1), clean, seed=0)
    assert found.shape == (len(fineness.TIMESTEPS),)
    assert found.tolist() == pytest.approx([error] * 4, abs=1e-4, rel=0.05)


def test_held_out_art_is_plain_and_of_the_last_tenth(tmp_path: Path) -> None:
    art = fineness.held_out(write(tmp_path / "toy"), 16, 64)
    assert (art.small.shape, art.large.shape) == ((6, 3, 16, 16), (6, 3, 64, 64))
    assert art.captions == ["a high quality photo"] * 6
    few = fineness.held_out(tmp_path / "toy", 16, 64, count=2)
    torch.testing.assert_close(few.large, art.large[[0, 3]])
