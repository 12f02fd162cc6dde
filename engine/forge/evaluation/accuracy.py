"""How often something is right, as plain JSON values."""

from typing import Any

from torch import Tensor

from engine.forge.classifier.labelled_renderings import HEADS, Labelled
from engine.forge.classifier.opinion import Opinion

Figures = dict[str, Any]


def accuracy(hits: Tensor) -> Figures:
    """Of a bool tensor (N,): how many were right, of how many, and the share."""
    right = int(hits.sum())
    return {"right": right, "of": len(hits), "share": round(right / max(1, len(hits)), 4)}


def ceiling(opinion: Opinion, exam: Labelled) -> Figures:
    """How often the judge is right about real renderings that it never saw."""
    columns = {head: exam.labels[:, HEADS.index(head)] for head in HEADS}
    found = {head: accuracy(opinion.right(head, labels)) for head, labels in columns.items()}
    return {**found, "concept_top5": accuracy(opinion.right("concept", columns["concept"], 5))}
