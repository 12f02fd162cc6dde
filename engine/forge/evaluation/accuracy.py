"""How often something is right, as plain JSON values, and how often it should be."""

import math
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from engine.forge.judge.heads import Predictions
from engine.forge.judge.renderings import HEADS, Labelled

Figures = dict[str, Any]


def accuracy(hits: Tensor) -> Figures:
    """Of a bool tensor (N,): how many were right, of how many, the share and its interval."""
    right, count = int(hits.sum()), len(hits)
    share = round(right / max(1, count), 4)
    return {"right": right, "of": count, "share": share, "interval": interval(right, count)}


def interval(right: int, count: int) -> list[float]:
    """In which the share is in 95 of 100 cases (Wilson 1927)."""
    if not count:
        return [0.0, 1.0]
    share, z = right / count, 1.96
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    spread = math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    half = z * spread / (1 + z * z / count)
    return [round(max(0.0, middle - half), 4), round(min(1.0, middle + half), 4)]


def ceiling(predictions: Predictions, exam: Labelled) -> Figures:
    """How often the judge is right about art that it never saw."""
    columns = {head: exam.labels[:, HEADS.index(head)] for head in HEADS}
    found = {head: accuracy(predictions.right(head, labels)) for head, labels in columns.items()}
    return {**found, "concept_top5": accuracy(predictions.right("concept", columns["concept"], 5))}


CONCEPT_OF_CEILING, COLOUR, STYLE = 0.95, 0.97, 0.90
GRAIN, ERROR, ERROR_AT = 3.0, 0.06, 50
"""The most grain of stage II in levels of 255, and the most error of its ε̂ at a timestep."""


@dataclass(frozen=True)
class Metric:
    """What was reached, what the judge reaches on held-out art, what is wanted."""

    what: str
    reached: str
    ceiling: str
    wanted: str
    met: bool


def metrics(found: Figures) -> list[Metric]:
    """Concept, colour, style and, where there is one, stage II: what it keeps, how fine it is."""
    return [_concepts(found), *_labels(found), *_stage2(found), *_fineness(found)]


def _concepts(found: Figures) -> Metric:
    """Against the judge's accuracy on art of the plain style, as bare names are."""
    concepts, known = found["concepts"], found["judge"]["plain"]["concept"]
    scale = concepts["best_guidance"]
    best = next(row for row in concepts["by_guidance"] if row["guidance"] == scale)
    share = best["top1"]["share"] / max(known["share"], 1e-9)
    return Metric(
        f"concept, top-1 of {found['judge']['concepts']}, guidance {scale:g}",
        f"{_percent(best['top1'])}, {100 * share:.1f} % of the judge's own; top-5"
        f" {_percent(best['top5'])}",
        _percent(known),
        f"{100 * CONCEPT_OF_CEILING:.0f} % of the judge's own",
        share >= CONCEPT_OF_CEILING,
    )


def _labels(found: Figures) -> list[Metric]:
    wanted = (("background colour", "colours", COLOUR), ("style", "styles", STYLE))
    return [
        Metric(what, _percent(found[key]["drawn"]), _percent(found[key]["ceiling"]),
            f"{100 * least:.0f} %", found[key]["drawn"]["share"] >= least)
        for what, key, least in wanted
    ]  # fmt: skip


def _stage2(found: Figures) -> list[Metric]:
    both = found["stage2"]
    if both is None:
        return []
    before, after, known = both["stage1"], both["stage2"], found["judge"]["large_plain"]
    return [Metric(
        f"concept after stage II, {after['of']} pictures", _percent(after),
        _percent(known["concept"]),
        f"no less than stage I: {_percent(before)}", after["right"] >= before["right"],
    )]  # fmt: skip


def _fineness(found: Figures) -> list[Metric]:
    fine = found["fineness"]
    if "stage2" not in fine:
        return []
    second, steps = fine["stage2"], found["spec"]["stage2_steps"]
    error = second["errors"][list(fine["timesteps"]).index(ERROR_AT)]
    grain, real = second["grain"], second["real"]["grain"]
    return [
        Metric(f"grain after stage II at {steps} steps", f"{grain:.1f} levels", f"art: {real:.1f}",
            f"at most {GRAIN:g} levels", grain <= GRAIN),
        Metric(f"error of stage II's ε̂ at t = {ERROR_AT}", f"{error:.3f}", "",
            f"at most {ERROR:g}", error <= ERROR),
    ]  # fmt: skip


def _percent(accuracy: Figures) -> str:
    return f"{100 * accuracy['share']:.1f} % ({between(accuracy)})"


def between(accuracy: Figures) -> str:
    """The interval of an accuracy, in percent: "85.3–93.1"."""
    return "–".join(f"{100 * end:.1f}" for end in accuracy["interval"])
