"""What a judge learns from, and what examines it."""

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from engine.forge.judge import renderings
from engine.forge.judge.features import View, Viewing
from engine.forge.judge.renderings import Labelled
from engine.specs.evaluate import Evaluate

SMALL, LARGE = 32, 128
"""Sides at which a judge learns and is examined: those of the bundled cascade's stages."""


@dataclass(frozen=True)
class Lessons:
    """Renderings to learn from; others of the same sets, None where those examine; and those that
    examine."""

    learn: Labelled
    known: Labelled | None
    exam: Labelled

    def rows(self, viewing: Viewing) -> tuple[Tensor, Labelled]:
        """What is to be learned, at either side: rows (2N,2784) and their renderings (2N)."""
        seen = [viewing.rows("learn", self.learn.files, View(side)) for side in (SMALL, LARGE)]
        twice = torch.arange(len(self.learn)).repeat(len(seen))
        return torch.cat(seen), self.learn.part(twice)


def read(spec: Evaluate) -> Lessons:
    """With a folder to learn from, all of the other examines; without one, its last tenth."""
    folder = Path(spec.folder).expanduser()
    if not spec.learn_from:
        learn, exam = renderings.split(renderings.load(folder))
        return Lessons(learn, None, exam)
    learn, known = renderings.split(renderings.load(Path(spec.learn_from).expanduser()))
    return Lessons(learn, known, renderings.load(folder, learn.names))
