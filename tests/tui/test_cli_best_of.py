"""`--best-of` on the command line: --out is the best, all are in the answer, replays are alike."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from engine import judge
from engine.pictures import open_picture
from engine.runs import open_run
from engine.runs.illusions import sheet
from tests.support import scripted_judge
from tests.support.scripted_judge import ScriptedJudge
from tests.support.terminal.run_cli import Said, Shell

SCORES = (0.25, 0.75, 0.5)
ORDER = ["result-01.png", "stage-1-02.png", "stage-1-00.png"]


@pytest.fixture
def drawn(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Said]:
    """Draw a rocket, three times, by a cascade that the judge can rank; it says the same always."""
    model = scripted_judge.taught(shell.model, shell.here / "taught")
    monkeypatch.setattr(judge, "bundled", lambda: ScriptedJudge(SCORES, SCORES))

    def run(*words: str, command: tuple[str, ...] = ("generate", "a rocket")) -> Said:
        few = ("--steps", "3", "--stage2-steps", "2", "--best-of", "3")
        return shell(*command, "--model", str(model), *few, *words)

    return run


def names(files: list[str]) -> list[str]:
    return [Path(file).name for file in files]


def test_the_answer_has_all_the_best_first(drawn: Callable[..., Said]) -> None:
    answer = drawn("--seed", "7", "--json").json
    assert names(answer["files"]) == ORDER
    rows = answer["ranking"]
    assert [row["file"] for row in rows] == answer["files"]
    assert [(row["seed"], row["rank"], row["score"]) for row in rows] == [
        (8, 1, 0.75),
        (9, 2, 0.5),
        (7, 3, 0.25),
    ]
    assert rows[0]["probabilities"] == {"a rocket": 0.75}
    assert answer["notices"] == ["best of 3: seed 8 (a rocket 75 %)"]


def test_a_person_is_told_and_has_the_best_first(drawn: Callable[..., Said]) -> None:
    said = drawn()
    assert names(said.out.splitlines()) == ORDER
    assert "best of 3: seed 2719 (a rocket 75 %)" in said.err.splitlines()


@pytest.mark.parametrize("ending", [".png", ".gif", ".steps.sheet.png"])
def test_out_is_the_best_alone(drawn: Callable[..., Said], shell: Shell, ending: str) -> None:
    answer = drawn("--out", f"best{ending}", "--json").json
    assert answer["out"] == [f"best{ending}"]
    assert [path.name for path in shell.here.glob("best*")] == [f"best{ending}"]
    if ending == ".png":
        assert Path("best.png").read_bytes() == Path(answer["files"][0]).read_bytes()


def test_a_run_is_exported_as_its_best_or_as_any(drawn: Callable[..., Said], shell: Shell) -> None:
    run = drawn("--json").json["run"]
    assert shell("runs", "export", run, "--out", "best.gif").code == 0
    assert shell("runs", "export", run, "--sample", "0", "--out", "worst.gif").code == 0
    with Image.open("best.gif") as best, Image.open("worst.gif") as worst:
        assert (best.n_frames, worst.n_frames) == (5, 3)  # type: ignore[attr-defined]
    assert shell("runs", "export", run, "--sample", "2", "--out", "other.png").code == 0
    assert Path("other.png").read_bytes() == Path(run, "stage-1-02.png").read_bytes()
    assert open_picture(f"run:{Path(run).name}").image.width == 32


def test_it_is_shown_and_replayed_to_the_same_bits(
    drawn: Callable[..., Said], shell: Shell
) -> None:
    answer = drawn("--json").json
    shown = shell("runs", "show", answer["run"], "--json").json
    assert (shown["files"], shown["ranking"]) == (answer["files"], answer["ranking"])
    for target in (answer["run"], *answer["files"]):
        again = shell("runs", "replay", target, "--json")
        assert (again.code, again.json["same"]) == (0, True), target


def test_where_nothing_is_ranked_the_seeds_are_in_their_order(
    drawn: Callable[..., Said], shell: Shell
) -> None:
    answer = drawn("--out", "a.png", "--json", command=("generate", "a xylophone")).json
    assert names(answer["files"]) == ["result-00.png", "result-01.png", "result-02.png"]
    assert [(row["seed"], row["rank"], row["score"]) for row in answer["ranking"]] == [
        (2718 + i, None, None) for i in range(3)
    ]
    assert names(answer["out"]) == ["a-00.png", "a-01.png", "a-02.png"]
    assert "none of its 2 concepts" in answer["notices"][-1]


def test_without_it_nothing_is_said_of_ranks(shell: Shell) -> None:
    assert "ranking" not in shell.draw("--count", "2").json


def test_a_count_besides_is_one_line(drawn: Callable[..., Said]) -> None:
    said = drawn("--count", "2")
    assert said.code == 2
    assert said.line.startswith("best of: draws 3 seeds by itself, and samples (count) asks for 2")


def test_an_illusion_is_laid_out_the_best_first(drawn: Callable[..., Said]) -> None:
    command = ("anagram", "a rocket", "a cat")
    answer = drawn("--out", "page.sheet.png", "--json", command=command).json
    assert names(answer["out"]) == ["page.sheet.png"]
    rows = sheet.rows(open_run(answer["run"]))
    assert [(row[0].label, row[0].under) for row in rows] == [
        ("1 of 3", ("sample 1", "75 %")),
        ("2 of 3", ("sample 2", "50 %")),
        ("3 of 3", ("sample 0", "25 %")),
    ]
    spec = json.loads(Path(answer["run"], "spec.json").read_text("utf-8"))
    assert (spec["best_of"], spec["count"]) == (3, 1)
