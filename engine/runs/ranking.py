"""The samples of a run by how well the judge reads them: their order, and what they are called."""

from typing import Any

from engine.runs.run_state import RunState


def best_first(state: RunState) -> tuple[int, ...]:
    """The samples of its results, the best first; in their own order where nobody ranked them."""
    return state.ranked.order if state.ranked else tuple(range(len(state.results)))


def titles(state: RunState) -> tuple[str, ...]:
    """What tells the samples apart, such as "1. 97 % seed 2720"; empty where nothing does.

    That is the spec's own word, and where the best of several seeds is wanted those, once they are
    ranked with their rank and score.
    """
    if not wants_best(state):
        return state.spec.sample_titles()
    samples = range(state.spec.pictures)  # type: ignore[attr-defined]
    return tuple(title(state, sample) for sample in samples)


def wants_best(state: RunState) -> bool:
    """Whether its seeds were to be ranked."""
    return int(getattr(state.spec, "best_of", 1)) > 1


def seed_of(state: RunState, sample: int) -> int:
    """What a sample's noise is drawn with."""
    return int(getattr(state.spec, "seed", 0)) + sample


def record(state: RunState, sample: int) -> dict[str, Any]:
    """Rank (1: the best), score and the probability of each reading; None where nobody ranked."""
    known = state.ranked
    if known is None:
        return {"rank": None, "score": None, "probabilities": {}}
    seen = dict(zip(known.readings, known.probabilities[sample], strict=True))
    rank = known.order.index(sample) + 1
    return {"rank": rank, "score": known.scores[sample], "probabilities": seen}


def percent(share: float) -> str:
    """A probability in percent, with a decimal where it is small."""
    return f"{100 * share:.0f} %" if share >= 0.1 else f"{100 * share:.1f} %"


def title(state: RunState, sample: int, scored: bool = True) -> str:
    """A sample's seed; where they are ranked after its rank, and its score where ``scored``."""
    seed = f"seed {seed_of(state, sample)}"
    if state.ranked is None:
        return seed
    score = f" {percent(state.ranked.scores[sample])}" if scored else ""
    return f"{state.ranked.order.index(sample) + 1}.{score} {seed}"
