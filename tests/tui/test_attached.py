"""Attaching to runs that are played: history, what is new, keys, and how it ends."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from engine import events
from engine.runs.remote_control import FILE
from tests.support.fake_runs.training import DEAD, begun, progress, write, write_spec
from tests.support.terminal.run_cli import Shell
from tui.cli import attach


@pytest.fixture
def folder(shell: Shell) -> Path:
    """A training of this process, four reports old, the last of them of steps taken again."""
    path = shell.here / "runs" / "training"
    write_spec(path)
    write(path, "one", begun(0), *(progress(step, seconds=step) for step in (10, 20, 30)))
    write(path, "one", begun(20), progress(30, loss=0.25, seconds=60.0))
    return path


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch) -> Callable[[Iterator[str]], None]:
    """``played(keys)``: each look at the keyboard lets the next key of an iterator come."""

    def play(keys: Iterator[str]) -> None:
        class Played:
            listens = True

            def wait(self, seconds: float) -> str:
                return next(keys)

        @contextmanager
        def from_here(listens: bool = True) -> Iterator[Played]:
            yield Played()

        monkeypatch.setattr(attach, "keys", from_here)

    return play


def ended(folder: Path, *last: events.Event) -> Path:
    write(folder, "one", begun(30, pid=DEAD), *last)
    return folder


def test_it_is_followed_to_its_end(
    shell: Shell, folder: Path, played: Callable[[Iterator[str]], None]
) -> None:
    def grows() -> Iterator[str]:
        write(folder, "one", progress(40, loss=0.125, seconds=90.0))
        yield ""
        write(folder, "one", progress(100, seconds=99.0), events.Done("r", 100.0))
        yield ""

    played(grows())
    said = shell("runs", "attach", "training", "--json")
    assert said.code == 0
    assert [line for line in said.err.splitlines() if "step" in line and "writes" not in line] == [
        "one: step 10/100, loss 0.5000, 1.50 steps/s",
        "one: step 20/100, loss 0.5000, 1.50 steps/s",
        "one: step 30/100, loss 0.2500, 1.50 steps/s",
        "one: step 40/100, loss 0.1250, 1.50 steps/s",
        "one: step 100/100, loss 0.5000, 1.50 steps/s",
    ]
    assert said.json["state"] == "done"
    steps, losses = said.json["parts"]["one"]["curves"]["loss"]
    assert (steps, losses) == ([10, 20, 30, 40, 100], [0.5, 0.5, 0.25, 0.125, 0.5])


def test_keys_order_and_q_leaves(
    shell: Shell, folder: Path, played: Callable[[Iterator[str]], None]
) -> None:
    def pressed() -> Iterator[str]:
        yield from ("k", "?", "p")
        write(folder, "", events.Paused("r", 1.0))
        yield from ("p", "x", "q")

    write(folder, "", events.Started("r", 0.0, "", begun(0).pid))
    played(pressed())
    said = shell("runs", "attach", "training")
    assert said.code == 0
    assert "training goes on; `diffuscope runs attach training` shows it again" in said.err
    assert "state              paused" in said.out
    assert shell("runs", "list", "--json").json["runs"][0]["state"] == "paused"
    orders = [json.loads(line)["order"] for line in (folder / FILE).read_text().splitlines()]
    assert orders == ["keep", "pause", "resume", "cancel"]


@pytest.mark.parametrize(
    ("last", "code", "said"),
    [
        ((events.Done("r", 1.0),), 0, "done"),
        ((events.Cancelled("r", 1.0),), 0, "cancelled"),
        ((), 1, "broken off"),
    ],
)
def test_one_that_has_ended_shows_its_history(
    shell: Shell, folder: Path, last: tuple[events.Event, ...], code: int, said: str
) -> None:
    ended(folder, *last)
    answer = shell("runs", "attach", "training", "--quiet", "--json")
    assert (answer.code, answer.json["state"]) == (code, said)
    assert answer.json["parts"]["one"]["step"] == 30


def test_one_that_failed_says_why(shell: Shell, folder: Path) -> None:
    ended(folder, events.Failed("r", 1.0, "the loss is not finite at step 31", 2))
    answer = shell("runs", "attach", "training", "--quiet")
    assert (answer.code, answer.line) == (2, "the loss is not finite at step 31")


def test_a_long_history_is_told_in_short_and_kept_whole(shell: Shell, folder: Path) -> None:
    write(folder, "one", *(progress(step, steps=9999, seconds=step) for step in range(31, 2031)))
    write(folder, "one", begun(2030, steps=9999, pid=DEAD), events.Done("r", 1.0))
    answer = shell("runs", "attach", "training", "--json")
    assert len(answer.json["parts"]["one"]["curves"]["loss"][0]) == 3 + 2000
    assert 40 <= answer.err.count("one: step") <= attach.REPORTS
    assert "one: step 2030/9999" in answer.err


def test_there_must_be_such_a_run(shell: Shell) -> None:
    for action in ("attach", "pause", "resume", "checkpoint", "stop"):
        answer = shell("runs", action, "nowhere")
        assert (answer.code, "no run named 'nowhere'" in answer.line) == (2, True)
