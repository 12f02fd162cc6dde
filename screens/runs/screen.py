"""Runs: everything that was ever asked, newest first, live ones on top."""

import asyncio
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Static
from textual.worker import Worker

from engine import events as engine_events
from engine.errors import BadInput
from engine.events import Event
from engine.runs.run_state import RunState
from screens import keys
from screens.base.mode_screen import ModeScreen
from screens.base.run_commands import RunCommands, Selection
from screens.dialogs.questions import Picker
from screens.messages import OpenRun
from screens.picture.widget import Picture
from screens.widgets.run_list import Row, RunList

STRUCTURAL = (engine_events.Queued, engine_events.Started, *engine_events.ENDINGS)
COMMANDS = ("cancel", "compare", "export", "replay")
"""What can be done to a run from the list."""


class RunsScreen(ModeScreen):
    """The list at the left, the run under the cursor at the right."""

    NAME = "runs"
    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings("runs")]
    HELP = """
    ## Runs

    Every request leaves a folder; this is the list of them. **Enter** opens one on its timeline,
    **=** puts it beside another, **R** asks for the very same again.
    """
    DEFAULT_CSS = """
    RunsScreen RunList { width: 2fr; }
    RunsScreen #about { width: 1fr; min-width: 30; padding: 0 1; }
    RunsScreen #about Static { height: auto; color: $text-muted; }
    """

    def body(self) -> Iterable[Widget]:
        self.list, self.picture = RunList(), Picture()
        self.facts = Static("", markup=False)
        self.commands = RunCommands(self.session, lambda: _selection(self), COMMANDS)
        self.command_widgets = lambda: (self.commands,)
        yield Horizontal(self.list, Vertical(self.picture, self.facts, id="about"))
        yield self.commands

    def on_screen_resume(self) -> None:
        self.list.focus()
        self.reload()

    def take_events(self, batch: list[Event]) -> None:
        if self.is_current and any(isinstance(event, STRUCTURAL) for event in batch):
            self.reload()

    def reload(self) -> None:
        """Read the runs folder again, off the event loop."""
        _: Worker[None] = self.run_worker(self._load, exclusive=True, group="runs")

    def show_run(self, run: RunState) -> None:
        """Watch a training; it has no screen of its own."""
        from screens.training.screen import TrainingScreen

        shared = self.session, self.places, self.memory, self.cascade
        self.app.push_screen(TrainingScreen(run.spec, run.folder, *shared))

    def action_open(self) -> None:
        if self.list.row is not None:
            self.post_message(OpenRun(self.list.row.name))

    def action_delete(self) -> None:
        row = self.list.row
        if row is None:
            return
        if row.live:
            self.notify("it runs: x cancels it first", severity="warning")
            return
        options = [("keep", "keep it"), ("delete", f"delete {row.folder}")]
        self.app.push_screen(
            Picker(f"delete {row.name}?", options, "this cannot be undone"),
            lambda answer: _delete(self, row) if answer == "delete" else None,
        )

    def on_run_list_pointed(self, event: RunList.Pointed) -> None:
        event.stop()
        row = event.row
        self.picture.show(row.picture() if row else None, "")
        self.facts.update(row.facts() if row else "no run yet: 1 goes to Generate")
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return self.list.row is not None if action in ("open", "delete") else True

    async def _load(self) -> None:
        self.list.load(await asyncio.to_thread(_rows))


def _selection(screen: RunsScreen) -> Selection:
    row = screen.list.row
    return Selection((screen.session.states.get(row.name) or _read(row)) if row else None)


def _delete(screen: RunsScreen, row: Row) -> None:
    try:
        _remove(row.folder)
    except OSError as error:
        screen.notify(f"cannot delete {row.folder}: {error.strerror}", severity="error")
    screen.reload()


def _remove(folder: Path) -> None:
    """Delete a run; of one that lies elsewhere only its entry here."""
    if folder.is_symlink():
        folder.unlink()
    else:
        shutil.rmtree(folder.rename(folder.with_name(f".deleted-{folder.name}")))


def _rows() -> list[Row]:
    from engine import runs

    rows = []
    for run in runs.list_runs():
        try:
            rows.append(Row.of(run))
        except BadInput:
            continue
    return rows


def _read(row: Row) -> RunState | None:
    from engine import runs

    try:
        return runs.open_run(str(row.folder)).state
    except BadInput:
        return None
