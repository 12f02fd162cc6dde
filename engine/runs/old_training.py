"""Reads what the forge wrote before its progress was events: dicts, and pictures by their names."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.events import Begun, Event, Notice, Progress, Samples

UNKNOWN = 0
"""The process of an old attempt: its number was not written."""
_SHEET = re.compile(r"step-(\d+)\.png")


def event(record: dict[str, Any], run: str, part: str) -> Event:
    """The event that an old line tells of; KeyError where it is none."""
    match record["event"]:
        case "begin":
            at = record["step"], record["steps"]
            return Begun(run, 0.0, part, *at, UNKNOWN, float(record["time"]))
        case "progress":
            names = ("step", "steps", "metrics", "learning_rate", "steps_per_second")
            return Progress(run, record["seconds"], part, *(record[name] for name in names))
        case "warning":
            return Notice(run, 0.0, record["text"])
    raise KeyError(record["event"])


def samples(folder: Path, part: str) -> Iterator[Samples]:
    """The sample sheets of a part that lie in a run's folder, the earliest first."""
    here = folder / part / "samples"
    said = here / "prompts.txt"
    prompts = tuple(said.read_text("utf-8").splitlines()) if said.is_file() else ()
    for path in sorted(here.glob("step-*.png")):
        if found := _SHEET.fullmatch(path.name):
            file = path.relative_to(folder).as_posix()
            yield Samples(folder.name, 0.0, part, int(found[1]), file, prompts)
