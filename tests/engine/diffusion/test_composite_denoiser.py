"""Terms: anagrams and hybrids are what their papers write, in one call that asks nothing twice."""

from collections.abc import Sequence

import pytest
import torch
from torch import Tensor
from torchvision.transforms.functional import gaussian_blur

from engine.bands import FACTORS, bands
from engine.diffusion.composite_denoiser import Term, alternating, combined
from engine.diffusion.denoiser import Denoiser, LowRes, guided
from engine.diffusion.view_ops import TensorView
from engine.views import Resolution, view

SIDE = 32
A, B, NONE = (torch.full((1, 4, 8), value) for value in (2.0, 3.0, 1.0))
X = torch.randn((2, 3, SIDE, SIDE), generator=torch.Generator().manual_seed(0))
PLACE = torch.linspace(-1, 1, SIDE * SIDE).reshape(1, 1, SIDE, SIDE)
WHOLE = bands("whole", SIDE)


class FakeUNet:
    """ε and v depend on the prompt, on x and on the place, as a network's do; counts samples."""

    dtype = torch.float32

    def __init__(self) -> None:
        self.batches: list[int] = []
        self.seen: list[Tensor] = []

    def __call__(
        self,
        sample: Tensor,
        timestep: int,
        encoder_hidden_states: Tensor,
        class_labels: Tensor | None = None,
        return_dict: bool = True,
    ) -> tuple[Tensor, ...]:
        self.batches.append(len(sample))
        self.seen.append(sample)
        text = encoder_hidden_states[:, :1, :1, None]
        eps = torch.sin(text * sample[:, :3]) + text * PLACE
        return (torch.cat([eps, torch.cos(eps)], dim=1),)


def look(name: str) -> TensorView:
    return TensorView(view(name).at(Resolution(SIDE, SIDE)))


def term(text: Tensor, name: str = "identity", *shares: float) -> Term:
    return Term(text, look(name), shares or (1.0,))


def plain(text: Tensor, guidance: float = 7.0) -> Denoiser:
    return guided(FakeUNet(), text, NONE, guidance)


def two(first: str, second: str) -> list[Term]:
    return [term(A, first, 0.5), term(B, second, 0.5)]


@pytest.mark.parametrize("guidance", [0.0, 1.0, 7.0])
@pytest.mark.parametrize("factor", FACTORS)
def test_equal_prompts_in_all_terms_are_plain_sampling(factor: str, guidance: float) -> None:
    names, same = FACTORS[factor], look("identity")
    count = len(names)
    if factor == "whole":
        terms = [Term(A, same, (share,)) for share in (0.25, 0.75)]
    else:
        terms = [Term(A, same, [float(i == j) for j in range(count)]) for i in range(count)]
    said = combined(FakeUNet(), terms, NONE, guidance, bands(factor, SIDE))(X, 500)
    want = plain(A, guidance)(X, 500)
    assert torch.allclose(said.eps, want.eps, atol=1e-5)
    assert said.variance is not None
    assert want.variance is not None
    assert torch.allclose(said.variance, want.variance, atol=1e-6)
    assert (said.eps_cond is None, said.eps_uncond is None) == (guidance == 0, guidance == 1)


def test_an_anagram_is_the_mean_of_two_readings_guided_after_the_way_back() -> None:
    said = combined(FakeUNet(), two("identity", "flip"), NONE, 7.0, WHOLE)(X, 500)
    first, second = plain(A)(X, 500), plain(B)(X.flip(2), 500)
    assert torch.allclose(said.eps, (first.eps + second.eps.flip(2)) / 2, atol=1e-5)
    assert first.variance is not None
    assert second.variance is not None
    assert said.variance is not None
    assert torch.allclose(said.variance, (first.variance + second.variance.flip(2)) / 2, atol=1e-6)


def test_negating_negates_the_noise_but_not_its_variance() -> None:
    said = combined(FakeUNet(), [term(A, "negate")], NONE, 1.0, WHOLE)(X, 500)
    alone = plain(A, 1.0)(-X, 500)
    assert torch.equal(said.eps, -alone.eps)
    assert said.variance is not None
    assert alone.variance is not None
    assert torch.equal(said.variance, alone.variance)


def test_a_hybrid_is_low_of_one_and_high_of_the_other() -> None:
    parts = [term(A, "identity", 1.0, 0.0), term(B, "identity", 0.0, 1.0)]
    said = combined(FakeUNet(), parts, NONE, 7.0, bands("frequency", SIDE))(X, 500)
    first, second = plain(A)(X, 500).eps, plain(B)(X, 500).eps

    def low(x: Tensor) -> Tensor:
        return gaussian_blur(x, [17, 17], [1.0, 1.0])

    assert torch.allclose(said.eps, low(first) + second - low(second), atol=1e-4)


@pytest.mark.parametrize(
    ("terms", "calls"),
    [
        ([term(A), term(B)], 4),
        (two("identity", "flip"), 4),
        ([term(A), term(A)], 4),
    ],
)
def test_all_terms_are_one_batch(terms: Sequence[Term], calls: int) -> None:
    """Looks of their own here: nothing is asked alike."""
    unet = FakeUNet()
    combined(unet, terms, NONE, 7.0, WHOLE)(X, 500)
    assert unet.batches == [calls * len(X)]


@pytest.mark.parametrize(("texts", "calls"), [((A, B), 3), ((A, B, A * 2), 4), ((A, A), 2)])
def test_what_is_asked_alike_is_asked_once(texts: Sequence[Tensor], calls: int) -> None:
    unet, same = FakeUNet(), look("identity")
    terms = [Term(text, same, (1 / len(texts),)) for text in texts]
    combined(unet, terms, NONE, 7.0, WHOLE)(X, 500)
    assert unet.batches == [calls * len(X)]


def test_terms_that_alternate_cost_no_more_than_one() -> None:
    unet = FakeUNet()
    each = [combined(unet, [one], NONE, 7.0, WHOLE) for one in two("identity", "flip")]
    turns = {500: 4, 480: 5}
    both = alternating([combined(unet, [term(A)], NONE, 7.0, WHOLE), each[1]], turns.__getitem__)
    assert torch.allclose(both(X, 500).eps, plain(A)(X, 500).eps)
    assert torch.equal(both(X, 480).eps, each[1](X, 480).eps)
    assert unet.batches == [2 * len(X)] * 3


def test_stage2_sees_the_enlarged_picture_through_the_view_too() -> None:
    unet, low = FakeUNet(), LowRes(X * 2, 50)
    combined(unet, [term(A, "rotate-90")], NONE, 4.0, WHOLE, low)(X, 20)
    (seen,) = unet.seen
    turned = torch.rot90(X, 1, (2, 3))
    assert torch.equal(seen, torch.cat([torch.cat([turned, turned * 2], dim=1)] * 2))


def test_a_negative_share_leads_away() -> None:
    same = look("identity")
    terms = [Term(A, same, (2.0,)), Term(B, same, (-1.0,))]
    said = combined(FakeUNet(), terms, NONE, 1.0, WHOLE)(X, 500)
    assert torch.allclose(said.eps, 2 * plain(A, 1.0)(X, 500).eps - plain(B, 1.0)(X, 500).eps)


@pytest.mark.parametrize("name", ["blur", "circle-135", "white-balance"])
def test_a_view_that_fails_changes_the_noise(name: str) -> None:
    noise = torch.randn((4, 3, SIDE, SIDE), generator=torch.Generator().manual_seed(1))
    assert abs(look(name).view(noise).std() - 1) > 0.01
