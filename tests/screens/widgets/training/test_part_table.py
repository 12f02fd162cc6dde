"""The figures of a training's parts in words."""

from engine import events
from engine.runs.training_part import Part
from screens.widgets.training.part_table import brief, state, table
from tests.support.fake_runs.training import DEAD, begun, progress


def part(*told: events.Event) -> Part:
    found = Part("one")
    for event in told:
        found.take(event)
    return found


def test_how_far_how_fast_and_how_long() -> None:
    told = table([part(begun(0), progress(25, pace=0.5))], "one", lambda n: "red").plain
    assert "▌ one         25/100      25 %  running" in told
    assert "loss 0.5000   0.50/s   2:30 left  lr 1.0e-3" in told


def test_every_state_has_its_word() -> None:
    assert state(part(begun(0))) == "running"
    assert state(part(begun(0, pid=DEAD))) == "broken off"
    assert state(part(begun(0, pid=0))) == ""
    assert state(part(begun(0), events.Cancelled("r", 1.0))) == "stopped"
    assert state(part(begun(0), progress(100), events.Done("r", 1.0))) == "done"
    assert state(part(begun(0), events.Failed("r", 1.0, "not finite at step 3", 2))) == (
        "not finite at step 3"
    )


def test_an_epoch_that_has_ended_is_drawn_until_its_samples_are_there() -> None:
    end = progress(20)
    end.metrics["epoch"] = 0.5
    drawn = events.Samples("r", 0.0, "one", 20, "step-20.png")
    assert state(part(begun(0), progress(10), end)) == "drawing"
    assert state(part(begun(0), progress(10), end, drawn)) == "running"
    assert state(part(begun(0), end, progress(21))) == "running"
    assert state(part(begun(0), end, events.Done("r", 1.0))) == "stopped"


def test_images_a_second_are_told_where_the_batch_is_known() -> None:
    end = progress(20, pace=50.0)
    end.metrics["epoch"] = 0.25
    told = table([part(begun(0), end)], "one", lambda n: "red", batches={"one": 128}).plain
    assert "6 400 images/s  mean of epoch 1 0.2500" in told
    assert (
        brief(part(begun(0), end), 128) == "20/100 20 % · loss 0.5000 · 6 400 images/s · 0:02 left"
    )


def test_before_the_first_part_it_says_what_is_being_done() -> None:
    assert table([], None, lambda n: "red", "reading the pictures").plain == "reading the pictures"
