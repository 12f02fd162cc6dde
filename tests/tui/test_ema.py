"""`forge ema`: a table of lengths, the choice, and one line for what is wrong."""

import json
from pathlib import Path

import pytest

from tests.engine.forge.labelled import write
from tests.support.terminal.run_cli import Said, Shell

FEW = (
    *("--small", "8", "--large", "16", "--crop", "8", "--text-steps", "2", "--steps", "2"),
    *("--stage2-steps", "2", "--text-batch", "4", "--batch", "2", "--stage2-batch", "2"),
)


@pytest.fixture
def trained(shell: Shell) -> Path:
    """A forge in the folder `run`, trained on what lies in `art`."""
    write(shell.here / "art", each=2)
    answer = shell("forge", "art", *FEW, "--out", "run", "--quiet")
    assert answer.code == 0, answer.err
    return shell.here / "run"


def ema(shell: Shell, *words: str) -> Said:
    return shell("forge", "ema", "run", "art", "--pictures", "1", *words)


def test_it_prints_a_line_for_each_length_and_the_best(shell: Shell, trained: Path) -> None:
    answer = ema(shell, "--sigma-rel", "0.05,0.1", "--part", "stage1")
    assert answer.code == 0
    table = answer.out.splitlines()
    head = "stage1 ε̂ at 25 ε̂ at 50 ε̂ at 100 ε̂ at 400 relative profile error"
    assert " ".join(table[0].split()) == head
    assert [line.split("  ")[0] for line in table[1:4]] == [
        "exponential", "σ_rel 0.05", "σ_rel 0.1",
    ]  # fmt: skip
    assert table[4].startswith("✓ stage1")
    assert table[4].endswith("% of the exponential EMA's") or table[4].endswith("exponential")
    assert "measuring EMA 3 of 3" in answer.err
    assert answer.err.splitlines()[-1] == f"the cascade is in {Path('run', 'cascade')}"


def test_its_figures_are_json_too(shell: Shell, trained: Path) -> None:
    answer = ema(shell, "--sigma-rel", "0.1", "--export", "0.05", "--json", "--quiet").json
    assert list(answer["ema"]) == ["stage1", "stage2"]
    for part, told in answer["ema"].items():
        assert told == json.loads((trained / part / "ema.json").read_text())
        assert told["chosen"] == {"sigma_rel": 0.05, "since": 0}
        assert [row["ema"] for row in told["measured"]] == ["exponential", 0.05, 0.1]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["run"], "FOLDER"),
        (["nowhere", "art"], "no run named 'nowhere'"),
        (["other", "art"], "is no forge run; name one that `forge` trained"),
        (["run", "gone"], "no such folder: gone"),
        (["run", "art", "--sigma-rel", "0.5"], "sigma rel: write different numbers from 0.01 to"),
        (["run", "art", "--sigma-rel", "0.1,0.1"], "sigma rel: write different numbers"),
        (["run", "art", "--sigma-rel", "wide"], "sigma rel: "),
        (["run", "art", "--export", "0.9"], "export: write best, exponential, none, or a number"),
        (["run", "art", "--export", "worst"], "export: write best, exponential, none, or a number"),
        (["run", "art", "--part", "text"], "part: "),
        (["run", "empty"], "no plain renderings in empty"),
    ],
)
def test_bad_input_is_one_line(shell: Shell, trained: Path, words: list[str], said: str) -> None:
    (shell.here / "empty").mkdir()
    (shell.here / "other").mkdir()
    (shell.here / "other" / "spec.json").write_text('{"kind": "generate", "prompt": "a"}')
    answer = shell("forge", "ema", *words, "--quiet")
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.line
