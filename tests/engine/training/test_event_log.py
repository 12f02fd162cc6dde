"""What is told of a part's training: its beginnings, its figures, and one ending."""

from pathlib import Path

import pytest

from engine import events
from engine.errors import BadInput, Stopped
from engine.events import Progress
from engine.job import Job
from engine.runs.training_log import TrainingLog
from engine.specs import Train
from engine.training.event_log import EventLog
from engine.training.fit import watched
from engine.training.trainer import Diverged

NOW = Progress("", 12.0, "", 20, 100, {"loss": 0.5}, 1e-3, 1.6, (0.4, 0.6))


def train(folder: Path, error: BaseException | None = None, done: bool = True) -> None:
    with EventLog(folder, "one") as journal:
        journal.begin(0, 100)
        journal.progress(NOW)
        journal.saved(20)
        journal.drawn(20, folder / "one" / "samples" / "a.png", ["a cat"])
        journal.done = done
        if error:
            raise error


def test_who_listens_is_told_to_look_the_figures_of_all_steps_are_in_the_file(
    tmp_path: Path,
) -> None:
    told: list[events.Event] = []
    job = Job("run", Train(model="time"), tmp_path, told.append)
    with watched(job) as watch:
        watch.report("one", NOW)
    (event,) = told
    assert isinstance(event, Progress)
    assert (event.run, event.part, event.step, event.losses) == ("run", "one", 20, ())
    train(tmp_path)
    assert TrainingLog.read(tmp_path).parts["one"].curves["loss"].values == [0.4, 0.6]


def test_everything_is_found_again(tmp_path: Path) -> None:
    train(tmp_path)
    part = TrainingLog.read(tmp_path).parts["one"]
    assert (part.step, part.steps, part.saved, part.seconds) == (20, 100, 20, 12.0)
    assert (part.samples[0].file, part.samples[0].prompts) == ("one/samples/a.png", ("a cat",))
    assert isinstance(part.attempt.ending, events.Done)


def test_one_that_was_stopped_short_is_cancelled(tmp_path: Path) -> None:
    train(tmp_path, done=False)
    assert isinstance(TrainingLog.read(tmp_path).parts["one"].attempt.ending, events.Cancelled)


@pytest.mark.parametrize(
    ("error", "ending"),
    [
        (Diverged("not finite at step 3"), events.Failed("", 0.0, "not finite at step 3", 2)),
        (BadInput("no folder"), events.Failed("", 0.0, "no folder", 2)),
        (ZeroDivisionError("oh"), events.Failed("", 0.0, "ZeroDivisionError: oh", 1)),
        (Stopped(3), events.Cancelled("", 0.0)),
        (KeyboardInterrupt(), events.Cancelled("", 0.0)),
    ],
)
def test_an_error_is_the_ending(tmp_path: Path, error: BaseException, ending: events.Event) -> None:
    with pytest.raises(type(error)):
        train(tmp_path, error)
    found = TrainingLog.read(tmp_path).parts["one"].attempt.ending
    assert type(found) is type(ending)
    if isinstance(found, events.Failed) and isinstance(ending, events.Failed):
        assert (found.message, found.code) == (ending.message, ending.code)


def test_a_part_is_trained_by_one_process_at_a_time(tmp_path: Path) -> None:
    with EventLog(tmp_path, "one"), pytest.raises(BadInput, match="another process"):
        EventLog(tmp_path, "one")
