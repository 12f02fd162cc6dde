"""A cascade in memory: two stages of UNet and schedule, and the way from prompts to embeddings."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from engine.checkpoints.filters import Filters
from engine.checkpoints.memory.plan import Plan
from engine.checkpoints.safety import FilterFolders
from engine.checkpoints.text.embeddings import PromptEncoder


@dataclass(frozen=True)
class CascadeStage:
    """One stage: its network and how it is sampled.

    unet is a diffusers UNet2DConditionModel, scheduler its diffusers scheduler config, noising the
    config of stage II's image_noising_scheduler (None in stage I). Its pictures are (channels,
    sample_size, sample_size), and live on device, where the network also is when it is called.
    """

    unet: Any
    scheduler: dict[str, Any]
    noising: dict[str, Any] | None
    channels: int
    sample_size: int
    dtype: torch.dtype
    device: torch.device = field(default_factory=lambda: torch.device("cpu"))


@dataclass(frozen=True)
class Cascade:
    """Both stages, where the plan has them; device is stage I's.

    prints (sha256, hex) are of the files of the text encoder and of each stage. folder is the
    cascade's, or stage I's where that stands alone. filters is what finished pictures go through.
    """

    stage1: CascadeStage
    stage2: CascadeStage | None
    device: torch.device
    prints: tuple[str, ...]
    encoder: PromptEncoder
    folder: Path
    filters: Filters = field(default_factory=lambda: Filters(FilterFolders(None, None), False))
    plan: Plan | None = None

    @property
    def fingerprint(self) -> str:
        """One print (sha256, hex) of every file that was read."""
        return _joined(self.prints)

    def without_stage2(self) -> "Cascade":
        """The same cascade as if it had been opened without stage II."""
        return replace(self, stage2=None, prints=self.prints[:2])

    def embed(self, prompts: list[str]) -> Tensor:
        """Embeddings (n, 77, width) fp32 on the device, from the disk where they are kept.

        Raises BadInput where the text encoder is damaged, or not to be loaded.
        """
        return self.encoder(prompts).to(self.device)


def _joined(prints: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(prints).encode()).hexdigest()
