"""What a cascade is examined with: a judge, and art that the judge never learned from."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from engine.forge import pictures
from engine.forge.evaluation import measures, prompts
from engine.forge.evaluation.accuracy import Figures, ceiling
from engine.forge.judge import features
from engine.forge.judge.features import Viewing
from engine.forge.judge.heads import LargeJudge, Predictions
from engine.forge.judge.learn import taught
from engine.forge.judge.lessons import LARGE, SMALL, Lessons, read
from engine.forge.judge.renderings import Labelled
from engine.specs.evaluate import Evaluate
from engine.training.fit import Report, Stop

Say = Callable[[str], None]


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


def set_up(spec: Evaluate, report: Report, say: Say, stop: Stop) -> EvaluationSetup:
    """Train the judge, or find it trained, and see how often it is right itself: the ceiling.

    Raises BadInput for a folder that cannot teach it, Unavailable without its network's package,
    Stopped where `stop` says so; what it has seen until then is kept.
    """
    if spec.threads:
        torch.set_num_threads(spec.threads)
    lessons = read(spec)
    measures.plain(lessons.exam)
    prompts.check_styles(lessons.exam.names)
    eye = features.eye(spec.precision)
    pool = trained_on(spec, say, stop)
    viewing = Viewing(eye, judge_folder(spec) / "seen", say, stop)
    judge = LargeJudge(eye, taught(spec, *lessons.rows(viewing), report, stop))

    def predicted(name: str, some: Labelled, side: int) -> Predictions:
        return judge.read(*viewing.both_ways(name, some.files, side))

    small, large = (predicted("exam", lessons.exam, side) for side in (SMALL, LARGE))
    figures = examined(lessons, small, large)
    if lessons.known is not None:
        figures["known"] = ceiling(predicted("known", lessons.known, SMALL), lessons.known)
    return EvaluationSetup(judge, lessons.exam, small, large, pool, figures)


def examined(lessons: Lessons, small: Predictions, large: Predictions) -> Figures:
    """How often the judge is right about the art, at either side, by itself and by set."""
    plain, exam = measures.plain(lessons.exam), lessons.exam
    sides = {"": small, "large_": large}
    found: Figures = {
        "concepts": len(exam.names[0]),
        "learned_from": len(lessons.learn),
        "learned_sets": sorted(set(lessons.learn.sets) - {""}),
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
