"""A run of any process of this machine in this terminal: its history, its progress, its end."""

import argparse
import os
import select
import sys
import termios
import tty
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine import events, runs
from engine.errors import BadInput, error_for
from engine.events import Event
from engine.runs.reader import Run
from engine.runs.remote_control import RemoteControl, control_of
from engine.runs.training_log import TrainingLog, counted
from engine.runs.training_part import Part
from tui.cli import tables
from tui.cli.output import Answer, print_line, say
from tui.cli.progress import progress

PERIOD = 0.2
"""Seconds from one look at the files to the next."""
REPORTS = 50
"""Of a run's history so many are told at the most."""
HELP = "p pauses or resumes it, k writes a checkpoint, x stops it, q or ctrl+c leaves it running"
ORDERS = {
    "pause": "hold a run before its next step, whichever process it is in",
    "resume": "let a held run go on",
    "checkpoint": "let a training write a checkpoint now",
    "stop": "let a run write a checkpoint and end; a training can go on from there",
}


@dataclass(frozen=True)
class Pressed:
    """Waits, and says which key ended that; ``listens`` only where the terminal is ours."""

    listens: bool

    def wait(self, seconds: float) -> str:
        """The key that was pressed within ``seconds``; '' for none."""
        ready, _, _ = select.select([sys.stdin] if self.listens else [], [], [], seconds)
        return os.read(sys.stdin.fileno(), 1).decode("ascii", "replace") if ready else ""


def attach(args: argparse.Namespace) -> Answer:
    """Show a run, all of it and what is to come; leaving that does it no harm."""
    run = runs.open_run(args.target)
    try:
        with progress(args.quiet) as shown, keys() as pressed:
            if pressed.listens and run.live:
                say(HELP)
            left = not _watch(run, shown, pressed)
    except KeyboardInterrupt:
        left = True
    if left:
        say(f"{run.name} goes on; `diffuscope runs attach {args.target}` shows it again")
    return _answer(Run(run.folder), args)


def steer(args: argparse.Namespace, order: str) -> Answer:
    """Order something of a run, and wait until it has done it or has ended."""
    run = runs.open_run(args.target)
    moved, log = control_of(run), TrainingLog.read(run.folder)
    if order == "checkpoint" and log.paused:
        raise BadInput(f"{run.name} is paused: it writes a checkpoint when it has gone on a step")
    give, obeyed = _orders(moved, log)[order]
    saved = _saved(log)
    give()
    with keys(listens=False) as pressed:
        while log.live and not obeyed(saved):
            pressed.wait(PERIOD)
            log.take(log.fresh())
    if not (log.live or order == "stop"):
        raise BadInput(f"{run.name} ended before it could do that")
    return _answer(Run(run.folder), args)


def _orders(moved: RemoteControl, log: TrainingLog) -> dict[str, tuple[Callable[[], None], Any]]:
    """Each order, and how it is known that the run has obeyed."""
    return {
        "pause": (moved.pause, lambda saved: log.paused),
        "resume": (moved.resume, lambda saved: not log.paused),
        "checkpoint": (moved.keep, lambda saved: _saved(log) != saved),
        "stop": (moved.cancel, lambda saved: False),
    }


def _watch(run: Run, show: Callable[[Event], None], pressed: Pressed) -> bool:
    """Follow it to its end, obeying keys; False where a key said to leave."""
    log = TrainingLog(run.folder)
    history = log.fresh()
    log.take(history)
    for _, event in _thinned(counted(history)):
        show(event)
    while log.live:
        key = pressed.wait(PERIOD)
        if key == "q":
            return False
        _show(log.fresh(), log, show)
        _obey(key, run, log)
    _show(log.fresh(), log, show)  # what it said between the last look and its end
    return True


def _thinned(history: list[tuple[str, Event]]) -> Iterable[tuple[str, Event]]:
    """Of many reports only some, evenly; everything else."""
    reports = [at for at, (_, event) in enumerate(history) if isinstance(event, events.Progress)]
    stride = -(-len(reports) // REPORTS) or 1
    kept = {*reports[::-stride]}
    skipped = {*reports} - kept
    return (entry for at, entry in enumerate(history) if at not in skipped)


def _show(
    fresh: Iterable[tuple[str, Event]], log: TrainingLog, show: Callable[[Event], None]
) -> None:
    fresh = list(fresh)
    log.take(fresh)
    for _, event in fresh:
        show(event)


def _obey(key: str, run: Run, log: TrainingLog) -> None:
    moved = RemoteControl(run.folder)
    toggle = moved.resume if log.paused else moved.pause
    orders = {"p": toggle, "k": moved.keep, "x": moved.cancel}
    if key in orders:
        orders[key]()


def _saved(log: TrainingLog) -> dict[str, int]:
    return {name: part.saved for name, part in log.parts.items()}


def _answer(run: Run, args: argparse.Namespace) -> Answer:
    """What became of it: an answer where it goes on or is done, an error where it failed."""
    log = TrainingLog.read(run.folder)
    if isinstance(run.ending, events.Failed):
        raise error_for(run.ending.code)(run.ending.message)
    state = runs.condition(run)
    for name, line in tables.training(run.folder):
        print_line(f"{name:<18} {line}", args)
    print_line(f"{'state':<18} {state}", args)
    parts = {name: _figures(part, run.folder) for name, part in log.parts.items()}
    answer = {"run": str(run.folder), "state": state, "parts": parts}
    return answer, 0 if state != "broken off" else 1


def _figures(part: Part, folder: Path) -> dict[str, Any]:
    """A part's whole history as plain values."""
    curves = {name: [curve.steps, curve.values] for name, curve in part.curves.items()}
    sheets = [str(folder / sheet.file) for sheet in part.samples]
    known = {n: getattr(part, n) for n in ("step", "steps", "saved", "seconds", "notices")}
    return {**known, "curves": curves, "samples": sheets}


@contextmanager
def keys(listens: bool = True) -> Iterator[Pressed]:
    """Take keys without enter, where stdin is a terminal and this process is in its foreground."""
    if not (listens and _ours()):
        yield Pressed(listens=False)
        return
    before = termios.tcgetattr(sys.stdin)
    tty.setcbreak(sys.stdin)
    try:
        yield Pressed(listens=True)
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)


def _ours() -> bool:
    """A background process that touched the terminal would be stopped."""
    try:
        return sys.stdin.isatty() and os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()
    except (OSError, ValueError):
        return False
