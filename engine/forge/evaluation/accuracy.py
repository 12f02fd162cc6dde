"""How often something is right, as plain JSON values, and how often it should be."""

from dataclasses import dataclass
from typing import Any

from torch import Tensor

from engine.forge.classifier.labelled_renderings import HEADS, Labelled
from engine.forge.classifier.network import Predictions

Figures = dict[str, Any]


def accuracy(hits: Tensor) -> Figures:
    """Of a bool tensor (N,): how many were right, of how many, and the share."""
    right = int(hits.sum())
    return {"right": right, "of": len(hits), "share": round(right / max(1, len(hits)), 4)}


def ceiling(predictions: Predictions, exam: Labelled) -> Figures:
    """How often the classifier is right about real renderings that it never saw."""
    columns = {head: exam.labels[:, HEADS.index(head)] for head in HEADS}
    found = {head: accuracy(predictions.right(head, labels)) for head, labels in columns.items()}
    return {**found, "concept_top5": accuracy(predictions.right("concept", columns["concept"], 5))}


CONCEPT_OF_CEILING, COLOUR, STYLE = 0.95, 0.97, 0.90
GRAIN, ERROR, ERROR_AT = 3.0, 0.06, 50
"""The most grain of stage II in levels of 255, and the most error of its ε̂ at a timestep."""


@dataclass(frozen=True)
class Metric:
    """What was reached, what the classifier gives real renderings, what is wanted."""

    what: str
    reached: str
    ceiling: str
    wanted: str
    met: bool


def metrics(found: Figures) -> list[Metric]:
    """Concept, colour, style and, where there is one, stage II: what it keeps, how fine it is."""
    return [_concepts(found), *_labels(found), *_stage2(found), *_fineness(found)]


def _concepts(found: Figures) -> Metric:
    """Against the classifier's accuracy on pictures of the plain style, as bare names are."""
    concepts, known = found["concepts"], found["judge"]["plain"]["concept"]["share"]
    scale = concepts["best_guidance"]
    best = next(row for row in concepts["by_guidance"] if row["guidance"] == scale)
    share = best["top1"]["share"] / max(known, 1e-9)
    return Metric(
        f"concept, top-1 of {found['judge']['concepts']}, guidance {scale:g}",
        f"{_percent(best['top1'])}, {100 * share:.1f} % of the judge's own; top-5"
        f" {_percent(best['top5'])}",
        f"{100 * known:.1f} %",
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
    before, after = both["stage1"], both["stage2"]
    return [Metric(
        f"concept after stage II, {after['of']} pictures", _percent(after), "",
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
    return f"{100 * accuracy['share']:.1f} %"
