"""What goes wrong is one line with the right exit code, and is noticed before the work is done."""

import errno
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pytest

from engine import files
from tests.engine.checkpoints.test_bad_models import BROKEN
from tests.support.terminal.run_cli import Shell
from tui.cli import commands

ROOT = Path(__file__).parents[2]


@pytest.fixture
def idle(monkeypatch: pytest.MonkeyPatch) -> None:
    """No work may be begun: what is wrong must be noticed before a model is loaded."""

    def begun(*_: object) -> NoReturn:
        pytest.fail("the work was begun")

    monkeypatch.setattr(commands, "serve", begun)


@pytest.mark.usefixtures("idle")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["rnus", "list"], "'rnus' is no command: did you mean runs?"),
        (["runs", "lst"], "'lst' is no command: did you mean list?"),
        (["generate", "an", "oil", "painting"], "'oil' is one word too many: put a text of"),
        (["generate", "an", "oil", "--setps", "3"], "did you mean --steps?"),
        (["--bandwidth", "fast"], "'fast' is not a rate: give KB a second, such as 100"),
        (["--colour", "256"], "did you mean --color?"),
        (["generate", "a", "--seed"], "--seed: expected one argument"),
        (["generate", "a", "--timesteps", "9,x"], "'x' is not a timestep"),
        (["generate", "a", "--start-from", "run"], "write RUN:STEP"),
        (["generate", "a", "--out", "a.jpg"], ".jpg cannot be written; end it in .sheet.png"),
        (["generate", "a", "--out", "a"], "without an ending cannot be written"),
        (["generate", "a", "--out", "file/a.png"], "there is no folder"),
        (["generate", "a", "--out", "/proc/a.png"], "cannot write /proc/a.png"),
        (["runs", "export", "nothing"], "no run named"),
        (["runs", "replay", "."], "not a run folder"),
    ],
)
def test_wrong_words_are_noticed_at_once(shell: Shell, words: list[str], said: str) -> None:
    (shell.here / "file").write_text("in the way")
    answer = shell(*words)
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.line


@pytest.mark.parametrize(("file", "spoil", "said"), BROKEN)
def test_a_damaged_model(shell: Shell, file: str, spoil: Callable[[Path], Any], said: str) -> None:
    model = Path(shutil.copytree(shell.model, shell.here / "model"))
    spoil(model / file)
    answer = shell("generate", "a", "--model", str(model), "--quiet", "--json")
    assert answer.code == answer.json["code"] == 2
    assert said.lower() in answer.line.lower()


def test_a_licence_that_was_not_accepted(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    import huggingface_hub
    from huggingface_hub.errors import GatedRepoError

    def refuse(*_: object, **__: object) -> NoReturn:
        raise GatedRepoError.__new__(GatedRepoError)

    monkeypatch.setattr(huggingface_hub.HfApi, "model_info", refuse)
    answer = shell("generate", "a", "--model", "owner/gated", "--quiet")
    assert answer.code == 3
    assert "accept its licence" in answer.line
    assert "hf auth login" in answer.line


def test_a_full_disk(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files, "_sync", full)
    answer = shell("generate", "a", "--model", str(shell.model), "--quiet")
    assert answer.code == 2
    assert "no space left on device" in answer.line
    assert not list((shell.here / "runs").rglob("*.part"))


def test_a_folder_that_holds_a_run(shell: Shell) -> None:
    (shell.here / "run" / "frames").mkdir(parents=True)
    answer = shell("generate", "a", "--run", str(shell.here / "run"), "--quiet")
    assert answer.code == 2
    assert "already holds a run" in answer.line


def test_a_branch_of_what_is_not_there(shell: Shell) -> None:
    parent = shell.draw("--no-stage2", "--quiet").json["run"]
    for start, said in (("nothing:0", "no run named"), (f"{parent}:9", "steps 0 to 3, not 9")):
        answer = shell(
            "generate", "a", "--model", str(shell.model), "--start-from", start, "--quiet"
        )
        assert answer.code == 2
        assert said in answer.line


def test_a_run_without_pictures_is_not_replayed(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Path(shell.draw("--no-stage2", "--quiet").json["run"])
    lines = (run / "events.jsonl").read_text().splitlines(keepends=True)
    kept = [line for line in lines if json.loads(line)["event"] != "Result"]
    (run / "events.jsonl").write_text("".join(kept))
    monkeypatch.setattr(commands, "serve", lambda *_: pytest.fail("the work was begun"))
    answer = shell("runs", "replay", str(run))
    assert answer.code == 2
    assert "finished no picture" in answer.line


def test_a_contact_sheet_is_not_replayed(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    shell.draw("--no-stage2", "--quiet", "--out", "a.sheet.png")
    monkeypatch.setattr(commands, "serve", lambda *_: pytest.fail("the work was begun"))
    answer = shell("runs", "replay", "a.sheet.png")
    assert answer.code == 2
    assert "is a contact sheet" in answer.line


def test_output_that_cannot_be_written_is_one_line_too() -> None:
    with open("/dev/full", "w") as full:  # noqa: PTH123
        done = subprocess.run(
            [sys.executable, "-m", "tui.cli", "doctor", "--model", "/nowhere"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr == "OSError: [Errno 28] No space left on device\n"
