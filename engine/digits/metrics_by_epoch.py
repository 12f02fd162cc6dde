"""The classifier's figures over the epochs, of what a training drew after each: no model call."""

from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor

from engine.digits.classifier.network import look
from engine.digits.load_model import steps_per_epoch
from engine.digits.measures import Real, accuracy, samples
from engine.digits.ood import mean_psnr
from engine.digits.reports import Figures
from engine.errors import BadInput
from engine.runs import digit_samples
from engine.runs.digit_samples import EpochSamples
from engine.runs.training_log import TrainingLog
from engine.specs.train import Train


def curve(folder: Path, spec: Train, real: Real, say: Callable[[str], None]) -> list[Figures]:
    """A record for each sample sheet of a training that can still be read, by epoch."""
    part = TrainingLog.read(folder).parts.get(spec.model)
    per_epoch = steps_per_epoch(folder, spec)
    records: list[Figures] = []
    for sheet in part.samples if part else ():
        file = digit_samples.beside(Path(sheet.file))
        try:
            drawn = EpochSamples.read(folder / file)
        except BadInput as error:
            say(str(error))
            continue
        epoch = round(sheet.step / per_epoch, 3) if per_epoch else 0
        at = {"step": sheet.step, "epoch": epoch, "file": file.as_posix()}
        if "x" in drawn.tensors:
            at["calls"] = min(spec.look_steps, spec.sample_steps)
        records.append({**at, **_judged(drawn, real)})
    return records


def last_states(drawn: EpochSamples) -> Tensor:
    """The pictures (B, 1, 28, 28) of an epoch in [0, 1]: samples, or what a denoiser restored."""
    tensors = drawn.tensors
    return _unit(tensors["x"][-1] if "x" in tensors else tensors["predicted"])


def _judged(drawn: EpochSamples, real: Real) -> Figures:
    pictures = last_states(drawn)
    if "x" not in drawn.tensors:
        clean, noisy = (_unit(drawn.tensors[name]) for name in ("clean", "noisy"))
        return {"psnr": mean_psnr(pictures, clean), "psnr_noisy": mean_psnr(noisy, clean)}
    seen = look(real.classifier, pictures)
    labels = torch.as_tensor(drawn.tensors.get("labels", [-1]))
    if int(labels.min()) < 0:
        return {"samples": len(pictures), **samples(real, seen, each=False)}
    right = {"accuracy": accuracy(seen.right(labels))}
    return {"samples": len(pictures), **right, **samples(real, seen, each=True)}


def _unit(pixels: object) -> Tensor:
    """uint8 (B, 28, 28) as (B, 1, 28, 28) in [0, 1]."""
    return torch.as_tensor(pixels)[:, None].float() / 255
