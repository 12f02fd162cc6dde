"""All that is asked of a cascade, and what was found as JSON values: every number of the card."""

from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor

from engine.forge.evaluation import fineness, measures, prompts
from engine.forge.evaluation.accuracy import Figures, accuracy
from engine.forge.evaluation.batch_sampler import Artist
from engine.forge.evaluation.measures import Answers, Nearest, Real
from engine.forge.evaluation.setup import EvaluationSetup
from engine.forge.judge.heads import Predictions
from engine.forge.judge.renderings import HEADS, Labelled


@dataclass(frozen=True)
class Findings:
    """Everything drawn and judged; None where there is no stage II, or no training pictures.

    `best` is the one of `concepts` at whose guidance everything else was drawn.
    """

    unseen: Real
    concepts: list[Answers]
    best: Answers
    colours: Answers
    styles: Answers
    enlarged: tuple[Answers, Answers] | None
    near: tuple[Nearest, Nearest] | None
    fineness: Figures


def find(artist: Artist, setup: EvaluationSetup) -> Findings:
    """Ask the cascade everything. Raises Stopped; what was drawn until then is kept."""
    spec, judge, names = artist.spec, setup.judge, setup.exam.names
    unseen = measures.real(setup.small, setup.exam, spec.per_concept)
    concepts = measures.concepts(artist, judge, names)
    best = measures.best(concepts)
    ask = partial(measures.answers, artist, judge, guidance=best.guidance)
    colours = ask(prompts.of_colours(names, spec.per_label))
    styles = ask(prompts.of_styles(names, spec.per_label))
    enlarged = measures.enlarged(artist, judge, best)
    near = None if setup.pool is None else measures.copied(best, unseen, setup.pool)
    fine = fineness.measure(artist, names, best.guidance)
    return Findings(unseen, concepts, best, colours, styles, enlarged, near, fine)


def of(found: Findings, setup: EvaluationSetup) -> Figures:
    """The numbers of all findings."""
    unseen = found.unseen
    return {
        "concepts": {
            "best_guidance": found.best.guidance,
            "by_guidance": by_guidance(found.concepts, unseen),
            "each": by_concept(found.concepts, found.best, unseen),
        },
        "frechet": {
            "floor": rounded(unseen.floor),
            "drawn": len(found.best.pictures),
            "first": int(unseen.first.sum()),
            "others": int((~unseen.first).sum()),
        },
        "colours": by_label(found.colours, unseen.predictions, unseen.pictures),
        "styles": by_label(found.styles, setup.small, setup.exam),
        "stage2": stage2(found.enlarged),
        "copies": copying(found.near),
        "fineness": found.fineness,
    }


def rounded(distance: float | None) -> float | None:
    """Three decimals are more than the pictures can tell apart."""
    return None if distance is None else round(distance, 3)


def by_label(drawn: Answers, predictions: Predictions, exam: Labelled) -> Figures:
    """Each label of a head: how often it was drawn, and is known by the judge when real."""
    head = drawn.questions.head
    labels, column = exam.labels[:, HEADS.index(head)], HEADS.index(head)
    hits, known = drawn.right(), predictions.right(head, labels)
    each = {
        name: {
            "drawn": accuracy(hits[drawn.questions.wanted == index]),
            "ceiling": accuracy(known[labels == index]),
        }
        for index, name in enumerate(exam.names[column])
    }
    return {"guidance": drawn.guidance, "drawn": accuracy(hits), "ceiling": accuracy(known),
            "each": each}  # fmt: skip


def by_guidance(drawn: list[Answers], unseen: Real) -> list[Figures]:
    """A row for each guidance: top-1, top-5, and the Fréchet distance to real renderings."""
    return [
        {
            "guidance": answers.guidance,
            "top1": accuracy(answers.right()),
            "top5": accuracy(answers.right(5)),
            "frechet": rounded(unseen.apart(answers.predictions.features)),
        }
        for answers in drawn
    ]


def by_concept(drawn: list[Answers], best: Answers, unseen: Real) -> list[Figures]:
    """Every concept, the worst first: by hits at the best guidance, then by confidence."""
    names = unseen.pictures.names[0]
    labels = unseen.pictures.labels[:, 0]
    known = unseen.predictions.right("concept", labels)
    rows = [
        {
            "concept": name,
            "right": [int(a.right()[a.questions.wanted == index].sum()) for a in drawn],
            "best": accuracy(best.right()[best.questions.wanted == index]),
            "belief": round(float(best.confidence[best.questions.wanted == index].mean()), 4),
            "seen_as": seen_as(best, index, names),
            "ceiling": accuracy(known[labels == index]),
        }
        for index, name in enumerate(names)
    ]
    return sorted(rows, key=lambda row: (row["best"]["right"], row["belief"]))


def seen_as(drawn: Answers, index: int, names: tuple[str, ...]) -> str:
    """What the judge mostly takes a concept for."""
    guesses = drawn.predictions.probabilities["concept"].argmax(1)[drawn.questions.wanted == index]
    return str(names[int(guesses.mode().values)])


def stage2(both: tuple[Answers, Answers] | None) -> Figures | None:
    """The same pictures before and after stage II, each at its own size."""
    if both is None:
        return None
    before, after = both
    return {"guidance": before.guidance, "stage1": accuracy(before.right()),
            "stage2": accuracy(after.right())}  # fmt: skip


def copying(found: tuple[Nearest, Nearest] | None) -> Figures | None:
    """Distances to the nearest training picture, of drawn and of real unseen pictures.

    `nearer` counts the drawn ones that are nearer than all but a hundredth of the real ones.
    """
    if found is None:
        return None
    drawn, unseen = (part.distances for part in found)
    nearer = drawn < torch.quantile(unseen, 0.01)
    count = {"count": int(nearer.sum()), "of": len(nearer)}
    return {"drawn": _distances(drawn), "real": _distances(unseen), "nearer": count}


def _distances(values: Tensor) -> Figures:
    return {"median": round(float(values.median()), 2), "least": round(float(values.min()), 2)}
