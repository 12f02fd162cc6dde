"""What a trained digit model is worth, measured by a classifier that it never met.

Drawing raises Stopped where `stop` says so.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from engine.diffusion.noise import NoiseSource
from engine.digits import ood, sampling
from engine.digits.classifier import network
from engine.digits.classifier.network import Classifier, Predictions, look
from engine.digits.data import CLASSES, Split, StatusCallback
from engine.digits.datasets import held_out
from engine.digits.load_model import Trained
from engine.digits.measures import Real, accuracy, by_digit, rises, samples, spread
from engine.digits.metrics_by_epoch import curve
from engine.digits.reports import Figures
from engine.digits.training_data import learned_from
from engine.errors import BadInput
from engine.evaluation import describe_machine
from engine.specs import DigitEvaluate
from engine.specs.digits import SIGMAS

Stop = Callable[[], bool]


@dataclass(frozen=True)
class Drawn:
    """Samples (N, 1, 28, 28) at a guidance scale, and what the classifier says of them.

    `labels` (N,) are the digits that were asked for, None where none were: by a model of time,
    whose `guidance` is None too, and at guidance 0, which leaves the class out.
    """

    guidance: float | None
    labels: Tensor | None
    pictures: Tensor
    seen: Predictions

    def figures(self, real: Real) -> Figures:
        """Accuracy, where there is something to be right about, and how near to real digits."""
        measured = samples(real, self.seen, each=self.labels is not None)
        measured = {"guidance": self.guidance, "samples": len(self.pictures), **measured}
        if self.labels is None:
            return measured
        right = accuracy(self.seen.right(self.labels))
        return {**measured, "accuracy": right, "by_digit": by_digit(self.seen, self.labels)}


@dataclass
class Evaluation:
    """All figures, plain JSON values, and what the page of them shows."""

    figures: Figures
    real: Real
    drawn: list[Drawn] = field(default_factory=list)
    outside: ood.Outside | None = None


def evaluate(model: Trained, spec: DigitEvaluate, say: StatusCallback, stop: Stop) -> Evaluation:
    """Measure a model of class or time by its samples, a denoiser by what it restores.

    Raises BadInput for a model of other things than digits.
    """
    if model.spec.data == "fashion":
        raise BadInput(
            f"{model.folder.name} was trained on Fashion-MNIST, and the judge knows only digits"
        )
    known = learned_from(model.spec, model.folder, say).train
    split = Split(known, held_out(model.spec.data, say))
    say("looking at real digits")
    evaluation = Evaluation(_about(model, spec, split), Real.of(network.load(), split))
    if model.spec.model == "denoiser":
        digits = spread(split.test.labels)[: CLASSES * spec.count]
        evaluation.outside = ood.outside(model, split.test, digits, SIGMAS, spec.seed, say, stop)
        evaluation.figures["psnr"] = evaluation.outside.figures()
    else:
        evaluation.drawn = _draw_all(model, spec, evaluation.real, say, stop)
        evaluation.figures["samples"] = [
            drawn.figures(evaluation.real) for drawn in evaluation.drawn
        ]
        evaluation.figures["real"] = _real(evaluation.real)
    if spec.curve:
        evaluation.figures["curve"] = curve(model.folder, model.spec, evaluation.real, say)
    return evaluation


def draw(
    model: Trained,
    spec: DigitEvaluate,
    classifier: Classifier,
    guidance: float | None,
    say: StatusCallback,
    stop: Stop,
) -> Drawn:
    """`count` samples of each digit, or as many of none; sample i with seed + i at every guidance.

    `guidance` is None for a model without classes.
    """
    calls, total = model.calls(spec.steps), CLASSES * spec.count
    all_labels = sampling.each(range(CLASSES), spec.count) if guidance else None
    how: dict[str, Any] = {"guidance": guidance or 0, "calls": calls, "stop": stop}
    where = "" if guidance is None else f" at guidance {guidance:g}"
    parts = []
    for first in range(0, total, spec.batch):
        say(f"drawing{where}: {first} of {total} digits, {calls} model calls each")
        part = slice(first, min(first + spec.batch, total))
        noise = NoiseSource.for_seeds(spec.seed + first, part.stop - first, model.device)
        labels = None if all_labels is None else all_labels[part]
        with model.lower():
            parts.append(sampling.sample(model.net, model.process(calls), noise, labels, **how))
    pictures = torch.cat(parts)
    return Drawn(guidance, all_labels, pictures, look(classifier, pictures))


def _draw_all(
    model: Trained, spec: DigitEvaluate, real: Real, say: StatusCallback, stop: Stop
) -> list[Drawn]:
    """At each guidance scale; a model without classes has none."""
    scales = spec.scales if model.classes else (None,)
    return [draw(model, spec, real.classifier, scale, say, stop) for scale in scales]


def _real(real: Real) -> Figures:
    """The classifier on real digits; whether the distance rises with their noise, as it must."""
    ladder = real.ladder()
    unseen = accuracy(real.unseen.right(real.labels))
    return {"accuracy": unseen, "ladder": ladder, "ladder_rises": rises(ladder)}


def _about(model: Trained, spec: DigitEvaluate, split: Split) -> Figures:
    return {
        "training": model.folder.name,
        "model": model.title,
        "step": model.step,
        "epoch": model.epoch,
        "fingerprint": model.fingerprint,
        "data": split.train.source,
        "test_data": split.test.source,
        "calls": None if model.spec.model == "denoiser" else model.calls(spec.steps),
        "precision": "bfloat16" if model.is_lower else "float32",
        "machine": describe_machine(model.device),
        "judge": network.card(),
        "spec": spec.model_dump(mode="json"),
    }
