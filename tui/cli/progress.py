"""Progress on stderr: a bar where it is a terminal, plain lines where it is not, or nothing."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from engine import events
from engine.events import Event, Frame
from tui.cli.output import clean, say
from tui.cli.serve import Show

EVERY = 1.0
"""Seconds of training from one line about it to the next."""
EVERY_FETCHED = 10.0
"""The same of a download."""


@contextmanager
def progress(quiet: bool = False) -> Iterator[Show]:
    """A function that takes events and shows them."""
    if quiet:
        yield lambda event: None
    elif sys.stderr.isatty():
        with _bars() as show:
            yield show
    else:
        yield _lines()


def _lines() -> Show:
    """Lines; what is said again and again, as by each of many prompts, is said once.

    A training reports many times a second, a download once: their lines keep their distance. Of a
    training the last one is said.
    """
    last, told = "", float("-inf")

    def show(event: Event) -> None:
        nonlocal last, told
        if isinstance(event, events.Fetching):
            if abs(event.seconds - told) >= EVERY_FETCHED:
                told = event.seconds
                say(event.text)
        elif isinstance(event, events.Status | events.Notice | events.Blocked | events.Ranked):
            if event.text != last:
                say(event.text)
            last = event.text
        elif isinstance(event, events.Paused | events.Resumed):
            say(_held(event))
        elif isinstance(event, events.Progress):
            if event.step == event.steps or abs(event.seconds - told) >= EVERY:
                told = event.seconds
                say(_figures(event))
        elif isinstance(event, Frame) and event.index + 1 in (1, event.total // 2, event.total):
            say(f"stage {'I' * event.stage}: step {event.index + 1}/{event.total}")

    return show


def _figures(now: events.Progress) -> str:
    """A training's report in a line: "stage1: step 20/7000, loss 0.1234, 1.50 steps/s"."""
    loss, pace = now.metrics["loss"], now.steps_per_second
    return f"{now.part}: step {now.step}/{now.steps}, loss {loss:.4f}, {pace:.2f} steps/s"


def _held(event: events.Paused | events.Resumed) -> str:
    return "paused" if isinstance(event, events.Paused) else "it goes on"


@contextmanager
def _bars() -> Iterator[Show]:
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import Progress, TaskID

    bars = Progress(console=Console(stderr=True), transient=True)
    tasks: dict[int | str, TaskID] = {}
    waiting = bars.add_task("starting", total=None)
    fetched = bars.add_task("", visible=False)

    def show(event: Event) -> None:
        if isinstance(event, events.Notice | events.Blocked | events.Ranked):
            bars.console.print(escape(clean(event.text)))
        elif isinstance(event, events.Fetching):
            text, done, total = escape(clean(event.text)), event.done, event.total
            bars.update(fetched, description=text, completed=done, total=total, visible=True)
            bars.update(waiting, visible=False)
        elif isinstance(event, events.Status):
            bars.update(fetched, visible=False)
            bars.update(waiting, description=escape(clean(event.text)), visible=True)
        elif isinstance(event, events.Paused | events.Resumed):
            bars.update(waiting, description=_held(event), visible=True)
        elif isinstance(event, events.Progress):
            bars.update(waiting, description=escape(_figures(event)))
            if event.part not in tasks:
                tasks[event.part] = bars.add_task(event.part, total=event.steps)
            bars.update(tasks[event.part], completed=event.step)
        elif isinstance(event, Frame):
            bars.update(waiting, visible=False)
            if event.stage not in tasks:
                name = f"stage {'I' * event.stage}"
                tasks[event.stage] = bars.add_task(name, total=event.total)
            bars.update(tasks[event.stage], completed=event.index + 1)

    with suppress(OSError):
        bars.start()
    try:
        yield show
    finally:
        with suppress(OSError):  # a terminal that is gone must not hide how the run ended
            bars.stop()
