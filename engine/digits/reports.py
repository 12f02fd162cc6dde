"""What requests of a trained digit model share: opening it, keeping and telling what was found."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from PIL import Image

from engine import files
from engine.digits.load_model import Trained
from engine.digits.networks import SIDE
from engine.digits.summary import Metric
from engine.events import Notice, Ready, Report
from engine.job import Job
from engine.specs.digits import DigitSpec


def opened(job: Job, spec: DigitSpec) -> Trained:
    """The model of the spec's training: a notice for each checkpoint that could not be read."""
    model = Trained.open(spec.training, spec.epoch, spec.at_step, spec.device)
    for notice in model.notices:
        job.say(Notice, f"{notice}; the one before is taken")
    dtype = "bfloat16" if model.is_lower else "float32"
    job.say(Ready, model.title, str(model.device), dtype, model.fingerprint, (SIDE,))
    return model


def keep(path: Path, content: Image.Image | dict[str, Any]) -> None:
    """Write a page, or figures as JSON, whole or not at all."""
    if isinstance(content, Image.Image):
        files.write(path, lambda part: content.save(part, "PNG", optimize=True))
    else:
        files.write_bytes(path, (json.dumps(content, indent=1) + "\n").encode())


def report(job: Job, summarize: Iterable[Metric], page: Path) -> None:
    """Say what was found, and where the page is."""
    for aim in summarize:
        wanted = f"wanted: {aim.wanted}" if aim.wanted else ""
        job.say(Report, aim.what, aim.met, aim.reached, wanted)
    job.status(f"the page is {page}")
