"""Run folders of digit trainings with small random networks, as a training leaves them."""

import json
import os
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from safetensors.torch import save_file
from torch.optim import AdamW

from engine import events
from engine.digits.networks import DigitUNet
from engine.runs import metadata
from engine.runs.log import Log
from engine.specs.train import Train
from engine.training import checkpoint, trainer

EPOCH = 10


def a_training(
    folder: Path, model: str = "class", epochs: tuple[int, ...] = (1, 2), **fields: Any
) -> Path:
    """A training of D = 4 with a checkpoint after each of `epochs`, of ten steps each.

    The weights after epoch n are drawn from seed n.
    """
    small = {"hidden": 4, "epochs": 2, "data": "bundled", "sample_steps": 4, "precision": "fp32"}
    spec = Train.parse({"model": model, **small, **fields})
    assert isinstance(spec, Train)
    folder.mkdir(parents=True)
    (folder / "spec.json").write_text(json.dumps(metadata.document(spec)))
    with Log(folder / model / "events.jsonl") as log:
        log.write(events.Begun(folder.name, 0.0, model, 0, EPOCH * spec.epochs, os.getpid(), 1.0))
        for epoch in epochs:
            _save(folder / model / "checkpoints", spec, epoch)
            log.write(events.Saved(folder.name, 1.0, model, EPOCH * epoch))
        log.write(events.Done(folder.name, 2.0))
    return folder


def network(spec: Train, epoch: int) -> DigitUNet:
    """The network whose weights the checkpoint after an epoch holds."""
    with torch.random.fork_rng():
        torch.manual_seed(epoch)
        return DigitUNet(**spec.network)


def _save(folder: Path, spec: Train, epoch: int) -> None:
    net = network(spec, epoch)
    optimizer = AdamW(net.parameters())
    checkpoint.save(folder, EPOCH * epoch, net, trainer.averaged(net, 0.9), optimizer)


def a_look(folder: Path, model: str, epoch: int, tensors: dict[str, torch.Tensor]) -> None:
    """What a training drew after an epoch: its tensors, a sheet, and the event of it."""
    samples = folder / model / "samples"
    samples.mkdir(exist_ok=True)
    name = f"step-{EPOCH * epoch:08d}"
    save_file({k: v.clone() for k, v in tensors.items()}, samples / f"{name}.safetensors")
    Image.new("L", (28, 28)).save(samples / f"{name}.png")
    with Log(folder / model / "events.jsonl") as log:
        file = f"{model}/samples/{name}.png"
        log.write(events.Samples(folder.name, 1.0, model, EPOCH * epoch, file))
