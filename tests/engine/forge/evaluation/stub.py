"""A cascade whose pictures are known: it draws the toy shapes that a prompt names, with faults.

Asked for "a square" it draws a disc, and a disc never on red; stage II makes no mistakes.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from engine.checkpoints import Cascade, CascadeStage
from engine.diffusion.schedule import alphas_cumprod
from engine.forge.networks import noising_scheduler, scheduler
from engine.forge.pictures import levels, to_unit
from tests.engine.forge.labelled import SHAPES, rendering


def right(prompt: str) -> tuple[str, str, str]:
    """Shape, ground and style that a prompt asks for; a disc on blue where it names none."""
    shape = next((shape for shape in SHAPES if shape in prompt), "a disc")
    return shape, "red" if "red" in prompt else "blue", "photo" if "photo" in prompt else "plain"


def wrong(prompt: str) -> tuple[str, str, str]:
    """The same with stage I's faults."""
    shape, ground, style = right(prompt)
    if prompt == "a square":
        return "a disc", ground, style
    return shape, "blue" if shape == "a disc" else ground, style


@dataclass
class Encoder:
    """Embeddings (n,77,1) that number the prompts."""

    prompts: list[str] = field(default_factory=list)

    def __call__(self, prompts: list[str]) -> Tensor:
        self.prompts += [prompt for prompt in prompts if prompt not in self.prompts]
        numbers = torch.tensor([float(self.prompts.index(prompt)) for prompt in prompts])
        return numbers.view(-1, 1, 1).expand(-1, 77, 1)


@dataclass
class Network:
    """Predicts the noise that leads to a known picture of `side` pixels; counts its calls."""

    side: int
    encoder: Encoder
    read: Any
    calls: int = 0
    dtype: torch.dtype = torch.float32

    def __call__(self, x: Tensor, t: int, text: Tensor, **_: Any) -> tuple[Tensor]:
        self.calls += 1
        prompts = [self.encoder.prompts[int(number)] for number in text[:, 0, 0]]
        wanted = [levels(rendering(*self.read(prompt), 0, self.side)) for prompt in prompts]
        level = alphas_cumprod(scheduler(1.5).config)[t]
        return ((x[:, :3] - level.sqrt() * to_unit(torch.stack(wanted))) / (1 - level).sqrt(),)


def cascade(folder: Path) -> Cascade:
    """Stage I of 32 px and stage II of 64."""
    encoder = Encoder()
    config, noising = dict(scheduler(1.5).config), dict(noising_scheduler().config)
    first = CascadeStage(Network(32, encoder, wrong), config, None, 3, 32, torch.float32)
    second = CascadeStage(Network(64, encoder, right), config, noising, 3, 64, torch.float32)
    return Cascade(first, second, torch.device("cpu"), "stub", encoder, folder)  # type: ignore[arg-type]
