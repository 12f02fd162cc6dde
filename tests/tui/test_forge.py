"""A forge run is a run folder like any other: listed, shown, stopped, resumed."""

import json
import signal
from pathlib import Path

import pytest
from PIL import Image

from engine import events, runs
from engine.control import Control
from engine.errors import BadInput
from engine.forge.__main__ import parse, placed, recorded
from engine.runs import Run, RunState
from tests.support.terminal.run_cli import Said, Shell

FEW = ("--small", "8", "--large", "16", "--crop", "8", "--text-steps", "2", "--steps", "2",
       "--stage2-steps", "2", "--text-batch", "4", "--batch", "2", "--stage2-batch", "2",
       "--sample-every", "2")  # fmt: skip


@pytest.fixture
def data(shell: Shell) -> Path:
    folder = shell.here / "data"
    folder.mkdir()
    for index, colour in enumerate(((200, 30, 30), (30, 160, 40), (40, 60, 220))):
        Image.new("RGB", (16, 16), colour).save(folder / f"{index}.png")
        (folder / f"{index}.txt").write_text(f"a square of colour {index}")
    return folder


def forged(shell: Shell, *words: str) -> Said:
    return shell("forge", "data", *FEW, *words)


def test_without_out_it_trains_in_a_run_of_its_own_with_lines_of_progress(
    shell: Shell, data: Path
) -> None:
    answer = forged(shell, "--part", "text")
    assert answer.code == 0
    assert "text: step 2/2, loss" in answer.err
    (run,) = runs.list_runs()
    assert answer.out == f"{run.folder}\n"
    assert run.folder.parent == shell.here / "runs"
    shown = shell("runs", "show", run.name).out
    assert "step 2/2, checkpoint at 2, loss" in shown
    assert "state              done\n" in shown
    assert shell("runs", "list", "--json").json["runs"][0]["title"] == "forge data text"


def test_with_out_it_goes_on_in_the_same_folder_and_is_listed_once(
    shell: Shell, data: Path
) -> None:
    there = shell.here / "elsewhere"
    forged(shell, "--out", str(there), "--part", "text", "--quiet")
    (listed,) = runs.list_runs()
    assert listed.folder.resolve() == there
    longer = (*FEW, "--text-steps", "3", "--part", "text", "--out", str(there), "--json")
    assert shell("forge", "data", *longer, "--quiet").json["run"] == str(there)
    (again,) = runs.list_runs()
    assert json.loads((there / "spec.json").read_text())["text_steps"] == 3
    kinds = [type(event).__name__ for event in again.events]
    assert kinds.count("Started") == kinds.count("Done") == 2
    assert "step 3/3" in shell("runs", "show", again.name).out


def test_a_folder_of_another_kind_of_run_is_refused(shell: Shell, data: Path) -> None:
    folder = Path(shell.draw().json["run"])
    before = (folder / "spec.json").read_bytes()
    answer = forged(shell, "--out", str(folder), "--quiet")
    assert answer.code == 2
    assert "holds a generate run" in answer.line
    assert (folder / "spec.json").read_bytes() == before


def test_one_that_is_stopped_by_a_signal_says_so_and_can_go_on(
    shell: Shell, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take = RunState.take

    def interrupt(self: RunState, event: events.Event) -> None:
        take(self, event)
        if isinstance(event, events.Status):
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(RunState, "take", interrupt)
    stopped = forged(shell, "--out", "here", "--part", "text", "--text-steps", "100000", "--quiet")
    assert stopped.code == 130
    assert isinstance(Run(shell.here / "here").ending, events.Cancelled)
    monkeypatch.setattr(RunState, "take", take)
    assert forged(shell, "--out", "here", "--part", "text", "--quiet").code == 0
    assert isinstance(Run(shell.here / "here").ending, events.Done)


def test_outside_the_program_it_is_a_run_too(shell: Shell) -> None:
    spec = placed(parse(["data"]))
    with recorded(spec, Control()):
        (run,) = runs.list_runs()
        assert run.live
        assert run.folder == Path(spec.out)
    assert isinstance(Run(run.folder).ending, events.Done)
    stopped = Control()
    stopped.cancel()
    with recorded(spec, stopped):
        pass
    assert isinstance(Run(run.folder).ending, events.Cancelled)


def test_several_processes_must_be_told_where(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORLD_SIZE", "2")
    with pytest.raises(BadInput, match="name it with --out"):
        placed(parse(["data"]))
