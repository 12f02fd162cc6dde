"""The real app with the real engine on a pty: generate, scrub, branch, leave, be killed."""

import json
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine import runs
from engine.events import Cancelled, Done
from tests.support.terminal.pty_terminal import SHOWN, Terminal

OPEN = "import sys; from tui.launch import run_app; sys.exit(run_app(model=sys.argv[1]))"
LEFT = "\x1b[D"
Opens = Callable[..., Terminal]


@pytest.fixture
def opened(tiny_cascade: Path, tmp_path: Path) -> Iterator[Opens]:
    """``opened()``: the app, its model loaded, in folders of its own."""
    made: list[Terminal] = []
    own = {
        "DIFFUSCOPE_RUNS": str(tmp_path / "runs"),
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
    }

    def opens(size: tuple[int, int] = (80, 24), **environ: str) -> Terminal:
        made.append(Terminal(["-c", OPEN, str(tiny_cascade)], own | environ, size))
        made[-1].until(lambda it: "· ready" in it.text)
        return made[-1]

    yield opens
    for terminal in made:
        terminal.close()


def only_run(tmp_path: Path) -> runs.Run:
    """The one run that was made."""
    return runs.Run(next((tmp_path / "runs").iterdir()))


def begin_long(terminal: Terminal) -> None:
    """A run that would go on for minutes, a few steps of it done."""
    for _ in range(2):
        terminal.type("\t")
    terminal.type("\x15")
    terminal.until(lambda it: "steps         " in it.text)
    terminal.type("900")
    terminal.until(lambda it: "900" in it.text)
    terminal.type("\x07")
    terminal.until(lambda it: "/900" in it.text and "t " in it.text)


def whole(run: runs.Run) -> None:
    """Everything in the folder can be read, and nothing half-written is left."""
    json.loads((run.folder / "spec.json").read_text())
    for line in (run.folder / "events.jsonl").read_text().splitlines():
        json.loads(line)
    assert isinstance(run.ending, Cancelled)
    assert run.trajectory.exists()
    assert all(frame.sheet.picture("x0") is not None for frame in run.state.frames)
    assert not list(run.folder.rglob("*.part"))


def test_generate_scrub_and_quit(opened: Opens, tmp_path: Path) -> None:
    terminal = opened()
    terminal.type("a rocket\r")
    terminal.until(lambda it: "done" in it.text)
    assert len(terminal.colours()) > 50
    terminal.until(lambda it: "step 20/20" in it.text)
    terminal.type(LEFT * 25)
    terminal.until(lambda it: "step 15/20" in it.text)
    terminal.type("q")
    assert terminal.ended() == 0
    assert terminal.restored
    run = only_run(tmp_path)
    assert isinstance(run.ending, Done)
    assert run.spec.prompt == "a rocket"
    assert len(run.state.frames) == 40


def test_quitting_does_not_wait_for_the_run(opened: Opens, tmp_path: Path) -> None:
    terminal = opened()
    terminal.type("a cat")
    begin_long(terminal)
    terminal.type("q")
    assert terminal.ended() == 0
    assert terminal.restored
    whole(only_run(tmp_path))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_leaves_the_terminal_clean_and_the_run_whole(
    opened: Opens, tmp_path: Path, number: signal.Signals
) -> None:
    terminal = opened()
    terminal.type("a cat")
    begin_long(terminal)
    terminal.signal(number)
    assert terminal.ended() == 128 + number
    assert terminal.restored
    whole(only_run(tmp_path))


def test_a_lost_connection_leaves_the_run_whole_and_no_process(
    opened: Opens, tmp_path: Path
) -> None:
    terminal = opened()
    terminal.type("a cat")
    begin_long(terminal)
    terminal.hang_up()
    terminal.process.wait(timeout=15)
    whole(only_run(tmp_path))


def test_without_colours_and_at_a_small_size_it_still_works(opened: Opens, tmp_path: Path) -> None:
    terminal = opened(size=(60, 18), COLORTERM="", TERM="xterm-256color")
    terminal.type("a rocket\r")
    terminal.until(lambda it: "step 20/20" in it.text and "II" in it.text)
    assert b"48;2;" not in terminal.raw[terminal.raw.find(SHOWN) :]
    terminal.type("q")
    assert terminal.ended() == 0
    assert (only_run(tmp_path).folder / "result-00.png").exists()
