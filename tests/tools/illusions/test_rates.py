"""How often both readings are seen: pairs by chance, each reading by its own orientation."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image
from torch import Tensor

from engine.forge.judge.heads import Predictions
from engine.specs import Anagram, Spec
from tests.tools.illusions import guesses, rates
from tests.tools.illusions.guesses import Guess

FLIP = ("flip", "both", "30", "of", "50", "60.0", "%")
NAMES = ("a cat", "a dog", "a fox", "a lion")


class Eye:
    """A judge that takes what is red at the top for a cat, and what is not for a dog."""

    names = (NAMES, ("red", "blue"), ("oil", "plain"))

    def look(self, pictures: Tensor) -> Predictions:
        red, blue = (pictures[:, channel, :16].mean((1, 2)) for channel in (0, 2))
        seen = torch.stack([red, blue, red - 5, blue - 5], dim=1)
        return Predictions({"concept": seen.softmax(1)}, seen)


@dataclass
class Painter:
    """Serves any request with the same picture: red above blue."""

    folder: Path

    def serve(self, spec: Spec, name: str) -> "Painter":
        self.asked = [*getattr(self, "asked", []), spec]
        return self

    @property
    def state(self) -> "Painter":
        return self

    @property
    def results(self) -> tuple[Path, ...]:
        picture = Image.new("RGB", (32, 32), (255, 0, 0))
        picture.paste((0, 0, 255), (0, 16, 32, 32))
        picture.save(self.folder / "result.png")
        return (self.folder / "result.png",)


def test_pairs_are_different_and_the_same_for_the_same_seed() -> None:
    pairs = rates.random_pairs(NAMES, 6, seed=1)
    assert pairs == rates.random_pairs(NAMES, 6, seed=1)
    assert len({frozenset(pair) for pair in pairs}) == 6
    assert all(len(set(pair)) == 2 for pair in pairs)
    assert pairs != rates.random_pairs(NAMES, 6, seed=2)


def test_every_reading_is_judged_in_its_own_orientation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guesses, "TOP", 1)
    painter: Any = Painter(tmp_path)
    eye: Any = Eye()
    pairs = [("a cat", "a dog"), ("a dog", "a cat"), ("a cat", "a cat")]
    assert rates.anagrams(painter, eye, pairs, "flip", guidance=3) == (
        [True, False, True],
        [True, False, False],
    )
    first: Anagram = painter.asked[0]
    assert (first.view, first.guidance, first.stage2) == (("identity", "flip"), 3, "none")
    assert [spec.seed for spec in painter.asked] == [2718, 2719, 2720]
    assert rates.plain(painter, eye, pairs)[1] == [False, True, True]


def test_shares_have_their_interval() -> None:
    both, first, second = rates.lines(
        "flip", ([True] * 30 + [False] * 20, [True] * 40 + [False] * 10)
    )
    assert both.split() == [*FLIP, "(46.2", "to", "72.4)"]
    assert "30 of 50" in first
    assert "40 of 50" in second


def test_only_what_was_asked_is_marked() -> None:
    assert Guess("people around a campfire", 0.171).line("a cat") == "  people arou… 17 %"
    assert Guess("a cat", 0.5).line("a cat") == "> cat 50 %"
