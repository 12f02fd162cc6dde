"""What real pictures a cascade is compared with."""

from pathlib import Path

import torch

from engine.forge.evaluation.measures import plain, turns
from engine.forge.judge.renderings import Labelled

NAMES = (("a bar", "a disc", "a square"), ("blue",), ("photo", "plain"))


def exam(concepts: list[int], styles: list[int]) -> Labelled:
    labels = torch.tensor([[c, 0, s] for c, s in zip(concepts, styles, strict=True)])
    return Labelled((Path("x.png"),) * len(labels), labels, NAMES, ("",) * len(labels))


def test_every_concept_is_counted_by_itself() -> None:
    assert turns(exam([0, 1, 0, 0, 1], [1] * 5)).tolist() == [1, 1, 2, 3, 2]


def test_a_concept_that_is_shown_more_often_does_not_count_more() -> None:
    whole = exam([0, 0, 0, 0, 0, 0, 1, 1, 2, 2, 1, 1], [1] * 10 + [0] * 2)
    found = whole.part(plain(whole))
    assert found.labels.tolist() == [[0, 0, 1]] * 2 + [[1, 0, 1]] * 2 + [[2, 0, 1]] * 2
