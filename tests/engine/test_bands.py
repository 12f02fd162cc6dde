"""Bands: they sum to the picture, numpy and torch agree, and they are what their papers say."""

import numpy as np
import pytest
import torch
from torchvision.transforms.functional import gaussian_blur

from engine.bands import FACTORS, LARGEST_KERNEL, band, bands, gaussian
from engine.diffusion.band_ops import band as band_of
from engine.diffusion.band_ops import filtered, summed

SIDES = (32, 64, 256)


def _picture(side: int) -> np.ndarray:
    return np.random.default_rng(side).standard_normal((2, 3, side, side)).astype(np.float32)


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("factor", FACTORS)
def test_the_bands_of_a_picture_sum_to_it(factor: str, side: int) -> None:
    x = torch.from_numpy(_picture(side))
    parts = bands(factor, side)
    assert tuple(parts) == FACTORS[factor]
    whole = sum(band_of(x, one) for one in parts.values())
    assert torch.allclose(whole, x, atol=1e-6)
    assert torch.allclose(summed(dict.fromkeys(parts, x), parts), x, atol=1e-6)


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("factor", FACTORS)
def test_numpy_and_torch_see_the_same_bands(factor: str, side: int) -> None:
    x = _picture(side)
    for one in bands(factor, side).values():
        assert np.allclose(band(x, one), band_of(torch.from_numpy(x), one).numpy(), atol=1e-5)


@pytest.mark.parametrize(
    ("side", "kernel", "sigma"), [(32, 17, 1.0), (64, 33, 2.0), (256, 133, 8.0)]
)
def test_the_low_band_is_the_course_s_blur_scaled_with_the_picture(
    side: int, kernel: int, sigma: float
) -> None:
    x = torch.from_numpy(_picture(side))
    low = filtered(x, gaussian(side))
    assert torch.allclose(low, gaussian_blur(x, [kernel, kernel], [sigma, sigma]), atol=1e-5)


def test_three_bands_lie_between_two_blurs() -> None:
    x = torch.from_numpy(_picture(64))
    narrow, wide = (gaussian_blur(x, [25, 25], [s, s]) for s in (1.0, 2.0))
    found = {name: band_of(x, one) for name, one in bands("triple", 64).items()}
    assert torch.allclose(found["low"], wide, atol=1e-5)
    assert torch.allclose(found["middle"], narrow - wide, atol=1e-5)
    assert torch.allclose(found["high"], x - narrow, atol=1e-5)


def test_grey_has_no_colour_and_colour_no_grey() -> None:
    x = torch.from_numpy(_picture(32))
    found = {name: band_of(x, one) for name, one in bands("colour", 32).items()}
    assert torch.allclose(found["grey"], x.mean(1, keepdim=True).expand_as(x))
    assert found["colour"].mean(1).abs().max() < 1e-6


def test_motion_is_the_mean_along_the_diagonal() -> None:
    dot = torch.zeros(1, 1, 64, 64)
    dot[..., 30, 30] = 7.0
    moved = band_of(dot, bands("motion", 64)["moved"])
    assert moved.nonzero()[:, 2:].tolist() == [[at, at] for at in range(27, 34)]
    assert torch.allclose(moved[moved > 0], torch.ones(7))


@pytest.mark.parametrize("side", SIDES)
def test_the_widest_window_fits_every_picture(side: int) -> None:
    x = torch.from_numpy(_picture(side))
    assert filtered(x, gaussian(side, LARGEST_KERNEL, 2.0)).isfinite().all()


def test_bands_of_different_pictures_are_those_pictures_bands() -> None:
    low, high = (torch.from_numpy(_picture(64)[i : i + 1]) for i in (0, 1))
    parts = bands("frequency", 64)
    mixed = summed({"low": low, "high": high}, parts)
    assert torch.allclose(
        mixed, band_of(low, parts["low"]) + band_of(high, parts["high"]), atol=1e-6
    )
