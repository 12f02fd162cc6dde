"""The three measures, against other implementations and against what they should say."""

import json
import math

import numpy as np
import piq
import pytest
import torch
from numpy.typing import NDArray

from engine.lab import gaussian_blur, measures, psnr
from engine.lab.haarpsi import haarpsi

Array = NDArray[np.float32]


def _unit(x: Array) -> torch.Tensor:
    return torch.from_numpy(x.astype(np.float64) / 2 + 0.5)[None]


@pytest.mark.parametrize(("height", "width"), [(32, 32), (64, 64), (33, 47)])
@pytest.mark.parametrize("strength", [0.02, 0.3, 2.0])
def test_haarpsi_is_piqs(height: int, width: int, strength: float) -> None:
    draw = np.random.default_rng(height)
    a = draw.uniform(-1, 1, (3, height, width)).astype(np.float32)
    b = np.clip(a + strength * draw.standard_normal(a.shape), -1, 1).astype(np.float32)
    theirs = piq.haarpsi(_unit(a), _unit(b), subsample=False).item()
    assert haarpsi(a, b) == pytest.approx(theirs, abs=1e-9)


def test_psnr_and_ssim_are_piqs(clean: Array, noise: Array) -> None:
    noisy = np.clip(clean + 0.2 * noise, -1, 1).astype(np.float32)
    ours = measures(noisy, clean)
    assert ours.psnr == pytest.approx(piq.psnr(_unit(noisy), _unit(clean)).item(), abs=1e-4)
    valid = piq.ssim(_unit(noisy), _unit(clean), kernel_sigma=1.5, downsample=False)
    assert ours.ssim == pytest.approx(float(valid), abs=0.03)  # piq leaves the edge out


def test_equal_pictures_are_perfect_and_the_figures_are_json(clean: Array) -> None:
    perfect = measures(clean, clean)
    assert (perfect.psnr, perfect.ssim) == (math.inf, pytest.approx(1))
    assert perfect.perceptual == pytest.approx(1)
    assert json.loads(json.dumps(perfect.to_dict(), allow_nan=False))["psnr"] is None


def test_more_noise_is_worse_in_all_three(clean: Array, noise: Array) -> None:
    rows = [measures(clean + s * noise, clean) for s in (0.05, 0.2, 0.6, 1.5)]
    for name in ("psnr", "ssim", "perceptual"):
        figures = [getattr(row, name) for row in rows]
        assert figures == sorted(figures, reverse=True), name


def test_more_blur_is_worse_in_all_three(clean: Array) -> None:
    rows = [measures(gaussian_blur(clean, 15, s), clean) for s in (0.5, 1.0, 2.0, 4.0)]
    for name in ("psnr", "ssim", "perceptual"):
        figures = [getattr(row, name) for row in rows]
        assert figures == sorted(figures, reverse=True), name


def test_what_cannot_be_shown_is_not_measured(clean: Array) -> None:
    assert measures(clean * 9, np.sign(clean)).psnr == psnr(
        np.clip(clean * 9, -1, 1), np.sign(clean)
    )


def test_black_beside_black_is_equal() -> None:
    black = -np.ones((3, 16, 16), np.float32)
    assert haarpsi(black, black) == 1
    assert haarpsi(black, -black) < 0.5
