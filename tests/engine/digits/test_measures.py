"""What is measured of digits, on real ones and on what is known in advance."""

import math

import pytest
import torch

from engine.digits import measures
from engine.digits.classifier import network
from engine.digits.classifier.network import Predictions, look
from engine.digits.data import Split, bundled
from engine.digits.measures import Real


@pytest.fixture(scope="module")
def real() -> Real:
    """Six hundred digits that are known, and three hundred that are not."""
    whole = bundled()
    return Real.of(network.load(), Split(whole.train.first(600), whole.test.first(300)))


def test_the_distance_rises_with_noise_from_near_the_floor(real: Real) -> None:
    ladder = real.ladder()
    assert [rung["sigma"] for rung in ladder] == list(measures.LADDER)
    assert ladder[0]["frechet"] == real.floor(300)
    assert measures.rises(ladder)
    assert ladder[-1]["frechet"] > 20 * ladder[0]["frechet"]


def test_fewer_pictures_have_a_higher_floor(real: Real) -> None:
    low, middle, high = (real.floor(count, each=True) for count in (100, 40, 20))
    assert low < middle < high
    assert real.floor(1) is None


def test_other_digits_than_real_ones_are_further_away(real: Real) -> None:
    ones = real.unseen.part(real.labels == 1)
    assert real.distance(ones) > 10 * real.floor(len(ones.features))


def test_turns_take_each_digit_before_any_again() -> None:
    labels = torch.tensor([3, 3, 1, 3, 1, 0])
    assert labels[measures.spread(labels)].tolist() == [0, 1, 3, 1, 3, 3]


def test_accuracy_has_an_interval() -> None:
    right = torch.arange(200) >= 10
    found = measures.accuracy(right)
    assert (found["right"], found["of"], found["share"]) == (190, 200, 0.95)
    assert found["interval"] == pytest.approx([0.9104, 0.9726], abs=1e-3)  # Wilson 1927


def _seen(digits: list[int], sure: float = 1.0) -> Predictions:
    rest = (1 - sure) / 9
    probabilities = torch.full((len(digits), 10), rest)
    probabilities[torch.arange(len(digits)), torch.tensor(digits)] = sure
    return Predictions(probabilities, torch.zeros(len(digits), 64))


def test_variety_is_the_entropy_of_the_classes() -> None:
    even = measures.variety(_seen(list(range(10)), 0.7))
    assert even["class_entropy_bits"] == pytest.approx(math.log2(10), abs=1e-3)
    assert even["confidence"] == 0.7
    alike = measures.variety(_seen([4] * 8))
    assert (alike["class_entropy_bits"], alike["digits_seen"][4]) == (0, 8)
    assert measures.variety(_seen([4, 5]))["class_entropy_bits"] == 1


def test_shares_by_digit() -> None:
    found = measures.by_digit(_seen([3, 3, 8]), torch.tensor([3, 8, 8]))
    assert (found[3], found[8], found[0]) == (1.0, 0.5, None)


def test_psnr_of_noise_is_its_level() -> None:
    clean = torch.rand(4, 1, 28, 28)
    assert measures.psnr(clean + 0.1, clean).tolist() == pytest.approx([20.0] * 4, abs=1e-3)
    assert torch.isinf(measures.psnr(clean, clean)).all()


def test_the_judge_is_asked_of_pictures_as_they_are(real: Real) -> None:
    assert look(real.classifier, real.pictures[:5]).features.equal(real.unseen.features[:5])
