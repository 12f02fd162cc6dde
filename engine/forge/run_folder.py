"""A forge run's folder: where its things are, and training.json, which tells of its training."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from engine import files
from engine.errors import BadInput
from engine.evaluation import describe_machine
from engine.runs.training_log import TrainingLog
from engine.runs.training_part import Curve, Part
from engine.specs.ema import EXPONENTIAL, FIGURES
from engine.specs.forge import Forge, recipe_fields
from engine.training import distributed


@dataclass(frozen=True)
class ForgeRun:
    """The folder of a forge run; the parts may be trained by processes side by side."""

    folder: Path

    @property
    def pictures(self) -> Path:
        """The decoded pictures (safetensors)."""
        return self.folder / "pictures.safetensors"

    @property
    def text(self) -> Path:
        """The frozen text encoder and its tokenizer, as `text_encoder/` and `tokenizer/`."""
        return self.folder / "text"

    @property
    def cascade(self) -> Path:
        """The exported cascade: `stage-1/` and `stage-2/`."""
        return self.folder / "cascade"

    def checkpoints(self, part: str) -> Path:
        """Checkpoints of "text", "stage1" or "stage2"."""
        return self.folder / part / "checkpoints"

    def averages(self, part: str) -> Path:
        """EMA snapshots of "stage1" or "stage2"."""
        return self.folder / part / "averages"

    def ema(self, part: str) -> Path:
        """The EMA lengths of a part that were measured, and the one chosen for the export."""
        return self.folder / part / FIGURES

    def network(self, part: str) -> Path:
        """The folder of a part whose `config.json` says what its network is."""
        return self.folder / part

    def asked(self, part: str) -> Path:
        """What a part was trained with last: recipe, batch, precision, machine."""
        return self.folder / part / "asked.json"

    def samples(self, part: str) -> Path:
        """Sample grids of a part."""
        return self.folder / part / "samples"


FILE = "training.json"
CURVE = 40
NOTES = "notes"
"""A list of sentences that a person may add; they are kept, and stand in the model card."""


def record_part(spec: Forge, run: ForgeRun, part: str, device: torch.device) -> None:
    """Write down what a part is trained with now, and on what: events do not say it."""
    where = {"on": describe_machine(device), "processes": distributed.count()}
    said = json.dumps({**_asked(spec, part), **where}, indent=1) + "\n"
    files.write_bytes(run.asked(part), said.encode())


def write_provenance(spec: Forge, run: ForgeRun) -> None:
    """Write what is known of every part that has begun; notes that are there already stay."""
    found = TrainingLog.read(run.folder).parts
    parts = {n: known for n in _BATCHES if n in found and (known := _part(spec, run, found[n]))}
    file = run.cascade / FILE
    said = {"begun_with": spec.begin_with, "parts": parts, NOTES: _notes(file)}
    run.cascade.mkdir(parents=True, exist_ok=True)
    files.write_bytes(file, (json.dumps(said, indent=1) + "\n").encode())


_BATCHES = {"text": "text_batch", "stage1": "batch", "stage2": "stage2_batch"}
_WIDTHS = {"stage1": "widths", "stage2": "stage2_widths"}


def _asked(spec: Forge, part: str) -> dict[str, Any]:
    return {
        "recipe": spec.recipe,
        "otherwise": spec.apart(part),
        "batch": getattr(spec, _BATCHES[part]),
        "precision": spec.precision if part in _WIDTHS else "fp32",
    }


def _part(spec: Forge, run: ForgeRun, part: Part) -> dict[str, Any]:
    """Steps, pictures, time, and the losses along the way; the last attempt at a step counts.

    Recipe, batch and precision are those of the part's last session.
    """
    name, loss = part.name, part.curves.get("loss")
    if loss is None:
        return {}
    file = run.asked(name)
    asked = json.loads(file.read_text("utf-8")) if file.is_file() else _asked(spec, name)
    return {
        "steps": part.step,
        "of": part.steps,
        "pictures": part.step * asked["batch"],
        "seconds": round(part.seconds),
        "widths": _widths(spec, run, name) if name in _WIDTHS else None,
        **asked,
        "ema": chosen_ema(run, name) or {"decay": _decay(asked, name)},
        "loss": round(loss.values[-1], 5),
        "curve": _curve(loss),
    }


def chosen_ema(run: ForgeRun, part: str) -> dict[str, Any]:
    """The EMA length chosen post hoc: its `sigma_rel`, and the step `since` which it is recorded.

    Empty where the exponential EMA is exported. BadInput where ema.json cannot be read.
    """
    file = run.ema(part)
    try:
        chosen = json.loads(file.read_text("utf-8"))["chosen"]
        if chosen == EXPONENTIAL:
            return {}
        return {"sigma_rel": float(chosen["sigma_rel"]), "since": int(chosen["since"])}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError):
        raise BadInput(f"{file} is damaged; choose the EMA again with `forge ema`") from None


def _decay(asked: dict[str, Any], part: str) -> float:
    """The decay of the exponential EMA that a part was trained with."""
    return float({**recipe_fields(asked["recipe"], part), **asked["otherwise"]}["ema_decay"])


def _widths(spec: Forge, run: ForgeRun, name: str) -> list[int]:
    """Those of the network that the run trains, whatever an export is asked with."""
    file = run.network(name) / "config.json"
    if not file.is_file():
        return list(getattr(spec, _WIDTHS[name]))
    return list(json.loads(file.read_text("utf-8"))["block_out_channels"])


def _curve(loss: Curve) -> list[list[float]]:
    """At most `CURVE` pairs of step and loss, evenly spaced, the last among them."""
    pairs = list(zip(loss.steps, loss.values, strict=True))
    stride = -(-len(pairs) // CURVE)
    return [[step, round(value, 5)] for step, value in pairs[::-1][::stride][::-1]]


def _notes(file: Path) -> list[str]:
    try:
        notes = json.loads(file.read_text("utf-8")).get(NOTES, [])
    except (OSError, ValueError, AttributeError):
        return []
    return [str(note) for note in notes] if isinstance(notes, list) else []
