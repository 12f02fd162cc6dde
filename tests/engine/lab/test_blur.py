"""The blur is torchvision's; the best blur is not beaten by another."""

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torchvision.transforms.functional import gaussian_blur as torchvision_blur

from engine.errors import BadInput
from engine.lab import best_blur, gaussian_blur, noised, psnr, rescaled

Array = NDArray[np.float32]


@pytest.mark.parametrize(("kernel", "sigma"), [(1, 1.0), (3, 0.4), (5, 2.0), (33, 2.0), (63, 20.0)])
@pytest.mark.parametrize("batched", [False, True])
def test_blur_is_torchvisions(noise: Array, kernel: int, sigma: float, batched: bool) -> None:
    x = np.stack([noise, -2 * noise]) if batched else noise
    theirs = torchvision_blur(torch.from_numpy(x), [kernel, kernel], [sigma, sigma])
    np.testing.assert_allclose(gaussian_blur(x, kernel, sigma), theirs.numpy(), atol=1e-5)


@pytest.mark.parametrize(
    ("kernel", "sigma", "said"),
    [(4, 1.0, "odd"), (0, 1.0, "odd"), (-3, 1.0, "odd"), (3, 0.0, "above 0"), (3, -1.0, "above 0"),
     (3, float("nan"), "above 0"), (3, float("inf"), "above 0")],
)  # fmt: skip
def test_what_is_no_blur_is_one_line(noise: Array, kernel: int, sigma: float, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        gaussian_blur(noise, kernel, sigma)


@pytest.mark.parametrize("alpha_bar", [0.99, 0.8, 0.5, 0.1])
def test_no_blur_of_a_grid_is_better(clean: Array, noise: Array, alpha_bar: float) -> None:
    noisy = rescaled(noised(clean, noise, alpha_bar), alpha_bar)
    best = best_blur(noisy, clean)
    grid = [
        psnr(gaussian_blur(noisy, kernel, sigma), clean)
        for kernel in (1, 3, 5, 9, 17, 33)
        for sigma in (0.5, 1, 1.5, 2, 3, 5, 8)
    ]
    assert psnr(best.picture, clean) > max(grid) - 0.1
    np.testing.assert_array_equal(best.picture, gaussian_blur(noisy, best.kernel, best.sigma))


def test_rescaled_the_best_blur_is_better_than_on_x_t(clean: Array, noise: Array) -> None:
    x_t = noised(clean, noise, 0.14)
    direct, fair = best_blur(x_t, clean), best_blur(rescaled(x_t, 0.14), clean)
    assert psnr(fair.picture, clean) > psnr(direct.picture, clean) + 0.5


def test_more_noise_takes_a_wider_blur(clean: Array, noise: Array) -> None:
    sigmas = [best_blur(clean + s * noise, clean).sigma for s in (0.1, 0.5, 2.0)]
    assert sigmas == sorted(sigmas)
    assert sigmas[0] < sigmas[-1]
