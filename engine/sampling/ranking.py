"""Which of several seeds shows best what was asked: the judge that is shipped ranks them.

Its word is as good as the judge: it knows the concepts that the bundled cascade was taught, drawn
as that draws them. It looks at the pictures that are kept, after stage I, where it is decided what
they show; stage II then enlarges the best alone, for it takes several times as long as stage I.
"""

import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import torch
from PIL import Image
from torch import Tensor

from engine import judge, vocabulary
from engine.checkpoints import Cascade
from engine.diffusion.noise import NoiseSource
from engine.events import Notice, Ranked
from engine.job import Job, RecordedJob
from engine.judge import Judge
from engine.pictures import to_array
from engine.runs.metadata import RANKING
from engine.runs.ranking import percent
from engine.specs import Generate, Illusion

ALL = "all are drawn as --count draws them, in the order of their seeds"
"""What becomes of seeds that cannot be ranked."""
NEAR = 3
"""Concepts that are named where a prompt has none."""


@dataclass(frozen=True)
class Reading:
    """What is to be seen, and how one looks at a picture for it.

    ``look`` takes pictures (N, 3, h, w) in [-1, 1] on the CPU and gives such.
    """

    prompt: str
    look: Callable[[Tensor], Tensor] = lambda pictures: pictures


@dataclass(frozen=True)
class Ranking:
    """The judge's ``probabilities`` of each reading, a tuple for each sample.

    The score of a picture is the least of them. An illusion is one only where all its readings are
    seen: a product, or a mean, would let one that is certain make up for one that is not there. Of
    equal scores the lower seed is first.
    """

    readings: tuple[str, ...]
    probabilities: tuple[tuple[float, ...], ...]

    @property
    def scores(self) -> tuple[float, ...]:
        """One of each sample, 0 to 1."""
        return tuple(min(each) for each in self.probabilities)

    @property
    def order(self) -> tuple[int, ...]:
        """The samples, the best first."""
        scores = self.scores
        return tuple(sorted(range(len(scores)), key=lambda sample: -scores[sample]))


Rank = Callable[[Sequence[Image.Image]], Ranking | None]
"""Ranks the pictures of a stage, one a sample; None where they are not."""


def unranked(images: Sequence[Image.Image]) -> Ranking | None:
    """What ranks nothing."""
    return None


def by_judge(
    job: RecordedJob, spec: Generate | Illusion, cascade: Cascade, readings: Sequence[Reading]
) -> Rank:
    """What ranks the samples of a run by what is to be seen, and tells it.

    Where the judge knows nothing of that, a Notice says so, and nothing is ranked. Raises BadInput
    where the judge is damaged.
    """
    if spec.best_of == 1:
        return unranked
    words = vocabulary.read(cascade.folder)
    if words is None:
        why = f"the judge knows what the bundled cascade draws, not {spec.model}"
        job.say(Notice, f"best of {spec.best_of}: {why}; {ALL}")
        return unranked
    eye = judge.bundled()
    concepts = [(eye.concept_of(words.plain(reading.prompt)), reading) for reading in readings]
    known = [(at, reading) for at, reading in concepts if at is not None]
    unknown = [reading.prompt for at, reading in concepts if at is None]
    if unknown:
        job.say(Notice, f"best of {spec.best_of}: {_partly(eye, [at for at, _ in known], unknown)}")
    return partial(_ranked, job, spec, eye, known) if known else unranked


def best_alone(
    ranking: Ranking | None, states: Tensor, noise: NoiseSource
) -> tuple[Tensor, NoiseSource]:
    """Of states (B, C, h, w) and their noise those of the best; all where nothing was ranked."""
    if ranking is None:
        return states, noise
    best = ranking.order[0]
    return states[best : best + 1], noise.of((best,))


def _ranked(
    job: RecordedJob,
    spec: Generate | Illusion,
    eye: Judge,
    known: Sequence[tuple[int, Reading]],
    images: Sequence[Image.Image],
) -> Ranking | None:
    """None where the run is cancelled on the way."""
    pictures = torch.stack([torch.from_numpy(to_array(image)) for image in images])
    columns: list[list[float]] = []
    for concept, reading in known:
        if job.control.cancelled:
            return None
        columns.append(eye.probabilities(reading.look(pictures))[:, concept].tolist())
    names = tuple(eye.concepts[concept] for concept, _ in known)
    ranking = Ranking(names, tuple(zip(*columns, strict=True)))
    _note(job, ranking)
    _tell(job, ranking, spec.seed)
    return ranking


def _note(job: RecordedJob, ranking: Ranking) -> None:
    """In the metadata of every sample's pictures."""
    count = len(ranking.order)
    for rank, sample in enumerate(ranking.order, 1):
        seen = dict(zip(ranking.readings, ranking.probabilities[sample], strict=True))
        score = ranking.scores[sample]
        note = {"rank": rank, "of": count, "score": score, "probabilities": seen}
        job.writer.note(sample, **{RANKING: note})


def _tell(job: Job, ranking: Ranking, seed: int) -> None:
    best = ranking.order[0]
    seen = zip(ranking.readings, ranking.probabilities[best], strict=True)
    shows = ", ".join(f"{name} {percent(value)}" for name, value in seen)
    text = f"best of {len(ranking.order)}: seed {seed + best} ({shows})"
    told = ranking.order, ranking.scores, ranking.readings, ranking.probabilities
    job.say(Ranked, text, 1, *told)


def _partly(eye: Judge, known: Sequence[int], unknown: Sequence[str]) -> str:
    """What is said of prompts that name no concept."""
    prompts = " and ".join(repr(prompt) for prompt in unknown)
    if known:
        named = " and ".join(eye.concepts[concept] for concept in known)
        return f"ranked by {named} alone, for the judge finds none of its concepts in {prompts}"
    near = difflib.get_close_matches(unknown[0], eye.concepts, NEAR, 0.0)
    such = f"such as {', '.join(near)}"
    return f"the judge finds none of its {len(eye.concepts)} concepts ({such}) in {prompts}; {ALL}"
