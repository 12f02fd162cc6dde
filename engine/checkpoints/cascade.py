"""A cascade in memory: two stages of UNet and schedule, and the way from prompts to embeddings."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from engine.checkpoints.devices import pick_device, unet_dtype
from engine.checkpoints.embeddings import PromptEncoder
from engine.checkpoints.filters import Filters
from engine.checkpoints.layout import StageFolder, check_fits, read_stage
from engine.checkpoints.loading import load_unet
from engine.checkpoints.names import cascade_folder, find_folders, other_checker
from engine.checkpoints.safety import FilterFolders, asks_for_checker, checker_weights, find_filters
from engine.checkpoints.telling import EmitAll
from engine.errors import BadInput

_NUMERALS = {1: "I", 2: "II"}


@dataclass(frozen=True)
class Stage:
    """One stage: its network and how it is sampled.

    unet is a diffusers UNet2DConditionModel, scheduler its diffusers scheduler config, noising the
    config of stage II's image_noising_scheduler (None in stage I). Its pictures are (channels,
    sample_size, sample_size).
    """

    unet: Any
    scheduler: dict[str, Any]
    noising: dict[str, Any] | None
    channels: int
    sample_size: int
    dtype: torch.dtype


@dataclass(frozen=True)
class Cascade:
    """Both stages on one device.

    prints (sha256, hex) are of the files of the text encoder and of each stage. folder is the
    cascade's, or stage I's where that stands alone. filters is what finished pictures go through.
    """

    stage1: Stage
    stage2: Stage | None
    device: torch.device
    prints: tuple[str, ...]
    encoder: PromptEncoder
    folder: Path
    filters: Filters = field(default_factory=lambda: Filters(FilterFolders(None, None), False))

    @property
    def fingerprint(self) -> str:
        """One print (sha256, hex) of every file that was read."""
        return _joined(self.prints)

    def without_stage2(self) -> "Cascade":
        """The same cascade as if it had been opened without stage II."""
        return replace(self, stage2=None, prints=self.prints[:2])

    def embed(self, prompts: list[str]) -> Tensor:
        """Embeddings (n, 77, width) fp32 on the device, from the disk where they are kept.

        Raises BadInput where the text encoder is damaged.
        """
        return self.encoder(prompts).to(self.device)


def open_cascade(
    model: str,
    stage2: str | None = "auto",
    device: str = "auto",
    emit: EmitAll = lambda _text: None,
) -> Cascade:
    """Load a cascade, saying through `emit` what is being done; it may raise Stopped.

    model: "tiny-if" (the bundled one), a cascade folder with stage-1/ and stage-2/, a stage I
    folder, or a hub id. stage2: "auto", "none", a folder, or a hub id. Every folder is checked
    before anything is loaded. Raises BadInput for a folder that is not a whole DeepFloyd IF
    model, Unavailable where the hub or the device is not to be had.
    """
    place = pick_device(device)
    half = unet_dtype(place) != torch.float32
    roots = find_folders(model, stage2, half, emit)
    folders = [read_stage(root, n, half) for n, root in enumerate(roots, 1) if root is not None]
    text = folders[0].text
    if text is None:
        raise BadInput(f"{roots[0]} has no text encoder")
    for folder in folders:
        check_fits(folder, text)
    filters = Filters(_filters([f.root for f in folders], half, emit), half)
    encoder = PromptEncoder(text, place, emit)
    stages = [_load_stage(n, folder, place, emit) for n, folder in enumerate(folders, 1)]
    prints = (encoder.fingerprint, *(f.fingerprint for f in folders))
    second = stages[1] if len(stages) > 1 else None
    return Cascade(stages[0], second, place, prints, encoder, cascade_folder(roots[0]), filters)


def _filters(roots: list[Path], half: bool, emit: EmitAll) -> FilterFolders:
    """Those of the stages; where a model of the hub has its checker only as a pickle, another's."""
    first = roots[0]
    if asks_for_checker(first) and not any(checker_weights(root, half) for root in roots):
        other = other_checker(first, half, emit)
        roots = [*roots, other] if other else roots
    return find_filters(roots, half)


def _load_stage(
    number: int, folder: StageFolder, device: torch.device, emit: Callable[[str], None]
) -> Stage:
    name, dtype = f"UNet of stage {_NUMERALS[number]}", unet_dtype(device)
    emit(f"loading {name}")
    unet = load_unet(folder, device, dtype)
    millions = sum(p.numel() for p in unet.parameters()) / 1e6
    emit(f"{name}: {millions:.1f} M parameters, {str(dtype).removeprefix('torch.')} on {device}")
    size, channels = int(folder.unet["sample_size"]), folder.unet["in_channels"] // number
    return Stage(unet, folder.scheduler, folder.noising, channels, size, dtype)


def _joined(prints: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(prints).encode()).hexdigest()
