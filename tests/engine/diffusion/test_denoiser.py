"""Guidance: which halves are evaluated, in how many calls, and what comes of them."""

import pytest
import torch
from torch import Tensor

from engine.diffusion.denoiser import LowRes, guided, guided_each

COND, UNCOND = torch.full((1, 4, 8), 2.0), torch.full((1, 4, 8), 1.0)
X = torch.randn((2, 3, 4, 4), generator=torch.Generator().manual_seed(0))


class FakeUNet:
    """ε = text · x and v = text, so that every half is told apart; remembers its calls."""

    def __init__(self, dtype: torch.dtype = torch.float32, variance: bool = True) -> None:
        self.dtype, self.variance = dtype, variance
        self.calls: list[tuple[Tensor, int, Tensor, Tensor | None]] = []

    def __call__(
        self,
        sample: Tensor,
        timestep: int,
        encoder_hidden_states: Tensor,
        class_labels: Tensor | None = None,
        return_dict: bool = True,
    ) -> tuple[Tensor, ...]:
        assert sample.dtype == encoder_hidden_states.dtype == self.dtype
        self.calls.append((sample, timestep, encoder_hidden_states, class_labels))
        text = encoder_hidden_states[:, :1, :1, None]
        eps = text * sample[:, :3]
        return (torch.cat([eps, text.expand_as(eps)], dim=1) if self.variance else eps,)


def test_guidance_is_one_call_with_the_unconditional_half_first() -> None:
    unet = FakeUNet()
    said = guided(unet, COND, UNCOND, 7.0)(X, 500)
    ((sample, t, text, labels),) = unet.calls
    assert (tuple(sample.shape), t, labels) == ((4, 3, 4, 4), 500, None)
    assert text[:, 0, 0].tolist() == [1, 1, 2, 2]
    assert said.eps_uncond is not None
    assert said.eps_cond is not None
    assert said.variance is not None
    assert torch.equal(said.eps_cond, 2 * X)
    assert torch.equal(said.eps, said.eps_uncond + 7.0 * (said.eps_cond - said.eps_uncond))
    assert set(said.variance.flatten().tolist()) == {2.0}


@pytest.mark.parametrize(("guidance", "text"), [(0.0, 1.0), (1.0, 2.0)])
def test_one_half_alone_is_a_call_of_single_size(guidance: float, text: float) -> None:
    unet = FakeUNet()
    said = guided(unet, COND, UNCOND, guidance)(X, 500)
    assert unet.calls[0][0].shape == X.shape
    assert torch.equal(said.eps, text * X)
    assert said.variance is not None
    assert set(said.variance.flatten().tolist()) == {text}
    assert (said.eps_uncond is None) == (guidance == 1)
    assert (said.eps_cond is None) == (guidance == 0)


def test_a_scale_below_one_interpolates() -> None:
    said = guided(FakeUNet(), COND, UNCOND, 0.5)(X, 500)
    assert torch.allclose(said.eps, 1.5 * X)


def test_a_model_without_variance_channels() -> None:
    assert guided(FakeUNet(variance=False), COND, UNCOND, 7.0)(X, 500).variance is None


def test_stage2_sees_the_noised_picture_and_its_level() -> None:
    unet = FakeUNet()
    low = LowRes(torch.ones_like(X), 250)
    guided(unet, COND, UNCOND, 4.0, low)(X, 20)
    sample, _, _, labels = unet.calls[0]
    assert torch.equal(sample[:, :3], torch.cat([X, X]))
    assert set(sample[:, 3:].flatten().tolist()) == {1.0}
    assert labels is not None
    assert labels.tolist() == [250] * 4


def test_casts_only_around_the_network() -> None:
    said = guided(FakeUNet(torch.float16), COND, UNCOND, 7.0)(X, 500)
    assert said.eps.dtype == torch.float32


def test_the_state_is_not_written_to() -> None:
    before = X.clone()
    guided(FakeUNet(), COND, UNCOND, 7.0, LowRes(X, 1))(X, 500)
    assert torch.equal(X, before)


def test_a_scale_for_every_sample_is_each_scale_alone_in_one_call() -> None:
    unet, scales = FakeUNet(), (0.0, 1.0, 7.0)
    x = torch.randn((3, 3, 4, 4), generator=torch.Generator().manual_seed(1))
    said = guided_each(unet, COND, UNCOND, scales)(x, 500)
    assert len(unet.calls) == 1
    assert said.variance is not None
    for i, scale in enumerate(scales):
        alone = guided(FakeUNet(), COND, UNCOND, scale)(x[i : i + 1], 500)
        assert alone.variance is not None
        assert torch.equal(said.eps[i : i + 1], alone.eps)
        assert torch.equal(said.variance[i : i + 1], alone.variance)
