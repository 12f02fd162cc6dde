"""Bands that a picture gives."""

import torch

from engine.bands import bands
from engine.diffusion.band_ops import GivenBands, band
from engine.diffusion.inpaint import known_noise
from engine.diffusion.noise import forward
from tests.support.noise_schedule import squaredcos_alphas_cumprod

X, CLEAN = torch.randn((3, 3, 32, 32), generator=torch.Generator().manual_seed(0)).split([2, 1])
PARTS, BARS = bands("frequency", 32), squaredcos_alphas_cumprod()


def test_the_band_is_the_picture_s_noised_to_the_timestep_and_the_rest_stays() -> None:
    hook = GivenBands({"low": CLEAN}, PARTS, BARS, known_noise(7, 2))
    eps = known_noise(7, 2).draw((3, 32, 32))
    want = band(forward(CLEAN, 300, eps, BARS), PARTS["low"]) + band(X, PARTS["high"])
    assert torch.allclose(hook.after(X, 300), want, atol=1e-5)


def test_in_the_end_it_is_the_picture_s_own_and_nothing_is_drawn() -> None:
    noise = known_noise(7, 2)
    after = GivenBands({"high": CLEAN}, PARTS, BARS, noise).after(X, None)
    want = band(X, PARTS["low"]) + band(CLEAN.expand_as(X), PARTS["high"])
    assert torch.allclose(after, want, atol=1e-5)
    assert noise.drawn == (0, 0)


def test_the_state_before_is_not_written_into() -> None:
    kept = X.clone()
    GivenBands({"low": CLEAN}, PARTS, BARS, known_noise(7, 2)).after(X, 300)
    assert torch.equal(X, kept)
