"""The small judge's network."""

import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from engine.evaluation import Residual, conv

SIDE, WIDTH = 32, 128


class Network(nn.Module):
    """A residual network (He et al. 2016) of 0.8 M parameters for pictures of 32 px."""

    def __init__(self, concepts: int) -> None:
        super().__init__()
        self.trunk = nn.Sequential(
            nn.PixelUnshuffle(2), conv(12, 32), conv(32, 64, 2), Residual(64),
            conv(64, WIDTH, 2), Residual(WIDTH), Residual(WIDTH),
        )  # fmt: skip
        self.head = nn.Linear(WIDTH, concepts)

    def forward(self, pictures: Tensor) -> Tensor:
        """Logits (B,K) of pictures (B,3,h,w) in [-1,1], of any size."""
        small = F.interpolate(pictures, (SIDE, SIDE), mode="area")
        logits: Tensor = self.head(self.trunk(small).mean(dim=(2, 3)))
        return logits
