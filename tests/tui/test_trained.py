"""`digits RUN`: pictures, figures, and one line for what is wrong."""

import json

import pytest
from PIL import Image

from engine.digits import measures
from tests.support.fake_runs.trained import a_training
from tests.support.terminal.run_cli import Shell


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few hundred real digits are enough here."""
    monkeypatch.setattr(measures, "MAX_REAL", 300)


def test_all_digits_where_none_is_named(shell: Shell) -> None:
    run = a_training(shell.here / "run")
    answer = shell("digits", str(run), "sample", "--count", "1", "--json", "--quiet")
    assert (answer.code, answer.err) == (0, "")
    assert len(answer.json["files"]) == 10
    assert answer.json["model"].startswith("class ddpm D 4")
    spec = json.loads((shell.here / answer.json["run"] / "spec.json").read_text())
    assert (spec["kind"], spec["digits"]) == ("digit_sample", list(range(10)))


def test_a_model_of_time_draws_no_digit_in_particular(shell: Shell) -> None:
    run = a_training(shell.here / "run", "time")
    answer = shell("digits", str(run), "sample", "--count", "2", "--out", "a.png", "--quiet")
    assert answer.code == 0
    assert answer.out.splitlines() == ["a-00.png", "a-01.png"]
    with Image.open(shell.here / "a-01.png") as picture:
        assert picture.size == (28, 28)


def test_an_evaluation_is_told_and_kept(shell: Shell) -> None:
    run = a_training(shell.here / "run")
    words = ("digits", str(run), "evaluate", "--guidances", "3", "--count", "1")
    answer = shell(*words, "--json", "--quiet")
    assert answer.code == 0
    assert answer.json["figures"] == json.loads((run / "evaluation.json").read_text())
    assert answer.json["run"] == str(run)
    assert answer.json["reports"][0]["topic"] == "guidance 3"
    lines = shell(*words, "--quiet").out.splitlines()
    assert lines[0].startswith("✗ guidance 3")
    assert lines[-1] == str(run / "evaluation.png")


def test_the_denoiser_out_of_its_distribution(shell: Shell) -> None:
    run = a_training(shell.here / "run", "denoiser")
    answer = shell("digits", str(run), "ood", "--sigmas", "0,1", "--count", "2", "--json")
    assert answer.code == 0
    assert [row["sigma"] for row in answer.json["figures"]["by_sigma"]] == [0, 1]
    assert (run / "ood.png").is_file()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "RUN"),
        (["run"], "choose one of sample, evaluate, ood after the run"),
        (["run", "sampel"], "did you mean sample?"),
        (["nowhere", "sample"], "no run named 'nowhere'"),
        (["nowhere", "evaluate"], "no run named 'nowhere'"),
        (["run", "sample", "--digits", "ten"], "digits: write digits such as 3 or 0,1,2, or all"),
        (["run", "sample", "--epoch", "9"], "has no checkpoint of epoch 9; kept are epoch 1"),
        (["run", "sample", "--guidence", "3"], "did you mean --guidance?"),
        (["run", "sample", "--training", "other"], "'--training' is not known here"),
        (["run", "sample", "--device", "cuda:99"], "cuda:99 is not available"),
        (["run", "ood"], "is a model of class, not a one-step denoiser"),
        (["run", "evaluate", "--guidances", "x"], "guidances: write numbers such as"),
    ],
)
def test_bad_input_is_one_line(shell: Shell, words: list[str], said: str) -> None:
    run = a_training(shell.here / "run")
    answer = shell("digits", *(str(run) if word == "run" else word for word in words))
    assert answer.code == (3 if "cuda:99" in words else 2)
    assert said in answer.err
    assert len(answer.err.splitlines()) == 1
    assert answer.out == ""
