"""What the judge found, as tensors; `figures.py` makes numbers of it."""

from collections import Counter
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.errors import BadInput
from engine.evaluation import frechet_between
from engine.forge.captions import STYLES
from engine.forge.evaluation import prompts as questions
from engine.forge.evaluation.batch_sampler import Artist
from engine.forge.evaluation.prompts import Questions
from engine.forge.judge.features import View
from engine.forge.judge.heads import LargeJudge, Predictions
from engine.forge.judge.renderings import HEADS, Labelled, Names
from engine.forge.pictures import to_unit
from engine.judge.efficientnet import at_side

CHUNK, SIDE = 4000, 32


@dataclass(frozen=True)
class Nearest:
    """For each of N pictures the nearest of a pool: distances (N,), in levels of 255, and indices.

    The distance is the root of the mean squared difference over pixels and channels.
    """

    distances: Tensor
    indices: Tensor


def nearest(pictures: Tensor, pool: Tensor) -> Nearest:
    """Of pictures (N,3,s,s) in [-1,1], among pool (M,3,32,32) uint8, mirrored or not."""
    wanted = levels(pictures)
    ways = [_search(wanted, pool), _search(wanted.flip(-1), pool)]
    distances = torch.stack([way.distances for way in ways])
    best = distances.argmin(0, keepdim=True)
    indices = torch.stack([way.indices for way in ways]).gather(0, best)[0]
    return Nearest(distances.gather(0, best)[0], indices)


def levels(pictures: Tensor) -> Tensor:
    """Pictures in [-1,1] at 32 px, as float levels 0 to 255."""
    return ((at_side(pictures.clamp(-1, 1), SIDE) + 1) * 127.5).round()


def _search(wanted: Tensor, pool: Tensor) -> Nearest:
    flat = wanted.flatten(1)
    found = [_closest(flat, part) for part in torch.split(pool, CHUNK)]
    chunk = torch.stack([distances for distances, _ in found]).argmin(0)
    inside = torch.stack([indices for _, indices in found]).gather(0, chunk.unsqueeze(0))[0]
    indices = chunk * CHUNK + inside
    # Products in single precision blur small distances: the one that is reported is taken anew.
    apart = flat - pool[indices].flatten(1).float()
    return Nearest(apart.square().mean(1).sqrt(), indices)


def _closest(flat: Tensor, part: Tensor) -> tuple[Tensor, Tensor]:
    distances, indices = torch.cdist(flat, part.flatten(1).float()).min(dim=1)
    return distances, indices


PLAIN = next(iter(STYLES))
"""The style of pictures that a prompt gets which names none."""
UNSEEN = 500


@dataclass(frozen=True)
class Answers:
    """Pictures (N,3,h,w) drawn for questions at one guidance, and what is predicted for them."""

    questions: Questions
    guidance: float
    pictures: Tensor
    predictions: Predictions

    def right(self, k: int = 1) -> Tensor:
        """Whether the judge's k likeliest labels hold the one asked for, (N,) bool."""
        return self.predictions.right(self.questions.head, self.questions.wanted, k)

    @property
    def confidence(self) -> Tensor:
        """The judge's probability of what was asked for, (N,)."""
        probabilities = self.predictions.probabilities[self.questions.head]
        return probabilities.gather(1, self.questions.wanted.unsqueeze(1))[:, 0]


@dataclass(frozen=True)
class Real:
    """Held-out art of the plain style at stage I's side, judged; `first` marks as many as drawn."""

    pictures: Labelled
    predictions: Predictions
    first: Tensor

    def apart(self, features: Tensor) -> float | None:
        """The Fréchet distance of features (N,304) to those of the pictures that are not first."""
        return frechet_between(features, self.predictions.features[~self.first])

    @property
    def floor(self) -> float | None:
        """That distance of the first ones: of real pictures to real pictures."""
        return self.apart(self.predictions.features[self.first])


def concepts(artist: Artist, judge: LargeJudge, names: Names) -> list[Answers]:
    """Every concept by its name, at every guidance; the noise is the same at all of them."""
    asked = questions.of_concepts(names, artist.spec.per_concept)
    return [answers(artist, judge, asked, guidance) for guidance in artist.spec.guidances]


def answers(artist: Artist, judge: LargeJudge, asked: Questions, guidance: float) -> Answers:
    """Draw what is asked and let the judge look."""
    name = f"{asked.head}s at guidance {guidance:g}"
    pictures = artist.small(name, asked.prompts, guidance)
    return Answers(asked, guidance, pictures, judge.look(pictures))


def best(drawn: list[Answers]) -> Answers:
    """That with most concepts right, in the first guess, then in five."""
    return max(drawn, key=lambda a: (int(a.right().sum()), int(a.right(5).sum())))


def enlarged(artist: Artist, judge: LargeJudge, drawn: Answers) -> tuple[Answers, Answers] | None:
    """Some of the pictures, evenly spaced, and what stage II makes of them; None without one."""
    if artist.cascade.stage2 is None:
        return None
    count = min(artist.spec.enlarged, len(drawn.pictures))
    chosen = torch.arange(count) * len(drawn.pictures) // count
    asked = drawn.questions
    prompts = [asked.prompts[index] for index in chosen.tolist()]
    few = Questions(asked.head, prompts, asked.wanted[chosen])
    small = drawn.pictures[chosen]
    large = artist.large("stage II", prompts, small)
    return (
        Answers(few, drawn.guidance, small, judge.look(small)),
        Answers(few, drawn.guidance, large, judge.look(large)),
    )


def plain(exam: Labelled) -> Tensor:
    """Which pictures are of the plain style, in which a bare name is drawn, (n,) indices.

    A folder may show some concepts more often; the questions do not, so of every concept no more
    are taken than half of the concepts have.
    """
    if not len(at := exam.with_label("style", PLAIN).nonzero()[:, 0]):
        raise BadInput(f"no unseen rendering is in the style {PLAIN!r}; render more pictures")
    found = exam.part(at)
    each = torch.bincount(found.labels[:, 0])
    return at[turns(found) <= each[each > 0].float().quantile(0.5)]


def turns(pictures: Labelled) -> Tensor:
    """The how-manieth of its concept each picture is, from 1, (N,)."""
    seen: Counter[int] = Counter()
    numbers = []
    for concept in pictures.labels[:, HEADS.index("concept")].tolist():
        seen[concept] += 1
        numbers.append(seen[concept])
    return torch.tensor(numbers)


def real(predictions: Predictions, exam: Labelled, each: int) -> Real:
    """The plain renderings of an exam; the first `each` of every concept are set apart."""
    at = plain(exam)
    pictures = exam.part(at)
    return Real(pictures, predictions.part(at), turns(pictures) <= each)


def copied(drawn: Answers, unseen: Real, pool: Tensor) -> tuple[Nearest, Nearest]:
    """The nearest training pictures of what was drawn, and of real pictures never trained on."""
    some = to_unit(View(SIDE).pictures(unseen.pictures.files[:UNSEEN]))
    return nearest(drawn.pictures, pool), nearest(some, pool)
