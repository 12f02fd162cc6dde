"""A signal, or a terminal that goes away, ends a headless run cleanly: exit 130, a whole folder."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine import worker
from engine.specs import Generate
from tests.support.terminal.pty_terminal import Terminal
from tui.cli import serve

ROOT = Path(__file__).parents[2]
WAIT = 60


def whole(folder: Path) -> None:
    """The run ended as cancelled, and what it had done can be read."""
    events = [json.loads(line) for line in (folder / "events.jsonl").read_text().splitlines()]
    assert events[-1]["event"] == "Cancelled"
    assert (folder / "trajectory.safetensors").exists()
    assert not list(folder.rglob("*.part"))


@pytest.fixture
def words(tiny_cascade: Path, tmp_path: Path) -> list[str]:
    """A run of a thousand steps."""
    place = ["--model", str(tiny_cascade), "--run", str(tmp_path / "long")]
    return ["-m", "tui.cli", "generate", "a rocket", "--steps", "1000", *place]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_cancels_and_leaves_the_folder_whole(
    words: list[str], tmp_path: Path, number: int
) -> None:
    process = subprocess.Popen(
        [sys.executable, *words, "--json"],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
    )
    assert process.stderr is not None
    assert any("step 1/1000" in line for line in process.stderr)
    process.send_signal(number)
    out, err = process.communicate(timeout=WAIT)
    assert process.returncode == 130
    assert err.splitlines()[-1] == f"cancelled; what was done is in {tmp_path / 'long'}"
    answer = json.loads(out)
    assert (answer["code"], answer["run"]) == (130, str(tmp_path / "long"))
    whole(tmp_path / "long")


def test_a_terminal_that_goes_away_leaves_the_folder_whole(
    words: list[str], tmp_path: Path
) -> None:
    environ = {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    terminal = Terminal(words, environ)
    try:
        terminal.until(lambda it: re.search(r"^stage I ", it.text, re.M), WAIT)
        terminal.hang_up()
        assert terminal.process.wait(WAIT) == 130
    finally:
        terminal.close()
    whole(tmp_path / "long")


@pytest.fixture
def deaf(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[[], None]]:
    """Requests are served by something that never looks at its control, until let go."""
    monkeypatch.setenv("DIFFUSCOPE_RUNS", str(tmp_path / "runs"))
    gate = threading.Event()
    monkeypatch.setattr(worker, "_activity", lambda job: lambda job: gate.wait(WAIT))
    yield gate.set
    gate.set()


def test_a_third_signal_does_not_wait_for_what_cannot_be_stopped(
    deaf: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    codes: list[int] = []

    def end(code: int) -> None:
        codes.append(code)
        deaf()

    monkeypatch.setattr(serve, "end_now", end)

    def interrupt(event: object) -> None:
        if type(event).__name__ == "Started":
            for _ in range(3):
                signal.raise_signal(signal.SIGINT)

    with pytest.raises(serve.Cancelled):
        serve.serve(Generate(prompt="a"), None, interrupt)
    assert codes == [130]


def test_a_terminal_that_cannot_be_written_does_not_end_the_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DIFFUSCOPE_RUNS", str(tmp_path / "runs"))
    monkeypatch.setattr(worker, "_activity", lambda job: lambda job: None)

    def gone(event: object) -> None:
        raise OSError(5, "Input/output error")

    state = serve.serve(Generate(prompt="a"), None, gone)
    assert state.folder.parent == tmp_path / "runs"
