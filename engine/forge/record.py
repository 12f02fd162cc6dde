"""How a cascade was trained, as its parts' events tell it: `training.json` beside the stages."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.forge.run import ForgeRun
from engine.runs import atomic
from engine.specs.forge import Forge

FILE = "training.json"
CURVE = 40
NOTES = "notes"
"""A list of sentences that a person may add; they are kept, and stand in the model card."""


def write(spec: Forge, run: ForgeRun) -> None:
    """Write what is known of every part that has begun; notes that are there already stay."""
    parts = {part: known for part in _BATCHES if (known := _part(spec, run, part))}
    file = run.cascade / FILE
    said = {"begun_with": spec.begin_with, "parts": parts, NOTES: _notes(file)}
    run.cascade.mkdir(parents=True, exist_ok=True)
    atomic.write_bytes(file, (json.dumps(said, indent=1) + "\n").encode())


_BATCHES = {"text": "text_batch", "stage1": "batch", "stage2": "stage2_batch"}
_WIDTHS = {"stage1": "widths", "stage2": "stage2_widths"}


def _part(spec: Forge, run: ForgeRun, part: str) -> dict[str, Any]:
    """Steps, pictures, time, and the losses along the way; the last attempt at a step counts.

    The batch is the spec's: events do not say what it was in an earlier session.
    """
    file = run.events(part)
    events = list(_events(file)) if file.is_file() else []
    done = {e["step"]: e for e in events if e["event"] == "progress"}
    if not done:
        return {}
    batch, last = getattr(spec, _BATCHES[part]), done[max(done)]
    return {
        "steps": last["step"],
        "of": last["steps"],
        "batch": batch,
        "pictures": last["step"] * batch,
        "seconds": round(_seconds(events)),
        "widths": list(getattr(spec, _WIDTHS[part])) if part in _WIDTHS else None,
        "precision": spec.precision if part in _WIDTHS else "fp32",
        "loss": round(last["metrics"]["loss"], 5),
        "curve": _curve(done),
    }


def _events(file: Path) -> Iterator[dict[str, Any]]:
    for line in file.read_text("utf-8").splitlines():
        try:
            yield json.loads(line)
        except ValueError:  # a process that was killed left half a line
            continue


def _seconds(events: list[dict[str, Any]]) -> float:
    """Time spent training: each session counts its own from its beginning."""
    total, session = 0.0, 0.0
    for event in events:
        if event["event"] == "begin":
            total, session = total + session, 0.0
        elif event["event"] == "progress":
            session = event["seconds"]
    return total + session


def _curve(done: dict[int, dict[str, Any]]) -> list[list[float]]:
    """At most `CURVE` pairs of step and loss, evenly spaced, the last among them."""
    steps = sorted(done)
    stride = -(-len(steps) // CURVE)
    chosen = steps[::-1][::stride][::-1]
    return [[step, round(done[step]["metrics"]["loss"], 5)] for step in chosen]


def _notes(file: Path) -> list[str]:
    try:
        notes = json.loads(file.read_text("utf-8")).get(NOTES, [])
    except (OSError, ValueError, AttributeError):
        return []
    return [str(note) for note in notes] if isinstance(notes, list) else []
