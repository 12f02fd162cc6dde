"""The order of examples and the mean of an epoch are functions of the step."""

import torch

from engine import events
from engine.events import Progress
from engine.runs.training_part import Part
from engine.training.progress import Means, batch_of, steps_per_epoch


def epoch(number: int, count: int = 23, batch: int = 5, seed: int = 1) -> list[int]:
    steps = steps_per_epoch(count, batch)
    parts = [batch_of(count, batch, seed, number * steps + i) for i in range(steps)]
    assert {len(part) for part in parts} == {batch}
    return torch.cat(parts).tolist()


def test_an_epoch_sees_no_example_twice_and_what_is_left_over_is_another_each_time() -> None:
    epochs = [epoch(number) for number in range(20)]
    assert all(len(set(order)) == len(order) == 20 for order in epochs)
    assert set().union(*epochs) == set(range(23))
    assert len({tuple(order) for order in epochs}) == 20


def test_the_order_is_the_seeds_and_is_found_again_from_any_step() -> None:
    assert epoch(3) == epoch(3)
    assert epoch(3) != epoch(3, seed=2)
    late = batch_of(23, 5, 1, 4 * 3 + 2).tolist()
    assert epoch(3)[10:15] == late


def report(step: int, *losses: float) -> Progress:
    mean = sum(losses) / len(losses)
    return Progress("", 1.0, "", step, 8, {"loss": mean}, 1e-3, 1.0, losses)


def test_the_report_that_ends_an_epoch_has_its_mean() -> None:
    means = Means(4, [])
    told = [
        means.add(report(1, 8.0)),
        means.add(report(4, 1.0, 2.0, 5.0)),
        means.add(report(5, 0.0)),
    ]
    assert [now.metrics.get("epoch") for now in told] == [None, 4.0, None]
    assert told[1].metrics["loss"] == 8 / 3


def test_an_epoch_that_was_interrupted_has_the_mean_of_all_its_steps() -> None:
    part = Part("one")
    part.take(events.Begun("run", 0.0, "one", 0, 8, 1, 0.0))
    figures = {"loss": 3.0}, 1e-3, 1.0
    part.take(
        events.Progress("run", 1.0, "one", 7, 8, *figures, (9.0, 9.0, 9.0, 9.0, 1.0, 2.0, 3.0))
    )
    part.take(events.Begun("run", 2.0, "one", 6, 8, 1, 0.0))
    assert Means.of(part, 4).add(report(8, 4.0, 5.0)).metrics["epoch"] == (1 + 2 + 4 + 5) / 4


def test_without_epochs_there_is_no_mean() -> None:
    assert Means.of(Part("one"), 0).add(report(4, 1.0)).metrics == {"loss": 1.0}
