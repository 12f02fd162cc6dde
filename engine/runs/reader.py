"""Reads run folders: one whole, or a list of them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from engine.errors import BadInput
from engine.events import Event, from_json
from engine.runs import metadata, paths, training_log
from engine.runs.liveness import Attempt
from engine.runs.run_state import RunState
from engine.specs import Spec


@dataclass(frozen=True)
class Run:
    """A run folder, read when asked; what was read stays as it was then."""

    folder: Path

    @property
    def name(self) -> str:
        """The run's name: its folder's."""
        return self.folder.name

    @cached_property
    def record(self) -> dict[str, Any]:
        """The document in spec.json."""
        path = self.folder / "spec.json"
        try:
            return metadata.parse(path.read_text(encoding="utf-8"), path)
        except (OSError, UnicodeDecodeError):
            why = f"{self.folder} is not a run folder: it has no readable spec.json"
            raise BadInput(why) from None

    @cached_property
    def spec(self) -> Spec:
        """What was asked."""
        return metadata.spec_of(self.record)

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """Everything that happened so far; a torn last line is left out."""
        return tuple(_events(self.folder))

    @cached_property
    def state(self) -> RunState:
        """What the events come to: steps, results, what was measured. BadInput as of ``spec``."""
        state = RunState(self.name, self.spec, self.folder)
        for event in self.events:
            state.take(event)
        if not self.live:
            state.abandon()
        return state

    @cached_property
    def newest_samples(self) -> Path | None:
        """The sample sheet that a training wrote last; None where it wrote none."""
        return training_log.newest_samples(self.folder)

    @cached_property
    def attempts(self) -> tuple[Attempt, ...]:
        """Who works, or worked last, on the run and on each part of a training; newest last."""
        own = _written(self.folder), Attempt.of(self.events)
        attempts = [own, *training_log.attempts(self.folder)]
        return tuple(attempt for _, attempt in sorted(attempts, key=lambda pair: pair[0]))

    @property
    def ending(self) -> Event | None:
        """Done, Cancelled or Failed; None while it runs, or when its process was killed."""
        return None if self.live else self.attempts[-1].ending

    @property
    def live(self) -> bool:
        """Whether a process on this machine is still working on it."""
        return any(attempt.live for attempt in self.attempts)

    @property
    def trajectory(self) -> Path:
        """Where stage I's float32 tensors are, once the run has ended."""
        return self.folder / "trajectory.safetensors"


def condition(run: Run) -> str:
    """A run's state in a word: running, paused, done, cancelled, failed or broken off."""
    if run.ending is not None:
        return run.ending.WIRE.lower()
    if any(attempt.paused for attempt in run.attempts):
        return "paused"
    return "running" if run.live else "broken off"


def open_run(name: str) -> Run:
    """A run by path or name; :class:`BadInput` when there is none."""
    folder = paths.find(name)
    if not folder.is_dir():
        raise BadInput(f"no run named {name!r}: `diffuscope runs list` shows them")
    run = Run(folder)
    _ = run.record
    return run


def list_runs() -> list[Run]:
    """All runs of the runs folder, newest first, live ones on top; unreadable folders left out."""
    folders = [p.parent for p in paths.root().glob("*/spec.json")]
    folders.sort(key=lambda p: (p / "spec.json").stat().st_mtime, reverse=True)
    return sorted((Run(f) for f in folders), key=lambda r: not r.live)


def _written(folder: Path) -> float:
    """When the run's own events were written last; before all others where there are none."""
    path = folder / "events.jsonl"
    return path.stat().st_mtime if path.exists() else 0.0


def _events(folder: Path) -> Iterator[Event]:
    try:
        lines = (folder / "events.jsonl").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return
    for line in lines:
        try:
            yield from_json(json.loads(line), folder)
        except (ValueError, KeyError, TypeError):
            continue
