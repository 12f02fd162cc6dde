"""A run as a file: which form, and where it was written."""

import asyncio
from pathlib import Path
from typing import Any

from textual.screen import Screen
from textual.worker import Worker

from engine.errors import BadInput, Unavailable
from engine.runs.run_state import RunState
from engine.specs import Illusion, Pictured, Spec
from screens.canvas.files import unused_path
from screens.dialogs.questions import Picker

FORMATS = {
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


def choose_export(screen: Screen[Any], run: RunState, sample: int = 0) -> None:
    """Ask for a format, write it into the working folder, and say where."""
    offered = export_formats(run.spec)
    options = [(name, f"{ending:<11} {text}") for name, (ending, text) in offered.items()]

    def write(name: str | None) -> None:
        if name is not None:
            path = unused_path(Path.cwd() / run.name, offered[name][0])
            _: Worker[None] = screen.run_worker(_export(screen, run, path, sample))

    screen.app.push_screen(Picker(f"export {run.name}", options, f"into {Path.cwd()}"), write)


def export_formats(spec: Spec) -> dict[str, tuple[str, str]]:
    """The endings that a run may be written with, and what each is, most wanted first.

    That is the sheet, where it holds all of a run.
    """
    own = TURNED if isinstance(spec, Illusion) else LAID_OUT if isinstance(spec, Pictured) else {}
    return own | {name: ending for name, ending in FORMATS.items() if name not in own}


async def _export(screen: Screen[Any], run: RunState, path: Path, sample: int) -> None:
    """Write a run off the event loop, and say where it is or why it is not."""
    from engine.runs import export, open_run

    try:
        stored = open_run(str(run.folder))
        await asyncio.to_thread(export.export, stored, path, sample)
        screen.notify(str(path), title="exported", timeout=10)
    except (BadInput, Unavailable) as error:
        screen.notify(str(error), severity="error", timeout=10)
