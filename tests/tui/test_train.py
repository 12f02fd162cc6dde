"""`diffuscope train`: a digit model from the command line, and what it says when it cannot be."""

from pathlib import Path

import pytest

from engine import runs
from engine.runs.training_log import TrainingLog
from tests.support.terminal.run_cli import Said, Shell

FEW = ("--data", "bundled", "--limit", "40", "--hidden", "2", "--epochs", "2", "--batch", "20",
       "--timesteps", "4", "--device", "cpu")  # fmt: skip


def trained(shell: Shell, *words: str) -> Said:
    return shell("train", *words)


def test_it_trains_in_a_run_of_its_own_with_lines_of_progress(shell: Shell) -> None:
    answer = trained(shell, "class", *FEW)
    assert answer.code == 0
    assert "40 pictures: the small set, of the first 10,000 of MNIST's training half" in answer.err
    assert "class: step 4/4, loss" in answer.err
    (run,) = runs.list_runs()
    assert answer.out == f"{run.folder}\n"
    assert "state              done\n" in shell("runs", "show", run.name).out
    listed = shell("runs", "list", "--json").json["runs"][0]
    assert listed["title"] == "class ddpm D 2, bundled"


def test_all_of_mnist_is_there_without_a_network(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*address: object) -> None:
        raise AssertionError(address)

    monkeypatch.setattr("socket.socket.connect", refuse)
    answer = trained(shell, "class", "--epochs", "1", "--hidden", "1", "--minutes", "1e-4")
    assert answer.code == 0
    assert "60,000 pictures: MNIST's training half" in answer.err


@pytest.mark.parametrize("words", [("denoiser",), ("time", "--objective", "flow"), ("time",)])
def test_every_model_and_objective_is_one_command(shell: Shell, words: tuple[str, ...]) -> None:
    said = trained(shell, *words, *FEW, "--lr", "1e-3", "--sample-steps", "3", "--json").json
    part = TrainingLog.read(Path(said["run"])).parts[words[0]]
    assert (part.step, part.saved, len(part.samples)) == (4, 4, 2)
    assert part.curves["learning rate"].values[0] == 1e-3


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("class", *FEW, "--batch", "41"), "a batch of 41 is larger than the data, 40 pictures"),
        (("class", "--lr", "nan"), "learning rate: input should be a finite number"),
        (("class", "--lr", "0"), "learning rate: input should be greater than 0"),
        (("class", "--data", "nowhere"), "no such data: nowhere; name mnist, bundled, fashion"),
        (("gan",), "model: input should be 'denoiser', 'time' or 'class'"),
        (("denoiser", "--objective", "flow"), "leave --objective out"),
        (("time", "--objectiv", "flow"), "did you mean --objective?"),
    ],
)
def test_bad_input_is_one_line(shell: Shell, words: tuple[str, ...], said: str) -> None:
    answer = trained(shell, *words, "--quiet")
    assert answer.code == 2
    assert said in answer.line


def test_a_device_that_is_not_there_is_another_exit(shell: Shell) -> None:
    answer = trained(shell, "class", *FEW, "--device", "cuda:7", "--quiet")
    assert answer.code == 3
    assert "cuda:7 is not available" in answer.line


def test_it_goes_on_in_its_folder_and_not_with_another_architecture(shell: Shell) -> None:
    first = trained(shell, "class", *FEW, "--out", "here", "--json", "--quiet").json
    spec = Path(first["run"], "spec.json").read_bytes()
    refused = trained(shell, "class", *FEW, "--resume", "here", "--hidden", "4", "--quiet")
    assert refused.code == 2
    assert "here was begun with hidden 2, not 4" in refused.line
    assert Path(first["run"], "spec.json").read_bytes() == spec
    longer = trained(shell, "class", *FEW, "--resume", "here", "--epochs", "3", "--quiet")
    assert longer.code == 0
    assert TrainingLog.read(Path(first["run"])).parts["class"].step == 6


def test_a_run_is_taken_up_by_its_name_with_the_settings_that_it_has(shell: Shell) -> None:
    begun = trained(shell, "time", *FEW, "--checkpoint-every", "3", "--json", "--quiet").json
    name = Path(begun["run"]).name
    again = trained(shell, "--resume", name, "--epochs", "3", "--json", "--quiet").json
    assert again["run"] == begun["run"]
    (run,) = runs.list_runs()
    assert (run.spec.hidden, run.spec.epochs, run.spec.checkpoint_every) == (2, 3, 3)  # type: ignore[attr-defined]
    assert TrainingLog.read(run.folder).parts["time"].step == 6
    other = trained(shell, "denoiser", "--resume", name, "--quiet")
    assert "was begun with model time, not denoiser" in other.line
    drawn = shell.draw().json["run"]
    assert "holds a generate run" in trained(shell, "--resume", drawn, "--quiet").line
    assert "no run named 'nowhere'" in trained(shell, "--resume", "nowhere", "--quiet").line
    assert "MODEL is missing: what to train" in trained(shell, "--quiet").line


def test_a_loss_that_is_no_number_is_told_with_its_step(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    from engine.digits import objectives

    poison = float("nan")
    monkeypatch.setattr(
        objectives, "mse_loss", lambda guess, wanted: (guess - wanted).square().mean() * poison
    )
    answer = trained(shell, "time", *FEW, "--quiet")
    assert answer.code == 2
    assert "the loss is not finite at step 0" in answer.line
    assert "a lower --learning-rate may help" in answer.line
