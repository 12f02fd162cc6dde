"""The judge's network: which digit a picture shows, and the features that it is read from."""

from torch import Tensor, nn

from engine.evaluation.residual import Residual, conv
from engine.specs.digits import CLASSES

WIDTH = 64


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
        found: Tensor = self.head(self.features(pictures))
        return found
