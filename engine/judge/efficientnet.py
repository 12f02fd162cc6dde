"""EfficientNet-Lite0 (Tan & Le 2019, arXiv 1905.11946) for inference: normalisations are folded
into the convolutions before them."""

from collections.abc import Iterator

import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

STEM = 32
STAGES = (
    (1, 16, 1, 1, 3), (6, 24, 2, 2, 3), (6, 40, 2, 2, 5), (6, 80, 3, 2, 3), (6, 112, 3, 1, 5),
    (6, 192, 4, 2, 5), (6, 320, 1, 1, 3),
)  # fmt: skip
"""Expansion, channels, blocks, stride and kernel: their table 1. The Lite ones have no
squeeze-and-excitation, ReLU6 for swish, and padding as TensorFlow has it."""
SIDE = 128
"""Pictures are brought to it; it is a multiple of 32."""


class Conv(nn.Conv2d):
    """A convolution; at stride 2 the odd pixel of its padding is on the right and below."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int, groups: int) -> None:
        padding = kernel // 2 if stride == 1 else 0
        super().__init__(inputs, outputs, kernel, stride, padding, groups=groups)
        before = (kernel - 2) // 2
        self.around = (before, kernel - 2 - before) * 2 if stride == 2 else None

    def forward(self, x: Tensor) -> Tensor:
        """(B,inputs,h,w) to (B,outputs,h/stride,w/stride)."""
        return super().forward(x if self.around is None else F.pad(x, self.around))


class Block(nn.Module):
    """An inverted residual (Sandler et al. 2018): wider, each channel by itself, narrower."""

    def __init__(self, inputs: int, outputs: int, expand: int, stride: int, kernel: int) -> None:
        super().__init__()
        wide = inputs * expand
        self.has_skip = stride == 1 and inputs == outputs
        self.expand_conv = Conv(inputs, wide, 1, 1, 1) if expand > 1 else None
        self.depthwise_conv = Conv(wide, wide, kernel, stride, wide)
        self.project_conv = Conv(wide, outputs, 1, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        """(B,inputs,h,w) to (B,outputs,h/stride,w/stride)."""
        wide = x if self.expand_conv is None else F.relu6(self.expand_conv(x))
        narrow: Tensor = self.project_conv(F.relu6(self.depthwise_conv(wide)))
        return narrow + x if self.has_skip else narrow


class Trunk(nn.Module):
    """The stem and the first `stages` of seven stages."""

    def __init__(self, stages: int = len(STAGES)) -> None:
        super().__init__()
        self.conv_stem = Conv(3, STEM, 3, 2, 1)
        self.ends = [sum(count for _, _, count, _, _ in STAGES[: n + 1]) for n in range(stages)]
        self.blocks = nn.ModuleList(_blocks(stages))

    def maps(self, pictures: Tensor) -> Iterator[Tensor]:
        """(B,C,h,w) after the stem and after each stage, of pictures (B,3,h,w) in [-1,1], h and w
        multiples of 32."""
        x = F.relu6(self.conv_stem((127.5 * pictures + 0.5) / 128))
        yield x
        for index, block in enumerate(self.blocks, 1):
            x = block(x)
            if index in self.ends:
                yield x


def _blocks(stages: int) -> Iterator[Block]:
    inputs = STEM
    for expand, outputs, count, stride, kernel in STAGES[:stages]:
        for turn in range(count):
            yield Block(inputs, outputs, expand, stride if turn == 0 else 1, kernel)
            inputs = outputs


def at_side(pictures: Tensor, side: int = SIDE) -> Tensor:
    """Pictures (B,3,h,w) at a side: smaller ones enlarged smoothly, of larger ones each pixel the
    mean of those that it covers."""
    if pictures.shape[-2:] == (side, side):
        return pictures
    if min(pictures.shape[-2:]) >= side:
        return F.interpolate(pictures, (side, side), mode="area")
    return F.interpolate(pictures, (side, side), mode="bicubic", align_corners=False).clamp(-1, 1)
