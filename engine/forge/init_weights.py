"""Where a part's weights begin: new, or those of a cascade that is there already."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from diffusers import UNet2DConditionModel

from engine.checkpoints.layout import StageFolder, read_stage
from engine.checkpoints.loading import load_unet
from engine.checkpoints.resolve import find_folders
from engine.errors import BadInput
from engine.forge import networks
from engine.forge.run_paths import ForgeRun
from engine.specs.forge import Forge


def described(spec: Forge, run: ForgeRun, number: int, text_width: int) -> Any:
    """Stage `number`'s UNet as the run trains it, whatever the spec of an export says."""
    folder = run.network(f"stage{number}")
    if not (folder / "config.json").is_file():
        return unet(spec, number, text_width)
    return UNet2DConditionModel.from_config(UNet2DConditionModel.load_config(folder))


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """New weights come from torch's global generator: seed it, and put it back afterwards."""
    with torch.random.fork_rng(devices=[]):  # weights are made on the CPU, whatever GPUs there are
        torch.manual_seed(seed)
        yield


def unet(spec: Forge, number: int, text_width: int) -> Any:
    """Stage `number`'s UNet, to be trained: new, or of the cascade that `begin_with` names."""
    if spec.begin_with:
        found = load_unet(_stage(spec, number), torch.device("cpu"), torch.float32)
        return found.train().requires_grad_(True)
    with seeded(spec.seed):
        if number == 1:
            return networks.stage1(spec.small, text_width, spec.widths, spec.layers)
        return networks.stage2(spec.large, text_width, spec.stage2_widths, spec.stage2_layers)


def text(spec: Forge, run: ForgeRun) -> None:
    """Take over the text encoder of the cascade that `begin_with` names."""
    root = _stage(spec, 1).root
    for name in ("text_encoder", "tokenizer"):
        shutil.copytree(root / name, run.text / name, dirs_exist_ok=True)


def _stage(spec: Forge, number: int) -> StageFolder:
    second = "none" if number == 1 else "auto"  # not fetched where it is not wanted
    root = find_folders(spec.begin_with, second, False, lambda _: None)[number - 1]
    if root is None:
        raise BadInput(f"{spec.begin_with} has no stage {'I' * number} to begin with")
    return read_stage(root, number)
