"""A judge's network without anybody's weights, quick to look through."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import torch
from torch import nn

from engine.forge.judge import features
from engine.forge.judge.features import DEPTH, Eye
from engine.judge.efficientnet import Trunk


def untaught_eye(precision: str = "fp32") -> Eye:
    """Random filters at 32 px tell toy shapes apart."""
    return Eye(random_trunk(DEPTH), precision, 32)


def random_trunk(stages: int) -> Trunk:
    """The same filters each time, for inference."""
    trunk, generator = Trunk(stages), torch.Generator().manual_seed(0)
    for layer in trunk.modules():
        if isinstance(layer, nn.Conv2d):
            nn.init.kaiming_normal_(layer.weight, generator=generator)
            nn.init.zeros_(layer.bias)  # type: ignore[arg-type]
    return trunk.eval().requires_grad_(False)


@contextmanager
def without_the_package() -> Iterator[None]:
    """Judges look through it, so that no test needs the package with the weights."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(features, "eye", untaught_eye)
        yield
