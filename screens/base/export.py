"""A run as a file: which form, and where it was written."""

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from textual.screen import Screen
from textual.worker import Worker

from engine.errors import BadInput, Unavailable
from engine.runs.run_state import RunState
from engine.specs import Illusion, Pictured, Spec
from screens.dialogs.picker import Picker

FORMS = {
    "picture": (".png", "the finished picture, with its spec inside"),
    "sheet": (".sheet.png", "a contact sheet: steps side by side"),
    "gif": (".gif", "an animation of the steps"),
    "mp4": (".mp4", "the same as a video"),
}
LAID_OUT = {"sheet": (".sheet.png", "one labelled sheet: the original and all that was made of it")}
TURNED = {
    "sheet": (".sheet.png", "one labelled sheet: every reading, from afar, in its bands"),
    "gif": (".gif", "an animation that turns, or goes away and comes back"),
    "steps": (".steps.gif", "an animation of the steps"),
}


def choose_export(screen: Screen[Any], trace: RunState, sample: int = 0) -> None:
    """Ask for a form, write it into the working folder, and say where."""
    offered = forms(trace.spec)
    options = [(name, f"{ending:<11} {text}") for name, (ending, text) in offered.items()]

    def write(form: str | None) -> None:
        if form is not None:
            path = free(Path.cwd() / trace.name, offered[form][0])
            _: Worker[None] = screen.run_worker(partial(_export, screen, trace, path, sample))

    screen.app.push_screen(Picker(f"export {trace.name}", options, f"into {Path.cwd()}"), write)


def forms(spec: Spec) -> dict[str, tuple[str, str]]:
    """The endings that a run may be written with, and what each is, most wanted first.

    That is the sheet, where it holds all of a run.
    """
    own = TURNED if isinstance(spec, Illusion) else LAID_OUT if isinstance(spec, Pictured) else {}
    return own | {name: form for name, form in FORMS.items() if name not in own}


def free(stem: Path, ending: str) -> Path:
    """A file name that nothing has yet."""
    names = (f"{stem.name}{f'-{n}' if n > 1 else ''}{ending}" for n in range(1, 10_000))
    return next(path for name in names if not (path := stem.with_name(name)).exists())


async def _export(screen: Screen[Any], trace: RunState, path: Path, sample: int) -> None:
    await said(screen, lambda: _written(trace, path, sample), title="exported")


async def said(screen: Screen[Any], work: Callable[[], str], title: str) -> None:
    """Do ``work`` off the event loop; show the line it returns, or the one it failed with."""
    try:
        screen.notify(await asyncio.to_thread(work), title=title, timeout=10)
    except (BadInput, Unavailable) as error:
        screen.notify(str(error), severity="error", timeout=10)


def _written(trace: RunState, path: Path, sample: int) -> str:
    from engine.runs import export, open_run

    export.export(open_run(str(trace.folder)), path, sample)
    return str(path)
