"""What real pictures a cascade is compared with."""

import torch

from engine.forge.classifier.labelled_renderings import Labelled
from engine.forge.evaluation.measures import plain, turns

NAMES = (("a bar", "a disc", "a square"), ("blue",), ("photo", "plain"))


def exam(concepts: list[int], styles: list[int]) -> Labelled:
    labels = torch.tensor([[c, 0, s] for c, s in zip(concepts, styles, strict=True)])
    return Labelled(torch.zeros(len(labels), 3, 32, 32, dtype=torch.uint8), labels, NAMES)


def test_every_concept_is_counted_by_itself() -> None:
    assert turns(exam([0, 1, 0, 0, 1], [1] * 5)).tolist() == [1, 1, 2, 3, 2]


def test_a_concept_that_is_shown_more_often_does_not_count_more() -> None:
    found = plain(exam([0, 0, 0, 0, 0, 0, 1, 1, 2, 2, 1, 1], [1] * 10 + [0] * 2))
    assert found.labels.tolist() == [[0, 0, 1]] * 2 + [[1, 0, 1]] * 2 + [[2, 0, 1]] * 2
