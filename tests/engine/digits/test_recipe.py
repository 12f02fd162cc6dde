"""A training of digits from its spec to its files: resumed exactly, drawn from the same noise."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from engine.digits import recipe
from engine.digits.load_model import steps_per_epoch
from engine.errors import BadInput
from engine.runs.digit_samples import EpochSamples, beside
from engine.runs.training_log import TrainingLog
from engine.specs import Train
from engine.training import checkpoint
from engine.training.fit import TrainingCallbacks
from engine.training.trainer import Diverged, never

SMALL = {"data": "bundled", "limit": 70, "batch": 16, "hidden": 2, "epochs": 2, "timesteps": 6}


def small(model: str = "class", **more: Any) -> Train:
    return Train(model=model, **{**SMALL, "device": "cpu", "precision": "fp32", **more})


def train(spec: Train, run: Path, stop: int = 10**9) -> Any:
    """Train in `run`, until so many steps in all are done."""
    steps = [
        checkpoint.read(p)[1]["step"] for p in checkpoint.newest(run / spec.model / "checkpoints")
    ]
    left = iter(range(stop - max(steps, default=0)))
    watch = TrainingCallbacks(
        lambda part, now: None, lambda: next(left, None) is None if stop < 10**9 else False
    )
    return recipe.train(spec, run, watch)


def state(run: Path, model: str = "class") -> dict[str, torch.Tensor]:
    return checkpoint.read(next(checkpoint.newest(run / model / "checkpoints")))[0]


@pytest.mark.parametrize("model", ["denoiser", "time", "class"])
def test_a_training_that_was_stopped_goes_on_as_if_it_had_not_been(
    tmp_path: Path, model: str
) -> None:
    spec = small(model)
    train(spec, tmp_path / "whole")
    _, done = train(spec, tmp_path / "parts", stop=3)
    assert not done
    _, done = train(spec, tmp_path / "parts")
    assert done
    whole, parts = state(tmp_path / "whole", model), state(tmp_path / "parts", model)
    assert whole.keys() == parts.keys()
    assert all(torch.equal(whole[name], parts[name]) for name in whole)
    told = [TrainingLog.read(tmp_path / name).parts[model] for name in ("whole", "parts")]
    for name in ("loss", "epoch"):
        assert told[0].curves[name] == told[1].curves[name]
    assert told[0].curves["loss"].steps == told[1].curves["loss"].steps == list(range(1, 9))
    assert told[0].curves["epoch"].steps == told[1].curves["epoch"].steps == [4, 8]
    assert steps_per_epoch(tmp_path / "whole", spec) == 4


def looks(run: Path, model: str, step: int) -> dict[str, Any]:
    (sheet,) = [s for s in TrainingLog.read(run).parts[model].samples if s.step == step]
    assert (run / sheet.file).is_file()
    return EpochSamples.read(beside(run / sheet.file)).tensors


def test_samples_of_all_epochs_begin_with_the_same_noise(tmp_path: Path) -> None:
    train(small(), tmp_path)
    first, second = (looks(tmp_path, "class", step) for step in (4, 8))
    assert first["x"].shape == first["x0"].shape == (6, 40, 28, 28)
    assert first["x"].dtype == np.uint8
    assert first["timesteps"].tolist() == [5, 4, 3, 2, 1, 0]
    assert first["labels"].tolist() == [d for d in range(10) for _ in range(4)]
    gap = np.abs(first["x"][0].astype(int) - second["x"][0]).mean()
    assert gap < 20  # one step away from the same noise; two noises are 60 apart
    assert not np.array_equal(first["x"][-1], second["x"][-1])


def test_many_steps_keep_their_first_and_their_last_and_some_between(tmp_path: Path) -> None:
    train(small("time", timesteps=50, epochs=1), tmp_path)
    tensors = looks(tmp_path, "time", 4)
    assert "labels" not in tensors
    assert tensors["x"].shape == (32, 40, 28, 28)
    times = tensors["timesteps"].tolist()
    assert (times[0], times[-1], sorted(set(times), reverse=True)) == (49, 0, times)


def test_the_denoiser_shows_its_own_sigma_and_the_others(tmp_path: Path) -> None:
    train(small("denoiser", epochs=1), tmp_path)
    tensors = looks(tmp_path, "denoiser", 4)
    assert tensors["noisy"].shape == tensors["predicted"].shape == (10, 28, 28)
    assert tensors["ood_noisy"].shape == tensors["ood_predicted"].shape == (7, 10, 28, 28)
    assert np.array_equal(tensors["ood_noisy"][0], tensors["clean"])
    assert np.array_equal(tensors["ood_noisy"][3], tensors["noisy"])
    assert np.array_equal(tensors["ood_predicted"][3], tensors["predicted"])


def test_samples_are_drawn_every_so_many_epochs(tmp_path: Path) -> None:
    train(small("denoiser", epochs=3, sample_every=2), tmp_path)
    assert [s.step for s in TrainingLog.read(tmp_path).parts["denoiser"].samples] == [8]


def test_what_was_not_drawn_when_it_was_stopped_is_drawn_when_it_goes_on(tmp_path: Path) -> None:
    spec = small(epochs=1)
    train(spec, tmp_path)
    events = tmp_path / "class" / "events.jsonl"
    lines = [line for line in events.read_text().splitlines() if '"Samples"' not in line]
    events.write_text("\n".join(lines) + "\n")
    train(spec, tmp_path)
    assert looks(tmp_path, "class", 4)["x"].any()


def test_the_rate_falls_after_each_epoch_to_a_tenth_in_all() -> None:
    cpu = torch.device("cpu")
    how = recipe.settings(small(epochs=4, learning_rate=1e-2), 70, cpu)
    rates = [how.learning_rate(step) for step in range(how.steps)]
    assert rates[::4] == pytest.approx([1e-2 * 0.1 ** (e / 4) for e in range(4)])
    assert rates[3] == rates[0]
    flat = recipe.settings(small("denoiser"), 70, cpu)
    assert {flat.learning_rate(step) for step in range(flat.steps)} == {1e-4}


def test_a_batch_larger_than_the_data_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="a batch of 71 is larger than the data, 70 pictures; ask"):
        train(small(batch=71), tmp_path)


def test_other_data_are_refused(tmp_path: Path) -> None:
    spec = small(epochs=1)
    train(spec, tmp_path)
    noted = json.loads((tmp_path / "class" / "data.json").read_text())
    assert noted["source"] == "the small set, of the first 10,000 of MNIST's training half"
    assert noted["pictures"] == 70
    with pytest.raises(BadInput, match=r"was trained on 70 pictures, .*; these are 60 others"):
        train(spec.model_copy(update={"limit": 60}), tmp_path)


def test_another_network_is_refused_and_what_is_there_stays(tmp_path: Path) -> None:
    spec = small(epochs=1)
    train(spec, tmp_path)
    before = state(tmp_path)
    with pytest.raises(BadInput, match="of another model than the one asked for"):
        train(spec.model_copy(update={"hidden": 4, "epochs": 2}), tmp_path)
    assert all(torch.equal(before[name], value) for name, value in state(tmp_path).items())


def test_a_rate_that_is_too_high_says_at_which_step_and_leaves_the_last_good_checkpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = recipe.objective

    def poisoned(spec: Train, digits: Any) -> Any:
        good = whole(spec, digits)
        return lambda model, step, generator: {
            name: value * (float("nan") if step == 6 else 1)
            for name, value in good(model, step, generator).items()
        }

    monkeypatch.setattr(recipe, "objective", poisoned)
    with pytest.raises(Diverged, match="not finite at step 6"):
        recipe.train(small(), tmp_path, TrainingCallbacks(lambda part, now: None, never))
    assert (
        checkpoint.read(next(checkpoint.newest(tmp_path / "class" / "checkpoints")))[1]["step"] == 4
    )
    assert TrainingLog.read(tmp_path).parts["class"].curves["loss"].steps == [1, 2, 3, 4, 5, 6]
