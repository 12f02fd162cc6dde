"""What the large judge says of pictures: three heads on the row that its frozen network sees."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from engine.forge.judge.features import CHANNELS, Eye, columns
from engine.forge.judge.renderings import HEADS, Names
from engine.judge.network import Head, dropout

THING, MANNER = columns((5, 6), True), columns(range(6))
"""Late maps tell what is shown, early ones how."""
SEEN = {"concept": THING, "colour": MANNER, "style": MANNER}
HIDDEN = {"concept": 256, "colour": 0, "style": 0}
DROPOUT = {"concept": 0.5, "colour": 0.2, "style": 0.2}
FRECHET = torch.cat([columns((level,))[: CHANNELS[level]] for level in (5, 6)])
"""Means of the late maps, 304 numbers: what Fréchet's distance is measured in."""


class Heads(nn.Module):
    """A head for each of concept, colour and style."""

    def __init__(self, names: Names) -> None:
        super().__init__()
        self.names = names
        self.heads = nn.ModuleDict({
            head: Head(len(SEEN[head]), len(known), HIDDEN[head])
            for head, known in zip(HEADS, names, strict=True)
        })  # fmt: skip

    def normalise_by(self, rows: Tensor) -> None:
        """Take means and spreads from rows (N,2784)."""
        for name, head in self.heads.items():
            assert isinstance(head, Head)
            head.normalise_by(rows[:, SEEN[name]])

    def forward(self, rows: Tensor, generator: torch.Generator | None = None) -> dict[str, Tensor]:
        """Logits (B,K) of every head from rows (B,2784); with a generator some numbers are dropped,
        in training."""
        drops = {name: (dropout(DROPOUT[name], generator),) if generator else () for name in SEEN}
        return {n: head(rows[:, SEEN[n]], *drops[n]) for n, head in self.heads.items()}


@dataclass(frozen=True)
class Predictions:
    """Probabilities (N,K) of each head, and the frozen features (N,304) for Fréchet's distance."""

    probabilities: dict[str, Tensor]
    features: Tensor

    def right(self, head: str, labels: Tensor, k: int = 1) -> Tensor:
        """Whether the true label (N,) is among the k likeliest, (N,) bool."""
        known = self.probabilities[head]
        likeliest = known.topk(min(k, known.shape[1]), dim=1).indices
        return (likeliest == labels.unsqueeze(1)).any(dim=1)

    def part(self, chosen: Tensor) -> "Predictions":
        """Of some of the pictures: indices (n,), or a mask (N,)."""
        probabilities = {name: each[chosen] for name, each in self.probabilities.items()}
        return Predictions(probabilities, self.features[chosen])


@dataclass(frozen=True)
class LargeJudge:
    """The frozen network, and heads that have learned."""

    eye: Eye
    heads: Heads

    @property
    def names(self) -> Names:
        """What it tells apart: concepts, colours, styles."""
        return self.heads.names

    def look(self, pictures: Tensor) -> Predictions:
        """Its predictions for pictures (N,3,h,w), in [-1,1] or uint8; N may be 0."""
        return self.read(self.eye.rows(pictures), self.eye.rows(pictures.flip(-1)))

    @torch.inference_mode()
    def read(self, rows: Tensor, mirrored: Tensor) -> Predictions:
        """Its predictions from rows (N,2784) of pictures and of their mirror images.

        Probabilities are the mean of both, for one hand draws to the left what another draws to
        the right.
        """
        both = [self.heads(each.float()) for each in (rows, mirrored)]
        means = {name: sum(told[name].softmax(1) for told in both) / len(both) for name in SEEN}
        return Predictions(means, rows[:, FRECHET].float())
