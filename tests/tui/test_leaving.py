"""Leaving the program while it trains: it asks, and what was learned is on the disk."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from engine import events, runs
from engine.control import Control
from engine.errors import BadInput
from engine.runs.training_log import TrainingLog
from engine.specs import Train
from screens.dialogs.questions import Picker
from tests.support.terminal.pty_terminal import Terminal
from tui import detach
from tui.quit import CHECKPOINT_TIMEOUT

NAME = "20260102-000000-class"
SPEC = Train(model="class", data="bundled")
ASKED = """
import sys
from engine.specs import Train
from screens.messages import SubmitRun
from tui import app, launch

class Asking(app.Diffuscope):
    def on_ready(self):
        asked = dict(model="time", data="bundled", limit=64, hidden=2, batch=8, epochs=10000)
        more = dict(sample_every=1000, checkpoint_every=10**6, device="cpu")
        self.post_message(SubmitRun(Train(**asked, **more)))

app.Diffuscope = Asking
sys.exit(launch.run_app())
"""


async def trains(it: Any, folder: Path) -> Control:
    """The program's engine is at a training; the hand on it."""
    hand = it.worker.controls[NAME] = Control()
    it.app.session.begin(NAME, SPEC, folder)
    it.worker.emit(events.Started(NAME, 0.0, str(folder), 1))
    await it.until(lambda: it.app.session.running)
    await it.pilot.press("ctrl+q")
    await it.until(lambda: isinstance(it.app.screen, Picker), "the question")
    return hand


async def test_staying_changes_nothing(driven: Any, folders: Path) -> None:
    async with driven() as it:
        hand = await trains(it, folders / NAME)
        await it.pilot.press("down", "down", "enter")
        await it.until(lambda: not isinstance(it.app.screen, Picker))
        assert not hand.cancelled
        assert not it.worker.closed


async def test_stopping_waits_for_the_checkpoint(driven: Any, folders: Path) -> None:
    async with driven() as it:
        await trains(it, folders / NAME)
        await it.pilot.press("down", "enter")
        await it.until(lambda: it.app.return_code == 0)
        assert it.worker.closed[0] == CHECKPOINT_TIMEOUT


@pytest.mark.parametrize("refused", [False, True])
async def test_going_on_apart_starts_there_first_and_leaves_then(
    driven: Any, folders: Path, monkeypatch: pytest.MonkeyPatch, refused: bool
) -> None:
    started: list[tuple[Any, ...]] = []

    def start(*given: Any) -> Path:
        started.append(given)
        if refused:
            raise BadInput("no room")
        return folders

    monkeypatch.setattr(detach, "start", start)
    async with driven() as it:
        hand = await trains(it, folders / NAME)
        await it.pilot.press("enter")
        await it.until(lambda: hand.cancelled)
        assert not started
        it.worker.emit(events.Cancelled(NAME, 1.0))
        await it.until(lambda: started)
        assert started == [(SPEC, folders / NAME)]
        said = lambda: [n for n in it.app._notifications if n.message == "no room"]  # noqa: E731
        await it.until(said if refused else lambda: it.app.return_code == 0)
        assert bool(it.worker.closed) is not refused


@pytest.fixture
def training(tmp_path: Path) -> Iterator[Terminal]:
    """The real app on a pty, some steps into a training that has written no checkpoint yet."""
    own = {
        "DIFFUSCOPE_RUNS": str(tmp_path / "runs"),
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
    }
    terminal = Terminal(["-c", ASKED], own, (120, 36))
    try:
        terminal.until(lambda it: re.search(r"step [1-9]\d*", it.text))
        yield terminal
    finally:
        terminal.close()


def by_hangup(terminal: Terminal) -> None:
    """The connection is lost."""
    terminal.hang_up()
    terminal.process.wait(60)


def by_key(terminal: Terminal) -> None:
    """Asked to stop, in the program."""
    terminal.type("\x11")
    terminal.until(lambda it: "write a checkpoint and stop" in it.text)
    terminal.type("\x1b[B")
    terminal.type("\r")
    assert terminal.ended() == 0


@pytest.mark.parametrize("leave", [by_hangup, by_key])
def test_the_real_app_leaves_a_checkpoint_of_its_last_step(
    training: Terminal, tmp_path: Path, leave: Callable[[Terminal], None]
) -> None:
    leave(training)
    run = runs.Run(next((tmp_path / "runs").iterdir()))
    part = TrainingLog.read(run.folder).parts["time"]
    assert 0 < part.saved == part.step
    assert isinstance(run.ending, events.Cancelled)
    for line in (run.folder / "time" / "events.jsonl").read_text().splitlines():
        json.loads(line)
