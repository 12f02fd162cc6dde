"""The judge's network: which digit a picture shows, and the features that it is read from."""

import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

WIDTH = 64
CLASSES = 10


class Judge(nn.Module):
    """A residual network (He et al. 2016) of 0.1 M parameters for pictures of 28 px."""

    def __init__(self) -> None:
        super().__init__()
        self.trunk = nn.Sequential(
            _conv(1, 16), _conv(16, 32, 2), Residual(32), _conv(32, WIDTH, 2), Residual(WIDTH)
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


class Residual(nn.Module):
    """Two convolutions around which the picture also goes unchanged."""

    def __init__(self, width: int) -> None:
        super().__init__()
        last = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.change = nn.Sequential(_conv(width, width), last, nn.BatchNorm2d(width))

    def forward(self, x: Tensor) -> Tensor:
        """(B,width,h,w) to the same."""
        return F.silu(x + self.change(x))


def _conv(inputs: int, outputs: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs), nn.SiLU()
    )
