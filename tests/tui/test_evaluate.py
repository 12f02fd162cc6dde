"""`forge evaluate` beside `forge`: two words, one command, one line for what is wrong."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.forge.labelled import write
from tests.support.terminal.run_cli import Shell
from tests.support.untaught_eye import without_the_package

FEW = ("--steps", "1", "--stage2-steps", "1", "--guidances", "1", "--per-label", "1",
       "--enlarged", "1", "--judge-steps", "2", "--judge-batch", "4")  # fmt: skip


@pytest.fixture(autouse=True)
def an_eye() -> Iterator[None]:
    with without_the_package():
        yield


def test_a_card_and_its_figures(shell: Shell) -> None:
    write(shell.here / "toy")
    words = ("forge", "evaluate", "toy", "--model", str(shell.model), *FEW)
    answer = shell(*words, "--json", "--quiet")
    assert (answer.code, answer.err) == (0, "")
    figures = json.loads((shell.here / "evaluated" / "evaluation.json").read_text())
    assert answer.json["evaluation"] == figures
    assert answer.json["reports"][0]["topic"] == "judge at 32 px"
    assert figures["fingerprint"] == answer.json["fingerprint"]
    assert "## How these figures were made" in (shell.here / "evaluated" / "README.md").read_text()


def test_what_is_being_done_is_said_once(shell: Shell) -> None:
    words = ("--part", "grid", "--model", str(shell.model), "--batch", "64")
    answer = shell("forge", "evaluate", "toy", *FEW, *words)
    assert answer.code == 0
    lines = answer.err.splitlines()
    assert lines[-2:] == ["reading the prompt", "drawing the source's prompts: 0 of 28"]
    assert len(set(lines)) == len(lines)
    assert (shell.here / "evaluated" / "grid.png").is_file()


def test_the_judge_alone_says_its_ceiling(shell: Shell) -> None:
    write(shell.here / "toy")
    words = ("forge", "evaluate", "toy", "--part", "judge", "--judge-steps", "2", "--quiet")
    answer = shell(*words)
    assert answer.code == 0
    small, large = answer.out.splitlines()
    assert small.startswith("✓ judge at 32 px concept ")
    assert large.startswith("✓ judge at 128 px concept ")
    assert small.endswith("on 12 renderings that it never saw")
    assert not (shell.here / "evaluated").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["forge", "evaluate"], "FOLDER"),
        (["forge", "evaluate", "nowhere"], "no such folder: nowhere"),
        (["forge", "evaluate", "toy", "--guidances", "1,1"], "guidances: write different numbers"),
        (["forge", "evaluate", "toy", "--guidance", "5"], "did you mean --guidances?"),
        (["forge", "evaluate", "toy", "--model", "gone"], "no model folder gone"),
        (["forge", "evaluate", "toy", "--trained-on", "gone"], "no such folder: gone"),
        (["forge", "evaluate", "toy", "--learn-from", "gone"], "no such folder: gone"),
        (["forge", "evaluate", "toy", "--out", "file"], "cannot write file"),
        (["forge", "nowhere"], "no such folder: nowhere"),
        (["forge", "toy", "extra"], "one word too many"),
    ],
)
def test_bad_input_is_one_line(shell: Shell, words: list[str], said: str) -> None:
    write(shell.here / "toy", each=2)
    (shell.here / "file").write_text("in the way")
    known = [] if "--model" in words or words[1] != "evaluate" else ["--model", str(shell.model)]
    answer = shell(*words, *known, "--quiet")
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.line


def test_a_folder_that_is_called_evaluate_can_still_be_forged(shell: Shell) -> None:
    Path(shell.here / "evaluate").mkdir()
    answer = shell("forge", "./evaluate", "--quiet")
    assert (answer.code, answer.out) == (2, "")
    assert "no captioned pictures in evaluate" in answer.line
