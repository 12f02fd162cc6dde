"""Where a cascade is examined: a judge that has learned, and renderings that neither has seen."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from engine.forge import pictures
from engine.forge.classifier import labelled_renderings
from engine.forge.classifier.labelled_renderings import Labelled
from engine.forge.classifier.learn import taught
from engine.forge.classifier.network import Judge, Opinion, look
from engine.forge.evaluation import measures, prompts
from engine.forge.evaluation.accuracy import Figures, ceiling
from engine.specs.evaluate import Evaluate
from engine.training.fit import Report, Stop

Say = Callable[[str], None]


@dataclass(frozen=True)
class Bench:
    """The judge, the renderings (N) that examine it, what it says of them, and the cascade's own
    training pictures (M,3,32,32) uint8, None where they are not named."""

    judge: Judge
    exam: Labelled
    opinion: Opinion
    pool: Tensor | None
    figures: Figures


def bench(spec: Evaluate, report: Report, say: Say, stop: Stop) -> Bench:
    """Train the judge, or find it trained, and see how often it is right itself: the ceiling.

    Raises BadInput for a folder that cannot teach it, Stopped where `stop` says so.
    """
    if spec.threads:
        torch.set_num_threads(spec.threads)
    say("reading the judge's renderings")
    cache = judge_folder(spec) / "pictures.safetensors"
    learn, exam = labelled_renderings.split(
        labelled_renderings.load(Path(spec.folder).expanduser(), cache, stop)
    )
    alike = measures.plain(exam)
    prompts.check_styles(exam.names)
    pool = trained_on(spec, say, stop)
    judge = taught(spec, learn, report, stop)
    opinion = look(judge, exam.pictures)
    found = {
        "concepts": len(exam.names[0]),
        "learned_from": len(learn),
        "examined_on": len(exam),
        "ceiling": ceiling(opinion, exam),
        "plain": ceiling(look(judge, alike.pictures), alike),
    }
    return Bench(judge, exam, opinion, pool, found)


def trained_on(spec: Evaluate, say: Say, stop: Stop) -> Tensor | None:
    """The cascade's training pictures (M,3,32,32) uint8, where they are named."""
    if not spec.trained_on:
        return None
    say("reading the cascade's training pictures")
    files = [file for file, _ in pictures.rows(Path(spec.trained_on).expanduser())]
    return labelled_renderings.reduced(files, judge_folder(spec) / "trained-on.safetensors", stop)


def judge_folder(spec: Evaluate) -> Path:
    """Where the judge's training is, and what was drawn for it."""
    return Path(spec.judge).expanduser()
