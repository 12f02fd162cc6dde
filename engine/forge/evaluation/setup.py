"""What a cascade is examined with: a judge, and art that the judge never learned from."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from engine.forge import pictures
from engine.forge.evaluation import measures, prompts
from engine.forge.evaluation.accuracy import Figures, ceiling
from engine.forge.judge import features, renderings
from engine.forge.judge.features import Eye
from engine.forge.judge.heads import Heads, LargeJudge, Predictions
from engine.forge.judge.learn import taught
from engine.forge.judge.renderings import Labelled
from engine.specs.evaluate import Evaluate
from engine.training.fit import Report, Stop

Say = Callable[[str], None]
SMALL, LARGE = 32, 128
"""Sides at which the judge learns and is examined: those of the bundled cascade's stages."""


@dataclass(frozen=True)
class EvaluationSetup:
    """The judge, the art (N) that examines it, what it says of it at either side, and the cascade's
    own training pictures (M,3,32,32) uint8, None where they are not named."""

    judge: LargeJudge
    exam: Labelled
    small: Predictions
    large: Predictions
    pool: Tensor | None
    figures: Figures


@dataclass(frozen=True)
class Art:
    """Renderings to learn from; others of the same sets, None where those are the examination; and
    those that examine."""

    learn: Labelled
    known: Labelled | None
    exam: Labelled


def set_up(spec: Evaluate, report: Report, say: Say, stop: Stop) -> EvaluationSetup:
    """Train the judge, or find it trained, and see how often it is right itself: the ceiling.

    Raises BadInput for a folder that cannot teach it, Unavailable without its network's package,
    Stopped where `stop` says so; what it has seen until then is kept.
    """
    if spec.threads:
        torch.set_num_threads(spec.threads)
    art = read(spec)
    measures.plain(art.exam)
    prompts.check_styles(art.exam.names)
    looking = features.eye(spec.precision)
    pool = trained_on(spec, say, stop)
    judge = LargeJudge(looking, _heads(spec, looking, art.learn, report, say, stop))

    def predicted(name: str, some: Labelled, side: int) -> Predictions:
        return judge.read(_rows(spec, looking, name, some, side, say, stop))

    small, large = (predicted("exam", art.exam, side) for side in (SMALL, LARGE))
    figures = examined(art, small, large)
    if art.known is not None:
        figures["known"] = ceiling(predicted("known", art.known, SMALL), art.known)
    return EvaluationSetup(judge, art.exam, small, large, pool, figures)


def read(spec: Evaluate) -> Art:
    """With a folder to learn from, all of the other examines; without one, its last tenth."""
    folder = Path(spec.folder).expanduser()
    if not spec.learn_from:
        learn, exam = renderings.split(renderings.load(folder))
        return Art(learn, None, exam)
    learn, known = renderings.split(renderings.load(Path(spec.learn_from).expanduser()))
    return Art(learn, known, renderings.load(folder, learn.names))


def _heads(
    spec: Evaluate, looking: Eye, learn: Labelled, report: Report, say: Say, stop: Stop
) -> Heads:
    """Learned from every picture at both sides."""
    sides = [_rows(spec, looking, "learn", learn, side, say, stop) for side in (SMALL, LARGE)]
    labels = learn.labels.repeat(len(sides), 1)
    return taught(spec, torch.cat(sides), labels, learn.names, report, stop)


def _rows(
    spec: Evaluate, looking: Eye, name: str, some: Labelled, side: int, say: Say, stop: Stop
) -> Tensor:
    kept = judge_folder(spec) / "seen" / name
    return features.of_files(looking, some.files, side, kept, say, stop)


def examined(art: Art, small: Predictions, large: Predictions) -> Figures:
    """How often the judge is right about the art, at either side, by itself and by set."""
    plain, exam = measures.plain(art.exam), art.exam
    sides = {"": small, "large_": large}
    found: Figures = {
        "concepts": len(exam.names[0]),
        "learned_from": len(art.learn),
        "learned_sets": sorted(set(art.learn.sets) - {""}),
        "examined_on": len(exam),
    }
    for prefix, told in sides.items():
        found[f"{prefix}ceiling"] = ceiling(told, exam)
        found[f"{prefix}plain"] = ceiling(told.part(plain), exam.part(plain))
    found["sets"] = {
        name: {
            key: ceiling(told.part(exam.from_set(name)), exam.part(exam.from_set(name)))
            for key, told in (("small", small), ("large", large))
        }
        for name in sorted(set(exam.sets))
    }
    return found


def trained_on(spec: Evaluate, say: Say, stop: Stop) -> Tensor | None:
    """The cascade's training pictures (M,3,32,32) uint8, where they are named."""
    if not spec.trained_on:
        return None
    say("reading the cascade's training pictures")
    listed = [file for file, _ in pictures.rows(Path(spec.trained_on).expanduser())]
    return pictures.reduced(listed, SMALL, judge_folder(spec) / "trained-on.safetensors", stop)


def judge_folder(spec: Evaluate) -> Path:
    """Where the judge's training is, what it has seen, and what was drawn for it."""
    return Path(spec.judge).expanduser()
