"""The Fréchet distance against what is known of it."""

import numpy as np
import pytest
import scipy.linalg
import torch

from engine.evaluation import Gaussian, frechet_between, frechet_distance


def drawn(count: int, seed: int, width: int = 5) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    mix = torch.randn(width, width, generator=generator)
    return torch.randn(count, width, generator=generator) @ mix + seed


def test_gaussians_with_one_set_of_axes_have_a_closed_form() -> None:
    """|m_a - m_b|^2 + sum of (s_a - s_b)^2 over the axes."""
    axes = torch.linalg.qr(torch.randn(4, 4, generator=torch.Generator().manual_seed(1))).Q.double()
    a, b = torch.tensor([1.0, 2.0, 3.0, 0.0]).double(), torch.tensor([2.0, 2.0, 0.5, 1.0]).double()
    one = Gaussian(torch.zeros(4).double(), axes @ a.square().diag() @ axes.T)
    other = Gaussian(torch.ones(4).double(), axes @ b.square().diag() @ axes.T)
    expected = 4 + float((a - b).square().sum())
    assert frechet_distance(one, other) == pytest.approx(expected, abs=1e-6)


def test_it_equals_the_root_of_the_product() -> None:
    a, b = Gaussian.of(drawn(40, 1)), Gaussian.of(drawn(50, 2))
    root = np.real(scipy.linalg.sqrtm((a.covariance @ b.covariance).numpy()))
    expected = (a.mean - b.mean).square().sum() + (a.covariance + b.covariance).trace()
    assert frechet_distance(a, b) == pytest.approx(float(expected) - 2 * np.trace(root), rel=1e-6)
    assert frechet_distance(a, b) == pytest.approx(frechet_distance(b, a), rel=1e-9)


def test_a_set_is_no_distance_from_itself_and_less_from_its_like_than_from_another() -> None:
    pictures = drawn(400, 3)
    assert frechet_between(pictures, pictures) == pytest.approx(0, abs=1e-6)
    like = frechet_between(pictures[:200], pictures[200:])
    other = frechet_between(pictures[:200], drawn(200, 4))
    assert like is not None
    assert other is not None
    assert like < other / 20


def test_one_picture_has_no_spread() -> None:
    assert frechet_between(drawn(1, 1), drawn(9, 2)) is None
