"""The judge's network: one trunk, three heads."""

import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from engine.forge.judge.labelled import HEADS, Names

WIDTH = 128


class Judge(nn.Module):
    """A residual network (He et al. 2016) of 0.8 M parameters for pictures of 32 px."""

    def __init__(self, names: Names) -> None:
        super().__init__()
        self.trunk = nn.Sequential(
            nn.PixelUnshuffle(2), _conv(12, 32), _conv(32, 64, 2), Residual(64),
            _conv(64, WIDTH, 2), Residual(WIDTH), Residual(WIDTH),
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
