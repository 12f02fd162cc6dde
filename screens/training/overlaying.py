"""Choosing the run whose curves are drawn over those that are watched."""

from pathlib import Path
from typing import TYPE_CHECKING

from textual.screen import Screen

from engine.errors import BadInput
from screens.dialogs.picker import Picker

if TYPE_CHECKING:
    from screens.training.view import TrainingView


def choose_overlay(screen: Screen[None], view: "TrainingView") -> None:
    """Let the person choose; one that is drawn already is taken away."""
    drawn = [log.folder for log in view.others]
    found = [(path, title) for path, title in trainings() if path != view.training.folder]
    if not found:
        screen.notify("there is no other training to draw over this one", severity="warning")
        return

    def show(said: str | None) -> None:
        if said is None:
            return
        path = Path(said)
        view.overlay([p for p in drawn if p != path] if path in drawn else [*drawn, path])

    options = [(str(p), f"{'✓ ' if p in drawn else '  '}{p.name[:15]} · {t}") for p, t in found]
    note = "enter draws it, or takes it away · q leaves"
    screen.app.push_screen(Picker("draw the curves of", options, note), show)


def trainings(limit: int = 200) -> list[tuple[Path, str]]:
    """Folders and titles of the trainings among the runs, newest first."""
    from engine import runs

    found = []
    for run in runs.list_runs()[:limit]:
        try:
            if run.spec.resumable:
                found.append((run.folder, run.spec.title()))
        except BadInput:
            continue
    return found
