"""A run as a file: which form, and where it was written."""

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path

from textual.screen import Screen
from textual.worker import Worker

from engine.errors import BadInput
from engine.specs import Pictured
from screens.choose import Choose
from screens.session import Trace

FORMS = {
    "picture": (".png", "the finished picture, with its spec inside"),
    "sheet": (".sheet.png", "a contact sheet: steps side by side"),
    "gif": (".gif", "an animation of the steps"),
}
LAID_OUT = (".sheet.png", "one labelled sheet: the original and all that was made of it")
"""What the sheet of a run is that began with a picture; the first thing that is wanted of it."""


def choose_export(screen: Screen[None], trace: Trace, sample: int = 0) -> None:
    """Ask for a form, write it into the working folder, and say where."""
    forms = FORMS | {"sheet": LAID_OUT} if isinstance(trace.spec, Pictured) else FORMS
    order = sorted(forms, key=lambda name: forms[name] is not LAID_OUT)
    options = [(name, f"{forms[name][0]:<11} {forms[name][1]}") for name in order]

    def write(form: str | None) -> None:
        if form is not None:
            path = free(Path.cwd() / trace.name, FORMS[form][0])
            _: Worker[None] = screen.run_worker(partial(_export, screen, trace, path, sample))

    screen.app.push_screen(Choose(f"export {trace.name}", options, f"into {Path.cwd()}"), write)


def free(stem: Path, ending: str) -> Path:
    """A file name that nothing has yet."""
    names = (f"{stem.name}{f'-{n}' if n > 1 else ''}{ending}" for n in range(1, 10_000))
    return next(path for name in names if not (path := stem.with_name(name)).exists())


async def _export(screen: Screen[None], trace: Trace, path: Path, sample: int) -> None:
    await said(screen, lambda: _written(trace, path, sample), title="exported")


async def said(screen: Screen[None], work: Callable[[], str], title: str) -> None:
    """Do ``work`` off the event loop; show the line it returns, or the one it failed with."""
    try:
        screen.notify(await asyncio.to_thread(work), title=title, timeout=10)
    except BadInput as error:
        screen.notify(str(error), severity="error", timeout=10)


def _written(trace: Trace, path: Path, sample: int) -> str:
    from engine.runs import export, open_run

    export.export(open_run(str(trace.folder)), path, sample)
    return str(path)
