"""How often the judge sees in anagrams of random concepts what was asked, at stage I."""

import random
from collections.abc import Iterator, Sequence
from typing import Any

import torch
from PIL import Image

from engine.digits.measures import accuracy
from engine.forge.judge.heads import LargeJudge
from engine.specs import Anagram, Generate, Spec
from tests.support.fake_runs.serve import Serving
from tests.tools.illusions.guesses import guesses, is_seen
from tests.tools.illusions.readings import Reading, readings
from tests.tools.illusions.sheet import SEED

Pair = tuple[str, str]
Seen = tuple[list[bool], list[bool]]
"""Of each pair: whether its first and its second reading is among the judge's five guesses."""


def random_pairs(names: Sequence[str], count: int, seed: int = SEED) -> list[Pair]:
    """Pairs of two different names, all pairs different; the same for the same seed."""
    pick = random.Random(seed)
    found: dict[frozenset[str], Pair] = {}
    while len(found) < count:
        one, two = pick.sample(names, 2)
        found.setdefault(frozenset((one, two)), (one, two))
    return list(found.values())


def anagrams(
    serving: Serving, judge: LargeJudge, pairs: Sequence[Pair], view: str, **fields: Any
) -> Seen:
    """Pair i has seed 2718 + i."""
    shown: list[Reading] = []
    for number, (one, two) in enumerate(pairs):
        spec = Anagram(
            first=one, second=two, view=("identity", view), seed=SEED + number,
            stage2="none", **fields,
        )  # fmt: skip
        shown += readings(spec, _drawn(serving, spec, f"{view}-{number}"))
    return _seen(judge, shown)


def plain(serving: Serving, judge: LargeJudge, pairs: Sequence[Pair], **fields: Any) -> Seen:
    """Each prompt drawn by itself, with the pair's seed."""
    shown: list[Reading] = []
    for number, pair in enumerate(pairs):
        for at, prompt in enumerate(pair):
            spec = Generate(prompt=prompt, seed=SEED + number, stage2="none", **fields)
            picture = _drawn(serving, spec, f"plain-{number}-{at}")
            shown.append(Reading("identity", prompt, picture))
    return _seen(judge, shown)


def lines(name: str, seen: Seen) -> Iterator[str]:
    """Both, and each reading alone, with 95 % intervals (Wilson)."""
    first, second = (torch.tensor(each) for each in seen)
    for what, right in (("both", first & second), ("first", first), ("second", second)):
        found = accuracy(right)
        low, high = (100 * end for end in found["interval"])
        told = f"{found['right']:>3} of {found['of']}  {100 * found['share']:5.1f} %"
        yield f"{name:<12}{what:<8}{told}  ({low:.1f} to {high:.1f})"


def _drawn(serving: Serving, spec: Spec, name: str) -> Image.Image:
    (path,) = serving.serve(spec, name).state.results
    return Image.open(path).convert("RGB")


def _seen(judge: LargeJudge, shown: Sequence[Reading]) -> Seen:
    """Of readings of which two and two are of one pair."""
    said = [is_seen(r, g) for r, g in zip(shown, guesses(judge, shown), strict=True)]
    return said[::2], said[1::2]
