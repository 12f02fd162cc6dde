"""What requests of a trained digit model share: opening it, keeping and telling what was found."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from engine import files
from engine.digits.load_model import Trained
from engine.digits.networks import SIDE
from engine.events import Notice, Ready, Report
from engine.job import Job
from engine.specs.digits import DigitSpec, judge_name

Figures = dict[str, Any]
TARGET_ACCURACY = 0.95


@dataclass(frozen=True)
class Metric:
    """One finding; `wanted` is empty where nothing in particular is."""

    what: str
    met: bool
    reached: str
    wanted: str = ""


def summarize(figures: Figures) -> list[Metric]:
    """What a person wants to know of it first."""
    drawn = [metric for sample in figures.get("samples", ()) for metric in _of_samples(sample)]
    restored = [_restored(figures["psnr"])] if "psnr" in figures else []
    real = [_real(figures["real"])] if "real" in figures else []
    judge = [_judge(figures)] if "judge" in figures else []
    return [*drawn, *restored, *real, *_curve(figures.get("curve", [])), *judge]


def summarize_ood(figures: Figures) -> list[Metric]:
    """A line for each σ of the out-of-distribution test, and one for noise alone."""
    rows = [
        Metric(f"σ {r['sigma']:g}", True, f"{_db(r['noisy'])} noisy, {_db(r['restored'])} restored")
        for r in figures["by_sigma"]
    ]
    pure = figures["pure_noise"]
    to_mean = f"PSNR {_db(pure['psnr_to_mean_digit'])} to the mean digit"
    apart = f"{_db(pure['psnr_to_each_other'])} to one another"
    return [*rows, Metric("pure noise", True, f"what is made of it has {to_mean}, {apart}")]


def _of_samples(figures: Figures) -> list[Metric]:
    near = f"{figures['frechet']:g} (real digits, as many: {figures['floor']:g})"
    even = f"{figures['class_entropy_bits']:g} bits of classes (3.32 at most)"
    scale = figures["guidance"]
    at = "no class" if scale is None else f"guidance {scale:g}"
    near_and_even = Metric(at, True, f"Fréchet distance {near}, {even}")
    if "accuracy" not in figures:
        return [near_and_even]
    right = figures["accuracy"]
    low, high = (f"{100 * end:.1f}" for end in right["interval"])
    reached = f"{right['share']:.1%} of {right['of']} are the digit asked for ({low} to {high} %)"
    return [
        Metric(
            at,
            right["share"] >= TARGET_ACCURACY,
            reached,
            f"{TARGET_ACCURACY:.0%} right, at guidance 3",
        ),
        near_and_even,
    ]


def _restored(figures: Figures) -> Metric:
    """At the σ that it learned, or the nearest that was measured."""
    own = min(figures["by_sigma"], key=lambda r: abs(r["sigma"] - figures["trained_at_sigma"]))
    gained = own["noisy"] is not None and own["restored"] > own["noisy"]
    values = f"{_db(own['noisy'])} noisy, {_db(own['restored'])} restored"
    return Metric(f"σ {own['sigma']:g}", gained, f"PSNR {values}", "nearer than it was")


def _real(figures: Figures) -> Metric:
    far = " ".join(f"{rung['frechet']:g}" for rung in figures["ladder"])
    return Metric(
        "noise on real", figures["ladder_rises"], f"distance {far}", "rising with the noise"
    )


def _judge(figures: Figures) -> Metric:
    """Which it was, and how good it is: figures of another are not to be compared with these."""
    card = figures["judge"]
    known = f"right about {card['accuracy']:.2%} of {card['tested_on']}"
    return Metric("measured by", True, f"{judge_name(figures)}, {known}")


def _curve(curve: list[Figures]) -> list[Metric]:
    """The first epoch and the last."""
    if not curve:
        return []
    first, last = curve[0], curve[-1]
    if "psnr" in first:
        change = f"PSNR {_db(first['psnr'])} → {_db(last['psnr'])}"
    elif "accuracy" in first:
        right = f"{first['accuracy']['share']:.0%} → {last['accuracy']['share']:.0%} right"
        change = f"{right}, Fréchet {first['frechet']:g} → {last['frechet']:g}"
    else:
        change = f"Fréchet {first['frechet']:g} → {last['frechet']:g}"
    return [Metric(f"epochs {first['epoch']:g}–{last['epoch']:g}", True, change)]


def _db(value: float | None) -> str:
    return "∞" if value is None else f"{value:.2f} dB"


def opened(job: Job, spec: DigitSpec) -> Trained:
    """The model of the spec's training: a notice for each checkpoint that could not be read."""
    model = Trained.open(spec.training, spec.epoch, spec.at_step, spec.device)
    for notice in model.notices:
        job.say(Notice, f"{notice}; the one before is taken")
    dtype = "bfloat16" if model.is_lower else "float32"
    job.say(Ready, model.title, str(model.device), dtype, model.fingerprint, (SIDE,))
    return model


def keep(path: Path, content: Image.Image | dict[str, Any]) -> None:
    """Write a page, or figures as JSON, whole or not at all."""
    if isinstance(content, Image.Image):
        files.write(path, lambda part: content.save(part, "PNG", optimize=True))
    else:
        files.write_bytes(path, (json.dumps(content, indent=1) + "\n").encode())


def report(job: Job, summarize: Iterable[Metric], page: Path) -> None:
    """Say what was found, and where the page is."""
    for metric in summarize:
        wanted = f"wanted: {metric.wanted}" if metric.wanted else ""
        job.say(Report, metric.what, metric.met, metric.reached, wanted)
    job.status(f"the page is {page}")
