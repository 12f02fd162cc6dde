"""The picture that a run begins with: opened, brought to the model's size, kept in its folder."""

import torch
from torch import Tensor

from engine.checkpoints import Cascade
from engine.events import Original
from engine.job import RecordedJob
from engine.pictures import Loaded, fitted, to_array
from engine.pictures.fit import How
from engine.runs import ORIGINAL

_DONE = {"crop": "cropped to", "fit": "on white, scaled to", "stretch": "stretched to"}


def keep(job: RecordedJob, loaded: Loaded, fit: How, cascade: Cascade) -> Tensor:
    """Write the original as stage I takes it; returns it, (1, 3, H, W) in [-1, 1] on the device."""
    side = cascade.stage1.sample_size
    image = fitted(loaded.image, side, fit)
    file = job.writer.picture(ORIGINAL, image, shows="the original")
    job.say(Original, file, loaded.title, note(loaded, fit, side))
    return torch.from_numpy(to_array(image))[None].to(cascade.device)


def note(loaded: Loaded, fit: How, side: int) -> str:
    """What was done to the picture, in one line: how it was read, and how it got its size."""
    width, height = loaded.image.size
    done = "scaled to" if width == height else _DONE[fit]
    size = f"{width}×{height}"
    if (width, height) != (side, side):
        size = f"{size}, {done} {side}×{side}"
    return "; ".join(part for part in (loaded.note, size) if part)
