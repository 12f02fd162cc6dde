"""What the judge says of readings."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from engine.forge.judge.heads import LargeJudge
from engine.forge.judge.renderings import HEADS
from engine.pictures.fit import to_array
from tests.tools.illusions.readings import Reading, without_article

TOP = 5
MOST = 12
"""Letters of a guess on a sheet."""


@dataclass(frozen=True)
class Guess:
    """A concept, and the judge's probability of it."""

    concept: str
    chance: float

    def line(self, wanted: str) -> str:
        """For a sheet; what was wanted is marked."""
        mark = "> " if self.concept == wanted else "  "
        bare = without_article(self.concept)
        name = bare if len(bare) <= MOST else f"{bare[: MOST - 1]}…"
        return f"{mark}{name} {100 * self.chance:.0f} %"


def guesses(judge: LargeJudge, readings: Sequence[Reading]) -> list[list[Guess]]:
    """The five likeliest concepts of each, the likeliest first, as `forge evaluate` has them."""
    names = judge.names[HEADS.index("concept")]
    pictures = torch.stack([torch.from_numpy(to_array(r.picture)) for r in readings])
    probabilities, found = (
        judge.look(pictures).probabilities["concept"].topk(min(TOP, len(names)), dim=1)
    )
    return [
        [Guess(names[i], c) for i, c in zip(at, said, strict=True)]
        for at, said in zip(found.tolist(), probabilities.tolist(), strict=True)
    ]
