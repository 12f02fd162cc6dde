"""A training as its run folder tells it, followed while it grows. Torch-free.

Each part has an event file of its own, ``<part>/events.jsonl``, because parts may be trained by
processes side by side; the run's own file tells of the request as a whole. What the forge wrote
before its progress was events (dicts, and pictures by their names) is read, too.
"""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from engine import events
from engine.events import Begun, Event, Notice, Progress, Samples, from_json
from engine.runs.liveness import Attempt
from engine.runs.log import Tail
from engine.runs.training_part import Part

FILE = "events.jsonl"
UNKNOWN_PID = 0
"""The process of an old attempt: its number was not written."""
_FRONT, _FIGURES = '{"event"', '"learning_rate"'
_OLD_SHEET = re.compile(r"step-(\d+)\.png")


class TrainingLog:
    """One training: its ``parts``, and what is known of the run itself (``attempt``, ``doing``).

    ``fresh()`` reads what is new and ``take()`` notes it, so that a screen can do the one on a
    thread and the other on its event loop. Equal for a run of this process, of another, or an
    old one.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.attempt, self.doing = Attempt(), ""
        self.parts: dict[str, Part] = {}
        self._files = {"": _File(folder, "")}

    @classmethod
    def read(cls, folder: Path) -> "TrainingLog":
        """All that is there by now."""
        log = cls(folder)
        log.take(log.fresh())
        return log

    def fresh(self) -> list[tuple[str, Event]]:
        """What was written since the last call: the part ('' for the run itself) and the event."""
        for name in part_names(self.folder):
            self._files.setdefault(name, _File(self.folder, name))
        return [(name, event) for name, file in self._files.items() for event in file.fresh()]

    def take(self, fresh: Iterable[tuple[str, Event]]) -> None:
        """Note what :meth:`fresh` returned."""
        for name, event in fresh:
            if name:
                self.parts.setdefault(name, Part(name)).take(event)
            else:
                self._of_the_run(event)

    @property
    def live(self) -> bool:
        """Whether a process is at the run or at one of its parts."""
        attempts = (self.attempt, *(part.attempt for part in self.parts.values()))
        return any(attempt.live for attempt in attempts)

    @property
    def paused(self) -> bool:
        """Whether it is held before its next step."""
        return self.attempt.paused

    def _of_the_run(self, event: Event) -> None:
        self.attempt.take(event)
        if isinstance(event, events.Status | events.Fetching):
            self.doing = event.text
        elif isinstance(event, events.Failed):
            self.doing = event.message


class _File:
    """The event file of a part, or of the run itself."""

    def __init__(self, folder: Path, part: str) -> None:
        self._folder, self._part, self._step = folder, part, 0
        self._tail = Tail(folder / part / FILE)

    def fresh(self) -> list[Event]:
        """What was written since the last call. Old lines come before all others of a file."""
        records = [r for line in self._tail.lines() if (r := _record(line))]
        old, new = (
            [event for r in records if _is_old(r) is kind and (event := self.event(r))]
            for kind in (True, False)
        )
        return [*old, *(self._old_samples(old) if old else ()), *new]

    def event(self, record: dict[str, Any]) -> Event | None:
        """What a line tells, in the new form or the old; None where it is none of ours."""
        try:
            if _is_old(record):
                return _old_event(record, self._folder.name, self._part)
            return from_json(record, self._folder)
        except (KeyError, TypeError, ValueError):
            return None

    def _old_samples(self, old: list[Event]) -> Iterator[Event]:
        """Those up to now: later ones may be of an attempt that no longer counts."""
        steps = [event.step for event in old if isinstance(event, Progress)]
        self._step = steps[-1] if steps else self._step
        sheets = _old_sheets(self._folder, self._part)
        return (sheet for sheet in sheets if sheet.step <= self._step)


def counted(history: Iterable[tuple[str, Event]]) -> list[tuple[str, Event]]:
    """Without what a part tells of steps that it dropped when it was resumed before them."""
    kept: list[tuple[str, Event]] = []
    for name, event in history:
        if isinstance(event, events.Begun):
            kept = [(p, old) for p, old in kept if p != name or _step(old) <= event.step]
        kept.append((name, event))
    return kept


def _step(event: Event) -> int:
    return event.step if isinstance(event, Progress | events.Samples | events.Saved) else 0


def part_names(folder: Path) -> list[str]:
    """The parts of a run that have begun, as their folders are called."""
    files = folder.glob(f"*/{FILE}")
    return [path.parent.name for path in sorted(files, key=lambda path: path.parent.name)]


def _record(line: str) -> dict[str, Any]:
    """A line's values; what follows half a line of a killed process counts, nothing else of it."""
    try:
        record = json.loads(line[max(0, line.rfind(_FRONT)) :])
    except ValueError:
        return {}
    return record if isinstance(record, dict) and isinstance(record.get("event"), str) else {}


def _is_old(record: dict[str, Any]) -> bool:
    return bool(record["event"].islower())


def attempts(folder: Path) -> list[tuple[float, Attempt]]:
    """The newest attempt at each part and when its file was written last; skips the figures."""
    files = [folder / name / FILE for name in part_names(folder)]
    return [(file.stat().st_mtime, Attempt.of(_marks(folder, file))) for file in files]


def newest_samples(folder: Path) -> Path | None:
    """The sample sheet that was written last."""
    sheets = folder.glob("*/samples/step-*.png")
    return max(sheets, key=lambda path: path.stat().st_mtime, default=None)


def _marks(folder: Path, file: Path) -> Iterator[Event]:
    """What a file tells of beginnings and endings."""
    reading = _File(folder, file.parent.name)
    for line in file.read_text("utf-8", "replace").splitlines():
        if _FIGURES not in line and (record := _record(line)) and (event := reading.event(record)):
            yield event


def _old_event(record: dict[str, Any], run: str, part: str) -> Event:
    """The event that an old line tells of; KeyError where it is none."""
    match record["event"]:
        case "begin":
            at = record["step"], record["steps"]
            return Begun(run, 0.0, part, *at, UNKNOWN_PID, float(record["time"]))
        case "progress":
            names = ("step", "steps", "metrics", "learning_rate", "steps_per_second")
            return Progress(run, record["seconds"], part, *(record[name] for name in names))
        case "warning":
            return Notice(run, 0.0, record["text"])
    raise KeyError(record["event"])


def _old_sheets(folder: Path, part: str) -> Iterator[Samples]:
    """The sample sheets of a part that lie in a run's folder, the earliest first."""
    sheets = folder / part / "samples"
    listed = sheets / "prompts.txt"
    prompts = tuple(listed.read_text("utf-8").splitlines()) if listed.is_file() else ()
    for path in sorted(sheets.glob("step-*.png")):
        if name := _OLD_SHEET.fullmatch(path.name):
            file = path.relative_to(folder).as_posix()
            yield Samples(folder.name, 0.0, part, int(name[1]), file, prompts)
