"""Opening a trained model: the newest checkpoint, the one asked for, or one clear line."""

from pathlib import Path

import pytest
import torch

from engine import runs
from engine.digits.load_model import Trained, training_of
from engine.errors import BadInput
from engine.specs import Generate
from tests.support.fake_runs.trained import a_training, network


def test_the_newest_checkpoint_in_eval(tmp_path: Path) -> None:
    run = a_training(tmp_path / "run")
    found = Trained.open(run)
    assert (found.step, found.epoch, found.classes) == (20, 2, True)
    assert not found.net.training
    wanted = network(found.spec, 2).state_dict()
    assert all(torch.equal(value, wanted[name]) for name, value in found.net.state_dict().items())
    assert found.title.endswith("epoch 2")


@pytest.mark.parametrize("asked", [{"epoch": 1}, {"step": 10}])
def test_the_checkpoint_that_is_asked_for(tmp_path: Path, asked: dict[str, int]) -> None:
    found = Trained.open(a_training(tmp_path / "run"), **asked)
    assert (found.step, found.epoch) == (10, 1)
    assert found.fingerprint == Trained.open(tmp_path / "run", epoch=1).fingerprint
    assert found.fingerprint != Trained.open(tmp_path / "run").fingerprint


def test_the_average_where_the_training_keeps_one(tmp_path: Path) -> None:
    run = a_training(tmp_path / "run", ema=0.9)
    net = Trained.open(run).net
    assert torch.equal(net.last.weight, network(training_of(run)[1], 2).last.weight)


def test_a_damaged_checkpoint_falls_back_and_is_told_of(tmp_path: Path) -> None:
    run = a_training(tmp_path / "run")
    newest = run / "class" / "checkpoints" / "step-00000020.safetensors"
    newest.write_bytes(newest.read_bytes()[:100])
    found = Trained.open(run)
    assert found.step == 10
    assert "step-00000020.safetensors is damaged" in found.notices[0]
    with pytest.raises(BadInput, match="no checkpoint of run can be read"):
        Trained.open(run, epoch=2)


def test_what_is_not_there_is_one_line(tmp_path: Path) -> None:
    run = a_training(tmp_path / "run")
    with pytest.raises(BadInput, match=r"no checkpoint of epoch 7; kept are epoch 1 \(step 10\)"):
        Trained.open(run, epoch=7)
    with pytest.raises(BadInput, match="has no checkpoint yet"):
        Trained.open(a_training(tmp_path / "new", epochs=()))
    with pytest.raises(BadInput, match="no run named"):
        Trained.open(tmp_path / "nothing")


def test_another_kind_of_run_is_refused(tmp_path: Path) -> None:
    with runs.RunWriter(tmp_path / "run", Generate(prompt="a cat")):
        pass
    with pytest.raises(BadInput, match="is a run of generate, not of a digit model"):
        Trained.open(tmp_path / "run")


def test_another_network_than_the_spec_says_is_refused(tmp_path: Path) -> None:
    run = a_training(tmp_path / "run")
    spec = run / "spec.json"
    spec.write_text(spec.read_text().replace('"hidden": 4', '"hidden": 8'))
    with pytest.raises(BadInput, match=r"another network than its spec\.json describes"):
        Trained.open(run)


def test_a_denoiser_draws_no_digits(tmp_path: Path) -> None:
    found = Trained.open(a_training(tmp_path / "run", "denoiser"))
    with pytest.raises(BadInput, match="digits run ood"):
        found.process()
