"""The judge's network: one trunk, three heads."""

from torch import Tensor, nn

from engine.evaluation.residual import Residual, conv
from engine.forge.classifier.labelled_renderings import HEADS, Names

WIDTH = 128


class Judge(nn.Module):
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
