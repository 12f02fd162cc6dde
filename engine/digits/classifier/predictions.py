"""What the judge says of pictures."""

from dataclasses import dataclass

import torch
from torch import Tensor

from engine.digits.classifier.network import WIDTH, Classifier

BATCH = 500


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
def look(judge: Classifier, pictures: Tensor) -> Predictions:
    """The judge's opinion of pictures (N, 1, 28, 28), as they are shown: clamped to [0, 1]."""
    shown = pictures.float().cpu().clamp(0, 1)
    features = [torch.empty(0, WIDTH), *(judge.features(p) for p in torch.split(shown, BATCH))]
    whole = torch.cat(features)
    return Predictions(judge.head(whole).softmax(1), whole)
