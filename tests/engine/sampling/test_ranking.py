"""Ranking by a judge: the order, each reading, and what is said where the judge knows nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from PIL import Image
from torch import Tensor

from engine import events, judge
from engine.control import Control
from engine.diffusion.noise import NoiseSource
from engine.sampling import ranking
from engine.sampling.ranking import Ranking, Reading
from engine.specs import Generate

VOCABULARY = (
    '{"words": ["a", "dog", "cat"], "concepts": ["a dog", "a cat"], "near": {"hound": "dog"}}'
)


class Eye:
    """Takes how red a picture is for a dog, and how blue for a cat."""

    concepts = ("a dog", "a cat", "a fox")

    def concept_of(self, prompt: str) -> int | None:
        return self.concepts.index(prompt) if prompt in self.concepts else None

    def probabilities(self, pictures: Tensor) -> Tensor:
        share = pictures.mean(dim=(2, 3)) / 2 + 0.5
        return torch.stack([share[:, 0], share[:, 2], torch.zeros(len(pictures))], dim=1)


@dataclass
class Heard:
    """A job that keeps what is said, and what is noted of samples."""

    control: Control = field(default_factory=Control)
    said: list[tuple[Any, ...]] = field(default_factory=list)
    notes: dict[int, dict[str, Any]] = field(default_factory=dict)

    @property
    def writer(self) -> "Heard":
        return self

    def say(self, kind: Any, *values: Any) -> None:
        self.said.append((kind, *values))

    def note(self, sample: int, **more: Any) -> None:
        self.notes[sample] = more


def painted(*colours: tuple[int, int, int]) -> list[Image.Image]:
    return [Image.new("RGB", (4, 4), colour) for colour in colours]


@pytest.fixture
def rank(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Ask for the ranking of pictures by what is to be read; the job, and what came of it."""
    monkeypatch.setattr(judge, "bundled", Eye)

    def ranked(
        readings: Sequence[Reading], images: Sequence[Image.Image], taught: bool = True
    ) -> tuple[Heard, Ranking | None]:
        if taught:
            (tmp_path / "vocabulary.json").write_text(VOCABULARY)
        job: Any = Heard()
        cascade: Any = SimpleNamespace(folder=tmp_path)
        spec = Generate(prompt="a dog", best_of=len(images), seed=7, model="mine")
        return job, ranking.by_judge(job, spec, cascade, readings)(images)

    return ranked


def test_a_score_is_the_least_of_the_readings_and_the_best_is_first() -> None:
    ranking = Ranking(("a dog", "a cat"), ((0.9, 0.1), (0.3, 0.4), (0.2, 0.8)))
    assert ranking.scores == (0.1, 0.3, 0.2)
    assert ranking.order == (1, 2, 0)


def test_of_equal_scores_the_lower_seed_is_first() -> None:
    assert Ranking(("a dog",), ((0.5,), (0.9,), (0.5,), (0.9,))).order == (1, 3, 0, 2)


def test_the_reddest_is_the_best_dog_and_that_is_told_and_noted(rank: Any) -> None:
    job, found = rank([Reading("a dog")], painted((51, 0, 0), (255, 0, 0), (102, 0, 0)))
    assert found.order == (1, 2, 0)
    ((kind, text, stage, order, scores, readings, probabilities),) = job.said
    assert (kind, stage, order, readings) == (events.Ranked, 1, (1, 2, 0), ("a dog",))
    assert text == "best of 3: seed 8 (a dog 100 %)"
    assert scores == pytest.approx((0.2, 1.0, 0.4))
    assert probabilities == tuple((score,) for score in scores)
    note = job.notes[2]["ranking"]
    assert (note["rank"], note["of"]) == (2, 3)
    assert note["probabilities"] == {"a dog": note["score"]}


def test_each_reading_is_looked_at_in_its_own_way(rank: Any) -> None:
    """Red and blue change places in the second reading, so that red is a cat there."""
    swapped = Reading("a cat", lambda pictures: pictures.flip(1))
    job, found = rank([Reading("a dog"), swapped], painted((0, 0, 255), (204, 0, 0)))
    assert found.probabilities[0] == pytest.approx((0.0, 0.0))
    assert found.probabilities[1] == pytest.approx((0.8, 0.8))
    assert job.said[0][1] == "best of 2: seed 8 (a dog 80 %, a cat 80 %)"


def test_a_prompt_of_no_concept_leaves_the_others_to_rank(rank: Any) -> None:
    job, found = rank([Reading("a xylophone"), Reading("a cat")], painted((0, 0, 9), (0, 0, 90)))
    assert (found.readings, found.order) == (("a cat",), (1, 0))
    (notice, line), _ = job.said
    assert notice is events.Notice
    assert line.startswith("best of 2: ranked by a cat alone")
    assert "'a xylophone'" in line


def test_a_near_word_is_ranked_as_what_is_drawn_for_it(rank: Any) -> None:
    _, found = rank([Reading("A hound")], painted((51, 0, 0), (255, 0, 0)))
    assert (found.readings, found.order) == (("a dog",), (1, 0))


def test_where_no_prompt_has_a_concept_nothing_is_ranked_and_that_is_said(rank: Any) -> None:
    job, found = rank([Reading("a foxglove")], painted((9, 0, 0), (90, 0, 0)))
    assert found is None
    assert job.notes == {}
    ((kind, line),) = job.said
    assert kind is events.Notice
    assert "none of its 3 concepts (such as a fox" in line
    assert "in 'a foxglove'; all are drawn as --count draws them" in line


def test_what_another_model_draws_is_not_ranked(rank: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(judge, "bundled")
    job, found = rank([Reading("a dog")], painted((9, 0, 0), (90, 0, 0)), taught=False)
    assert found is None
    assert "the judge knows what the bundled cascade draws, not mine" in job.said[0][1]


def test_a_cancelled_run_is_not_ranked(rank: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def cancels(pictures: Tensor) -> Tensor:
        looked.append(pictures)
        job.control.cancel()
        return pictures

    looked: list[Tensor] = []
    job = Heard()
    monkeypatch.setitem(globals(), "Heard", lambda: job)
    _, found = rank([Reading("a dog", cancels), Reading("a cat", cancels)], painted((9, 0, 0)) * 2)
    assert found is None
    assert len(looked) == 1
    assert job.said == []


def test_the_best_alone_goes_on_with_its_own_noise() -> None:
    states, noise, alone = torch.rand(3, 3, 2, 2), *(NoiseSource.for_seeds(7, 3) for _ in "ab")
    noise.draw((2,)), alone.draw((2,))
    found = Ranking(("a dog",), ((0.1,), (0.2,), (0.9,)))
    low_res, own = ranking.best_alone(found, states, noise)
    assert torch.equal(low_res, states[2:])
    assert (own.samples, own.count, own.drawn) == ((2,), 3, (1,))
    assert torch.equal(own.draw((5,)), alone.draw((5,))[2:])
    assert ranking.best_alone(None, states, noise) == (states, noise)
