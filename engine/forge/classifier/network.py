"""The classifier's network, one trunk and three heads; what it says of pictures."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from engine.evaluation import Residual, conv
from engine.forge.classifier.labelled_renderings import HEADS, SIDE, Names
from engine.forge.pictures import to_unit

WIDTH = 128


class Classifier(nn.Module):
    """A residual network (He et al. 2016) of 0.8 M parameters for pictures of 32 px."""

    def __init__(self, names: Names) -> None:
        super().__init__()
        self.names = names
        self.trunk = nn.Sequential(
            nn.PixelUnshuffle(2), conv(12, 32), conv(32, 64, 2), Residual(64),
            conv(64, WIDTH, 2), Residual(WIDTH), Residual(WIDTH),
        )  # fmt: skip
        heads = {h: nn.Linear(WIDTH, len(n)) for h, n in zip(HEADS, names, strict=True)}
        self.heads = nn.ModuleDict(heads)

    def features(self, pictures: Tensor) -> Tensor:
        """(B,128) of pictures (B,3,32,32) in [-1,1]: what all heads see."""
        seen: Tensor = self.trunk(pictures)
        return seen.mean(dim=(2, 3))

    def forward(self, pictures: Tensor) -> dict[str, Tensor]:
        """Logits (B,K) of every head."""
        return self.read(self.features(pictures))

    def read(self, features: Tensor) -> dict[str, Tensor]:
        """Logits (B,K) of every head from features (B,128)."""
        return {name: head(features) for name, head in self.heads.items()}


BATCH = 500


@dataclass(frozen=True)
class Predictions:
    """Probabilities (N,K) of each head, and the features (N,128) that they are read from."""

    probabilities: dict[str, Tensor]
    features: Tensor

    def right(self, head: str, labels: Tensor, k: int = 1) -> Tensor:
        """Whether the true label (N,) is among the k likeliest, (N,) bool."""
        known = self.probabilities[head]
        likeliest = known.topk(min(k, known.shape[1]), dim=1).indices
        return (likeliest == labels.unsqueeze(1)).any(dim=1)


def at_classifier_side(pictures: Tensor) -> Tensor:
    """Pictures (N,3,h,w) as (N,3,32,32), each pixel the mean of those that it covers."""
    small = F.interpolate(pictures, (SIDE, SIDE), mode="area")
    return small.contiguous(memory_format=torch.channels_last)


@torch.inference_mode()
def look(classifier: Classifier, pictures: Tensor) -> Predictions:
    """The classifier's predictions for pictures (N,3,h,w), in [-1,1] or uint8; N may be 0."""
    features = [torch.empty(0, WIDTH)]
    for part in torch.split(pictures, BATCH):
        seen = to_unit(part) if part.dtype == torch.uint8 else part.clamp(-1, 1)
        features.append(classifier.features(at_classifier_side(seen)))
    whole = torch.cat(features)
    probabilities = {head: logits.softmax(1) for head, logits in classifier.read(whole).items()}
    return Predictions(probabilities, whole)
