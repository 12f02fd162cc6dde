"""What a stage is asked to do in its time, and what is done where it diverges."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.control import Control
from engine.forge import pipeline
from engine.forge.timed import stage
from engine.forge.timed.batch_size import Pace
from engine.specs.forge import Forge
from engine.training import trainer
from engine.training.trainer import Diverged
from tests.support.fake_accelerator import ELSEWHERE, pretend

SPEC = Forge(folder="data")


def test_the_rate_grows_with_the_root_of_the_batch_and_is_zero_when_the_time_is_over() -> None:
    plan = stage.planned(SPEC, 1, Pace(128, 0.05), 240.0, 0.0, look_seconds=2.0)
    assert (plan.part, plan.batch, plan.minutes) == ("stage1", 128, 4.0)
    assert plan.learning_rate == pytest.approx(8e-4)
    assert plan.steps > 2 * 4800  # the clock ends it, not the steps
    assert (plan.sample_every, plan.checkpoint_every) == (480, 600)
    assert plan.ema_decay == pytest.approx(1 - 1 / 241)
    how = pipeline.settings(plan, plan.steps, plan.learning_rate)
    rates = [how.learning_rate(step) * trainer.fade(how, step * 0.05) for step in (2000, 4800)]
    assert rates == [pytest.approx(8e-4), 0.0]
    second = stage.planned(SPEC, 2, Pace(512, 0.1), 60.0, 0.0, look_seconds=1.0)
    assert (second.part, second.stage2_batch, second.batch) == ("stage2", 512, SPEC.batch)
    assert second.learning_rate == stage.MOST_RATE
    assert second.stage2_steps > 2 * 600


def test_what_is_asked_for_is_taken_and_looks_that_take_too_long_are_left_out() -> None:
    plan = stage.planned(SPEC, 1, Pace(32, 2.0), 60.0, 3e-4, look_seconds=30.0)
    assert plan.learning_rate == 3e-4
    assert plan.sample_every > plan.steps
    assert 0.9 <= plan.ema_decay < 1


def test_where_the_loss_is_not_finite_it_goes_on_at_half_the_rate(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rates, said = list[float](), list[str]()

    def forge(spec: Forge, *_: Any) -> None:
        rates.append(spec.learning_rate)
        if len(rates) < 3:
            raise Diverged("the loss is not finite at step 7")

    monkeypatch.setattr(pipeline, "forge", forge)
    plan = stage.planned(SPEC, 1, Pace(32, 0.1), 60.0, 8e-4, look_seconds=1.0)
    done = stage.train(plan, Control(), said.append)
    assert rates == [8e-4, 4e-4, 2e-4]
    assert done.learning_rate == 2e-4
    assert done.minutes <= plan.minutes
    assert said == ["the loss is not finite at step 7; it goes on at half the rate"] * 2
    rates.clear()
    monkeypatch.setattr(stage, "TRIES", 2)
    with pytest.raises(Diverged):
        stage.train(plan, Control(), said.append)


def test_another_device_tries_and_trains_without_mixing(
    ask: Callable[..., Forge], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = ask(tmp_path, precision="fp32", widths=(32, 32), stage2_widths=(8, 32))
    pipeline.forge(spec.model_copy(update={"part": "text"}), lambda *_: None, lambda: False)
    for module in (stage, pipeline):
        monkeypatch.setattr(module, "own_device", lambda name: ELSEWHERE)
    monkeypatch.setattr("engine.forge.timed.batch_size.LEAST_SECONDS", 0.0)
    with pretend():
        for number in (1, 2):
            pace, setup = stage.tried(spec, number, 2, 10.0)
            assert pace.batch == 2
            assert setup > 0
