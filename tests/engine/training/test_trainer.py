"""The trainer: resuming is exact, damage is survived, a bad loss stops it."""

import errno
import itertools
import json
import math
import os
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from engine.errors import BadInput
from engine.training import checkpoint, progress, trainer
from engine.training.trainer import Diverged, Progress, Settings, Training


def small() -> nn.Module:
    """A network with a buffer, so that buffers are checkpointed too."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return nn.Sequential(nn.Linear(3, 5), nn.BatchNorm1d(5), nn.GELU(), nn.Linear(5, 2))


def objective(model: nn.Module, step: int, generator: torch.Generator) -> dict[str, Tensor]:
    """Fit noise: any slip in order or randomness changes the weights."""
    inputs = torch.randn(8, 3, generator=generator)
    target = torch.randn(8, 2, generator=generator)
    return {"loss": (model(inputs) - target).square().mean()}


def settings(steps: int = 12, **changes: object) -> Settings:
    base = {"learning_rate": lambda step: 1e-2 / (1 + step), "checkpoint_every": 4}
    return Settings(steps=steps, **(base | changes))  # type: ignore[arg-type]


def full_disk(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def trained(folder: Path, *stops: int) -> Training:
    """Train 12 steps, interrupted after each of `stops` and taken up by a new process's worth."""
    for last in (*stops, None):
        training = trainer.begin(small(), settings())
        assert trainer.resume(training, folder) == []
        stop = (lambda t=training, n=last: t.step >= n) if last else (lambda: False)
        trainer.train(training, objective, settings(), folder, stop=stop)
    return training


def weights(training: Training) -> dict[str, Tensor]:
    return {**training.model.state_dict(), **training.ema.state_dict()} | (
        checkpoint.flatten_optimizer(training.optimizer)
    )


def test_resumed_equals_uninterrupted_bit_for_bit(tmp_path: Path) -> None:
    whole = weights(trained(tmp_path / "whole"))
    parts = weights(trained(tmp_path / "parts", 3, 4, 9))
    assert whole.keys() == parts.keys()
    assert all(torch.equal(whole[name], parts[name]) for name in whole)


def test_training_moves_the_weights_and_the_average_follows(tmp_path: Path) -> None:
    training, start = trained(tmp_path), small().state_dict()
    now, average = training.model.state_dict(), training.ema.module.state_dict()
    assert not torch.equal(now["0.weight"], start["0.weight"])
    assert not torch.equal(average["0.weight"], now["0.weight"])
    assert torch.equal(average["1.running_mean"], now["1.running_mean"])


def test_a_truncated_checkpoint_is_passed_over_with_a_warning(tmp_path: Path) -> None:
    trained(tmp_path)
    newest = next(checkpoint.newest(tmp_path))
    newest.write_bytes(newest.read_bytes()[:-100])
    training = trainer.begin(small(), settings())
    warnings = trainer.resume(training, tmp_path)
    assert training.step == 8
    assert len(warnings) == 1
    assert newest.name in warnings[0]


def test_a_checkpoint_of_another_model_is_refused_in_one_line(tmp_path: Path) -> None:
    trained(tmp_path)
    with pytest.raises(BadInput, match="another model"):
        trainer.resume(trainer.begin(nn.Linear(7, 7), settings()), tmp_path)


def test_nan_stops_at_its_step_and_keeps_the_last_good_checkpoint(tmp_path: Path) -> None:
    def poisoned(model: nn.Module, step: int, generator: torch.Generator) -> dict[str, Tensor]:
        factor = float("nan") if step == 6 else 1.0
        return {"loss": objective(model, step, generator)["loss"] * factor}

    training = trainer.begin(small(), settings())
    with pytest.raises(Diverged, match="step 6"):
        trainer.train(training, poisoned, settings(), tmp_path)
    fresh = trainer.begin(small(), settings())
    trainer.resume(fresh, tmp_path)
    assert fresh.step == 4
    assert all(torch.isfinite(value).all() for value in fresh.model.state_dict().values())


def test_an_interrupted_write_leaves_the_old_file_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "step-1.safetensors"
    checkpoint.atomic_save({"a": torch.ones(2)}, path, {"format": checkpoint.FORMAT, "state": "{}"})
    monkeypatch.setattr(checkpoint, "save_file", full_disk)
    with pytest.raises(BadInput, match="no space left on device"):
        checkpoint.atomic_save({"a": torch.zeros(2)}, path, {})
    assert torch.equal(checkpoint.read(path)[0]["a"], torch.ones(2))
    assert [found.name for found in tmp_path.iterdir()] == [path.name]


def test_only_the_newest_checkpoints_are_kept(tmp_path: Path) -> None:
    trained(tmp_path)
    names = [path.name for path in checkpoint.newest(tmp_path)]
    assert names == ["step-00000012.safetensors", "step-00000008.safetensors"]


def test_progress_reports_means_and_rates(tmp_path: Path) -> None:
    seen: list[Progress] = []
    how = settings(report_every=5, checkpoint_every=100)
    trainer.train(trainer.begin(small(), how), objective, how, tmp_path, emit=seen.append)
    assert [report.step for report in seen] == [5, 10, 12]
    assert seen[-1].learning_rate == pytest.approx(1e-2 / 12)
    assert all(json.dumps(report.metrics) for report in seen)


def test_warmup_stable_decay_rises_holds_and_falls_to_zero() -> None:
    rate = trainer.warmup_stable_decay(1.0, steps=1000, warmup=10, tail=0.2)
    assert rate(0) == pytest.approx(0.1)
    assert rate(10) == rate(799) == 1.0
    assert rate(900) == pytest.approx(0.5)
    assert rate(1000) == 0.0
    longer = trainer.warmup_stable_decay(1.0, steps=5000, warmup=10, tail=0.2)
    assert [rate(step) for step in range(800)] == [longer(step) for step in range(800)]


class Clock:
    """A clock that a step of the training moves on, by another time each."""

    def __init__(self) -> None:
        self.now, self.paces = 100.0, itertools.cycle([1.0, 4.0, 1.0])

    def monotonic(self) -> float:
        return self.now

    def objective(
        self, model: nn.Module, step: int, generator: torch.Generator
    ) -> dict[str, Tensor]:
        self.now += next(self.paces)
        return objective(model, step, generator)


def rates_over_time(
    folder: Path, monkeypatch: pytest.MonkeyPatch, **changes: object
) -> tuple[list[float], list[float]]:
    """Seconds before each step, and its rate; the rate by steps is 1."""
    clock, seen = Clock(), list[Progress]()
    monkeypatch.setattr(progress, "time", clock)
    how = settings(steps=10**6, report_every=1, learning_rate=lambda step: 1.0, **changes)
    training = trainer.begin(small(), how)
    trainer.resume(training, folder)
    times = [0.0]
    tell = lambda now: (seen.append(now), times.append(now.seconds))  # noqa: E731
    trainer.train(training, clock.objective, how, folder, emit=tell)
    return times[:-1], [now.learning_rate for now in seen]


def test_with_a_time_limit_the_rate_falls_to_zero_by_the_clock_whatever_the_pace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = {"minutes": 2.0, "time_tail": 0.25}
    times, rates = rates_over_time(tmp_path, monkeypatch, **asked)
    assert rates == pytest.approx([min(1.0, (120 - at) / 30) for at in times])
    assert times[-1] == pytest.approx(119)
    assert rates[-1] == pytest.approx(1 / 30)
    again, back = rates_over_time(tmp_path, monkeypatch, **asked)  # taken up: the time is new
    assert (again, back) == (times, rates)


def test_a_time_limit_without_a_tail_leaves_the_rate_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    times, rates = rates_over_time(tmp_path, monkeypatch, minutes=1.0)
    assert times[-1] == pytest.approx(59)
    assert set(rates) == {1.0}


def test_a_checkpoint_is_written_where_one_is_asked_for(tmp_path: Path) -> None:
    training, kept = trainer.begin(small(), settings()), list[int]()
    asked = iter([False, False, True])
    keep = lambda: next(asked, False)  # noqa: E731
    trainer.train(training, objective, settings(steps=6), tmp_path, keep=keep, saved=kept.append)
    assert kept == [3, 4, 6]
    assert next(checkpoint.newest(tmp_path)).name == "step-00000006.safetensors"


def test_every_loss_is_told_once_however_it_is_stopped_and_before_each_checkpoint(
    tmp_path: Path,
) -> None:
    told: list[object] = []

    def run(stop: int, **changes: object) -> list[float]:
        seen: list[Progress] = []
        how = settings(report_every=5, **changes)
        training = trainer.begin(small(), how)
        trainer.train(
            training, objective, how, tmp_path / str(changes), stop=lambda: training.step >= stop,
            emit=lambda p: (seen.append(p), told.append(p.step)),  # type: ignore[arg-type]
            saved=lambda step: told.append(f"saved {step}"),
        )  # fmt: skip
        assert all(p.metrics["loss"] == pytest.approx(sum(p.losses) / len(p.losses)) for p in seen)
        return [loss for progress in seen for loss in progress.losses]

    losses = run(7)
    assert told == [4, "saved 4", 5, 7, "saved 7"]
    assert run(12, epoch=6)[:7] == losses
    assert told[5:] == [4, "saved 4", 5, 6, "saved 6", 8, "saved 8", 10, 12, "saved 12"]


def test_reports_keep_their_distance_in_time_but_none_is_lost(tmp_path: Path) -> None:
    seen: list[Progress] = []
    how = settings(report_every=1, report_seconds=3600.0, checkpoint_every=100)
    trainer.train(trainer.begin(small(), how), objective, how, tmp_path, emit=seen.append)
    assert [(report.step, len(report.losses)) for report in seen] == [(12, 12)]


def test_weights_that_are_not_finite_are_not_kept(tmp_path: Path) -> None:
    how = settings(learning_rate=lambda step: float("inf") if step == 7 else 1e-3)
    training = trainer.begin(small(), how)
    with pytest.raises(Diverged, match="weights are not finite after step 8"):
        trainer.train(training, objective, how, tmp_path)
    assert next(checkpoint.newest(tmp_path)).name == "step-00000004.safetensors"


def test_without_clipping_and_fused_it_is_plain_adam(tmp_path: Path) -> None:
    how = settings(weight_decay=0.0, clip_norm=math.inf, fused=True, ema_decay=0.0)
    training = trainer.begin(small(), how)
    trainer.train(training, objective, how, tmp_path)
    plain = small()
    adam = torch.optim.Adam(plain.parameters())
    for step in range(12):
        adam.param_groups[0]["lr"] = how.learning_rate(step)
        adam.zero_grad()
        objective(plain, step, trainer.step_generator(how.seed, step))["loss"].backward()
        adam.step()
    for name, value in plain.state_dict().items():
        torch.testing.assert_close(training.model.state_dict()[name], value)
        assert torch.equal(
            training.ema.module.state_dict()[name], training.model.state_dict()[name]
        )
