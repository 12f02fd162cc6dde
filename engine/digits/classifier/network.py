"""The classifier's network: which digit a picture shows, and what it says of many."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from engine.evaluation.residual import Residual, conv
from engine.specs.digits import CLASSES

WIDTH = 64
BATCH = 500


class Classifier(nn.Module):
    """A residual network (He et al. 2016) of 0.1 M parameters for pictures of 28 px."""

    def __init__(self) -> None:
        super().__init__()
        self.trunk = nn.Sequential(
            conv(1, 16), conv(16, 32, 2), Residual(32), conv(32, WIDTH, 2), Residual(WIDTH)
        )
        self.head = nn.Linear(WIDTH, CLASSES)

    def features(self, pictures: Tensor) -> Tensor:
        """(B, 64) of pictures (B, 1, 28, 28), black 0 and white 1."""
        seen: Tensor = self.trunk(2 * pictures - 1)
        return seen.mean(dim=(2, 3))

    def forward(self, pictures: Tensor) -> Tensor:
        """Logits (B, 10)."""
        logits: Tensor = self.head(self.features(pictures))
        return logits


@dataclass(frozen=True)
class Predictions:
    """Probabilities (N, 10), and the features (N, 64) that they are read from, on the CPU."""

    probabilities: Tensor
    features: Tensor

    @property
    def digits(self) -> Tensor:
        """The likeliest digit of each picture (N,)."""
        return self.probabilities.argmax(1)

    def right(self, labels: Tensor) -> Tensor:
        """Whether that is the label (N,), bool."""
        return self.digits == labels

    def part(self, chosen: Tensor) -> "Predictions":
        """Of some of the pictures: indices (n,), or a mask (N,)."""
        return Predictions(self.probabilities[chosen], self.features[chosen])


@torch.inference_mode()
def look(classifier: Classifier, pictures: Tensor) -> Predictions:
    """The judge's opinion of pictures (N, 1, 28, 28), as they are shown: clamped to [0, 1]."""
    shown = pictures.float().cpu().clamp(0, 1)
    features = [torch.empty(0, WIDTH), *(classifier.features(p) for p in torch.split(shown, BATCH))]
    joined = torch.cat(features)
    return Predictions(classifier.head(joined).softmax(1), joined)
