"""A detached training outlives its terminal; any other terminal shows it, holds it, stops it."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.errors import BadInput
from engine.runs.reader import Run
from engine.runs.remote_control import RemoteControl
from engine.specs import Forge
from tests.support.terminal.pty_terminal import Terminal
from tests.support.terminal.run_cli import Shell
from tests.tui.test_forge import FEW
from tests.tui.test_forge import data as data
from tui import detach

ROOT = Path(__file__).parents[2]
BEGIN = """
import sys
from tui.cli.__main__ import main
code = main(sys.argv[1:])
print("left with", code, flush=True)
input()
"""


@pytest.fixture
def far(shell: Shell, data: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of a long detached training whose terminal has gone away since."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    folder = shell.here / "far"
    long = ("--text-steps", "1000000", "--part", "text", "--out", str(folder))
    terminal = Terminal(["-c", BEGIN, "forge", "data", *FEW, *long, "--detach"], {}, (200, 24))
    try:
        terminal.until(lambda it: "left with" in it.text)
        assert "left with 0" in terminal.text
        assert "runs attach far" in terminal.text or str(folder) in terminal.text
        terminal.hang_up()
        terminal.process.wait(60)
        yield folder
    finally:
        if Run(folder).live:
            RemoteControl(folder).cancel()
        terminal.close()


def test_it_outlives_its_terminal_and_is_held_seen_and_stopped_from_others(
    far: Path, shell: Shell
) -> None:
    pid = Run(far).attempts[-1].pid
    assert os.getsid(pid) == pid
    assert shell("runs", "pause", str(far), "--json").json["state"] == "paused"
    held = (far / "text" / "events.jsonl").read_bytes()
    again = shell("runs", "checkpoint", str(far))
    assert (again.code, "is paused" in again.line) == (2, True)
    assert (far / "text" / "events.jsonl").read_bytes() == held
    assert shell("runs", "resume", str(far)).code == 0
    said = shell("runs", "checkpoint", str(far), "--json").json
    assert said["parts"]["text"]["saved"] > 0
    attached_and_moved_by_keys(far)
    assert shell("runs", "stop", str(far), "--json").json["state"] == "cancelled"
    seen = shell("runs", "attach", str(far), "--json")
    steps, losses = seen.json["parts"]["text"]["curves"]["loss"]
    assert steps[-1] >= said["parts"]["text"]["saved"]
    assert steps == sorted({*steps})
    assert len(losses) == len(steps)
    assert re.search(r"text: step \d+/1000000, loss", seen.err)
    after = shell("runs", "pause", str(far))
    assert (after.code, "is not running" in after.line) == (2, True)
    assert "cancelled" in (far / detach.OUTPUT).read_text()


def attached_and_moved_by_keys(far: Path) -> None:
    """p holds it and lets it go on; ctrl+c leaves it alone."""
    attach = ["-m", "tui.cli", "runs", "attach", str(far)]
    terminal = Terminal(attach, {}, (150, 24))
    try:
        terminal.until(lambda it: re.search(r"text: step \d+/1000000", it.text))
        for order in ("Paused", "Resumed"):
            count = told(far).count(order)
            terminal.type("p")
            terminal.until(lambda it, o=order, n=count: told(far).count(o) > n)
        terminal.type("\x03")
        assert terminal.ended() == 0
        assert "goes on; `diffuscope runs attach" in terminal.text
        assert Run(far).live
    finally:
        terminal.close()


def told(folder: Path) -> list[str]:
    """The kinds of the run's own events."""
    return [type(event).__name__ for event in Run(folder).events]


def test_what_is_wrong_is_said_before_it_is_left_alone(shell: Shell, data: Path) -> None:
    answer = shell("forge", "nowhere", *FEW, "--detach", "--json")
    assert answer.code == 2
    assert "no such folder: nowhere" in answer.json["error"]


def test_a_folder_that_is_taken_stays_as_it_was(shell: Shell) -> None:
    folder = Path(shell.draw().json["run"])
    before = sorted(folder.iterdir())
    with pytest.raises(BadInput, match="holds a generate run"):
        detach.start(Forge(folder="data"), folder)
    assert sorted({*folder.iterdir()} - {folder / detach.OUTPUT}) == before
