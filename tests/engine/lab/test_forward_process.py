"""The forward process on arrays is the engine's own."""

import math

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from engine.diffusion.noise import forward
from engine.diffusion.schedule import snr
from engine.lab import noise_std, noised, rescaled, signal_to_noise
from tests.support.noise_schedule import squaredcos_alphas_cumprod

Array = NDArray[np.float32]
ALPHAS = squaredcos_alphas_cumprod()


@pytest.mark.parametrize("t", [0, 1, 250, 500, 750, 999])
def test_a_noised_picture_is_what_the_loop_starts_from(clean: Array, noise: Array, t: int) -> None:
    theirs = forward(torch.from_numpy(clean)[None], t, torch.from_numpy(noise)[None], ALPHAS)
    ours = noised(clean, noise, ALPHAS[t].item())
    assert ours.dtype == np.float32
    np.testing.assert_allclose(ours, theirs[0].numpy(), atol=1e-6)


@pytest.mark.parametrize("t", [0, 250, 999])
def test_signal_to_noise_is_the_schedules(t: int) -> None:
    assert signal_to_noise(ALPHAS[t].item()) == pytest.approx(snr(ALPHAS, t), rel=1e-3)


def test_without_noise_the_ratio_is_infinite() -> None:
    assert signal_to_noise(1.0) == math.inf


def test_rescaling_leaves_the_picture_and_noise_of_the_said_strength(
    clean: Array, noise: Array
) -> None:
    back = rescaled(noised(clean, noise, 0.3), 0.3) - clean
    np.testing.assert_allclose(back, noise_std(0.3) * noise, atol=1e-5)
