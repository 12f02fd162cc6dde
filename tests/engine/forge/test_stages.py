"""What the stages' objectives draw."""

import torch

from engine.forge.objectives import tinted


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
