"""What is measured of digits: how often they are right, how near to real ones, how varied."""

import itertools
from dataclasses import dataclass

import torch
from scipy.stats import binomtest
from torch import Tensor

from engine.digits.classifier.network import Classifier, Predictions, look
from engine.digits.data import CLASSES, Split, to_unit
from engine.digits.reports import Figures
from engine.evaluation import Gaussian, frechet_distance

MAX_REAL = 10_000
"""Real pictures that samples are compared with."""
LADDER = (0.0, 0.05, 0.1, 0.2, 0.3, 0.5)
"""σ of the noise on real digits with which the distance must rise."""


@dataclass(frozen=True)
class Real:
    """Real digits as the classifier sees them: `known`, a Gaussian of those that a model may learn
    from, and `unseen`, the test digits, which it may not.
    """

    classifier: Classifier
    known: Gaussian
    unseen: Predictions
    pictures: Tensor
    labels: Tensor

    @classmethod
    def of(cls, classifier: Classifier, split: Split) -> "Real":
        """The first MAX_REAL of each part."""
        train, test = (to_unit(part.first(MAX_REAL).images.cpu()) for part in split)
        known = Gaussian.of(look(classifier, train).features)
        return cls(
            classifier, known, look(classifier, test), test, split.test.first(MAX_REAL).labels.cpu()
        )

    def distance(self, seen: Predictions) -> float | None:
        """Fréchet distance to the known digits (Heusel et al. 2017); None of fewer than two."""
        if len(seen.features) < 2:
            return None
        return round(frechet_distance(Gaussian.of(seen.features), self.known), 3)

    def floor(self, count: int, each: bool = False) -> float | None:
        """The distance of so many real digits that no model saw: no model need come nearer.

        Of few pictures it is larger, as is that of samples, so each count has a floor of its own.
        With `each` digits are as often as one another, as samples are where each was asked for.
        """
        order = spread(self.labels) if each else torch.arange(len(self.labels))
        return self.distance(self.unseen.part(order[:count]))

    def ladder(self, seed: int = 0) -> list[Figures]:
        """The distance of the test digits under more and more noise."""
        noise = torch.randn(self.pictures.shape, generator=torch.Generator().manual_seed(seed))
        seen = ((s, look(self.classifier, self.pictures + s * noise)) for s in LADDER)
        return [{"sigma": s, "frechet": self.distance(predictions)} for s, predictions in seen]


def accuracy(right: Tensor) -> Figures:
    """Of a bool tensor (N,): how many, of how many, the share, and its 95 % interval (Wilson)."""
    hits, of = int(right.sum()), len(right)
    wilson = binomtest(hits, of).proportion_ci(0.95, "wilson")
    interval = [round(float(wilson.low), 4), round(float(wilson.high), 4)]
    return {"right": hits, "of": of, "share": round(hits / of, 4), "interval": interval}


def by_digit(seen: Predictions, labels: Tensor) -> list[float | None]:
    """The share that is right of each digit; None of one that was not asked for."""
    right = seen.right(labels).float()
    masks = (labels == digit for digit in range(CLASSES))
    return [round(float(right[own].mean()), 4) if own.any() else None for own in masks]


def variety(seen: Predictions) -> Figures:
    """How evenly samples fall on the digits, in bits (3.32 at most); how sure the classifier is.

    Samples that look like no digit make the classifier unsure; samples all alike have no entropy.
    """
    counts = torch.bincount(seen.digits, minlength=CLASSES)
    share = counts / counts.sum()
    entropy = -torch.xlogy(share, share).sum() / torch.log(torch.tensor(2.0))
    sure = seen.probabilities.max(dim=1).values.mean()
    return {
        "class_entropy_bits": round(float(entropy.clamp(min=0)), 3),
        "digits_seen": counts.tolist(),
        "confidence": round(float(sure), 4),
    }


def samples(real: Real, seen: Predictions, each: bool) -> Figures:
    """Distance, floor and variety of samples."""
    floor = real.floor(len(seen.features), each)
    return {"frechet": real.distance(seen), "floor": floor, **variety(seen)}


def spread(labels: Tensor) -> Tensor:
    """Indices (N,) of labels in turns: the first of each digit, then the second of each, …"""
    turn = torch.zeros_like(labels)
    for digit in range(CLASSES):
        own = labels == digit
        turn[own] = torch.arange(int(own.sum()))
    return torch.argsort(turn * CLASSES + labels)


def rises(ladder: list[Figures]) -> bool:
    """Whether each rung is further away than the one before."""
    far = [rung["frechet"] for rung in ladder]
    return all(a < b for a, b in itertools.pairwise(far))


def psnr(a: Tensor, b: Tensor) -> Tensor:
    """Peak signal-to-noise ratio (B,) in dB of pictures (B, ...) whose peak is 1."""
    return -10 * (a - b).flatten(1).square().mean(dim=1).log10()
