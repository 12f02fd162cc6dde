"""What a cascade is examined with: a classifier, and renderings that neither has seen."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from engine.forge import pictures
from engine.forge.classifier import labelled_renderings
from engine.forge.classifier.labelled_renderings import Labelled
from engine.forge.classifier.learn import taught
from engine.forge.classifier.network import Classifier, Predictions, look
from engine.forge.evaluation import measures, prompts
from engine.forge.evaluation.accuracy import Figures, ceiling
from engine.specs.evaluate import Evaluate
from engine.training.fit import Report, Stop

Say = Callable[[str], None]


@dataclass(frozen=True)
class EvaluationSetup:
    """The classifier, the renderings (N) that examine it, what it says of them, and the cascade's
    own training pictures (M,3,32,32) uint8, None where they are not named."""

    classifier: Classifier
    exam: Labelled
    predictions: Predictions
    pool: Tensor | None
    figures: Figures


def set_up(spec: Evaluate, report: Report, say: Say, stop: Stop) -> EvaluationSetup:
    """Train the classifier, or find it trained, and see how often it is right itself: the ceiling.

    Raises BadInput for a folder that cannot teach it, Stopped where `stop` says so.
    """
    if spec.threads:
        torch.set_num_threads(spec.threads)
    say("reading the judge's renderings")
    cache = classifier_folder(spec) / "pictures.safetensors"
    learn, exam = labelled_renderings.split(
        labelled_renderings.load(Path(spec.folder).expanduser(), cache, stop)
    )
    alike = measures.plain(exam)
    prompts.check_styles(exam.names)
    pool = trained_on(spec, say, stop)
    classifier = taught(spec, learn, report, stop)
    predictions = look(classifier, exam.pictures)
    found = {
        "concepts": len(exam.names[0]),
        "learned_from": len(learn),
        "examined_on": len(exam),
        "ceiling": ceiling(predictions, exam),
        "plain": ceiling(look(classifier, alike.pictures), alike),
    }
    return EvaluationSetup(classifier, exam, predictions, pool, found)


def trained_on(spec: Evaluate, say: Say, stop: Stop) -> Tensor | None:
    """The cascade's training pictures (M,3,32,32) uint8, where they are named."""
    if not spec.trained_on:
        return None
    say("reading the cascade's training pictures")
    files = [file for file, _ in pictures.rows(Path(spec.trained_on).expanduser())]
    return labelled_renderings.reduced(
        files, classifier_folder(spec) / "trained-on.safetensors", stop
    )


def classifier_folder(spec: Evaluate) -> Path:
    """Where the classifier's training is, and what was drawn for it."""
    return Path(spec.judge).expanduser()
