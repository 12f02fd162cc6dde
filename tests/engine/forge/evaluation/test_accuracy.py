"""Shares have the interval of Wilson, and what is wanted is read from them."""

import pytest
import torch

from engine.forge.evaluation.accuracy import accuracy, between, interval
from engine.forge.evaluation.card import percent


@pytest.mark.parametrize(
    ("right", "count", "ends"),
    [(30, 50, (0.462, 0.724)), (0, 10, (0.0, 0.2775)), (10, 10, (0.7225, 1.0)), (0, 0, (0.0, 1.0))],
)
def test_the_interval_is_wilsons(right: int, count: int, ends: tuple[float, float]) -> None:
    assert interval(right, count) == pytest.approx(ends, abs=5e-4)


def test_an_accuracy_says_its_share_and_interval() -> None:
    found = accuracy(torch.tensor([True] * 30 + [False] * 20))
    assert (found["right"], found["of"], found["share"]) == (30, 50, 0.6)
    assert between(found) == "46.2–72.4"
    assert percent(found) == "60.0 % (30 of 50)"
    assert percent(accuracy(torch.zeros(0, dtype=torch.bool))) == "none"
