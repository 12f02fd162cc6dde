"""All that is asked of a cascade, in order."""

from dataclasses import dataclass
from functools import partial

from engine.forge.evaluation import fineness, measures, prompts
from engine.forge.evaluation.accuracy import Figures
from engine.forge.evaluation.batch_sampler import Artist
from engine.forge.evaluation.measures import Answers, Real
from engine.forge.evaluation.nearest_neighbours import Nearest
from engine.forge.evaluation.setup import Bench


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


def find(artist: Artist, bench: Bench) -> Findings:
    """Ask the cascade everything. Raises Stopped; what was drawn until then is kept."""
    spec, judge, names = artist.spec, bench.judge, bench.exam.names
    unseen = measures.real(judge, bench.exam, spec.per_concept)
    concepts = measures.concepts(artist, judge, names)
    best = measures.best(concepts)
    ask = partial(measures.answers, artist, judge, guidance=best.guidance)
    colours = ask(prompts.of_colours(names, spec.per_label))
    styles = ask(prompts.of_styles(names, spec.per_label))
    enlarged = measures.enlarged(artist, judge, best)
    near = None if bench.pool is None else measures.copied(best, unseen, bench.pool)
    fine = fineness.measure(artist, names, best.guidance)
    return Findings(unseen, concepts, best, colours, styles, enlarged, near, fine)
