"""A training read from its files: resumed, torn, old, running or dead."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from engine import events
from engine.errors import BadInput
from engine.runs import Run
from engine.runs.liveness import alive
from engine.runs.log import Log
from engine.runs.training_log import TrainingLog, newest_samples
from engine.runs.training_part import PACE, RATE, Part
from tests.support.fake_runs import training
from tests.support.fake_runs.training import DEAD, begun, progress, write


def steps(log: TrainingLog, part: str = "one", name: str = "loss") -> list[int]:
    return log.parts[part].curves[name].steps


def test_figures_are_curves_and_the_newest_is_known(tmp_path: Path) -> None:
    write(tmp_path, "one", begun(0), *(progress(s, loss=1 / s) for s in (10, 20, 30)))
    part = TrainingLog.read(tmp_path).parts["one"]
    assert (part.step, part.steps) == (30, 100)
    assert part.curves.keys() == {"loss", RATE, PACE}
    assert part.curves["loss"].values == [1 / 10, 1 / 20, 1 / 30]
    assert part.last("loss") == 1 / 30
    assert part.last("accuracy") is None


def test_only_what_is_new_arrives_and_parts_that_begin_later_too(tmp_path: Path) -> None:
    write(tmp_path, "one", begun(0), progress(10))
    log = TrainingLog.read(tmp_path)
    assert log.fresh() == []
    write(tmp_path, "one", progress(20))
    write(tmp_path, "two", begun(0, "two"))
    fresh = log.fresh()
    assert [(name, type(event).__name__) for name, event in fresh] == [
        ("one", "Progress"), ("two", "Begun"),
    ]  # fmt: skip
    log.take(fresh)
    assert steps(log) == [10, 20]
    assert log.parts.keys() == {"one", "two"}


def test_of_a_step_reached_twice_the_last_attempt_counts(tmp_path: Path) -> None:
    first = [progress(s, loss=1.0) for s in (10, 20, 30)]
    sheets = [events.Samples("r", 0.0, "one", s, f"one/samples/{s}.png") for s in (10, 30)]
    again = [progress(s, loss=2.0) for s in (20, 25)]
    write(tmp_path, "one", begun(0), *first, *sheets, events.Saved("r", 0.0, "one", 30))
    write(tmp_path, "one", begun(15), *again)
    part = TrainingLog.read(tmp_path).parts["one"]
    assert part.curves["loss"].steps == [10, 20, 25]
    assert part.curves["loss"].values == [1.0, 2.0, 2.0]
    assert [sheet.step for sheet in part.samples] == [10]
    assert (part.step, part.saved) == (25, 15)


def test_time_is_that_of_all_attempts(tmp_path: Path) -> None:
    write(tmp_path, "one", begun(0), progress(10, seconds=7.0))
    write(tmp_path, "one", begun(10), progress(20, seconds=5.0))
    assert TrainingLog.read(tmp_path).parts["one"].seconds == 12.0


def test_half_a_line_of_a_killed_process_costs_that_line_alone(tmp_path: Path) -> None:
    write(tmp_path, "one", begun(0), progress(10))
    with (tmp_path / "one" / "events.jsonl").open("a") as file:
        file.write('{"event": "Progress", "run": "r", "seco')
    assert steps(TrainingLog.read(tmp_path)) == [10]
    write(tmp_path, "one", begun(10), progress(20))
    assert steps(TrainingLog.read(tmp_path)) == [10, 20]


def test_a_beginning_that_was_glued_to_half_a_line_counts(tmp_path: Path) -> None:
    file = tmp_path / "one" / "events.jsonl"
    write(tmp_path, "one", begun(0), progress(10), progress(20, loss=1.0))
    glued = json.dumps(events.to_json(begun(10)))
    file.write_text(f'{file.read_text()}{{"event": "Progress", "st{glued}\n')
    write(tmp_path, "one", progress(20, loss=3.0))
    part = TrainingLog.read(tmp_path).parts["one"]
    assert part.curves["loss"].values[-1] == 3.0
    assert part.curves["loss"].steps == [10, 20]


@pytest.mark.parametrize("line", ["", "[]", "3", '{"event": 7}', '{"event": "Progress"}', "\x00"])
def test_lines_that_are_none_of_ours_are_left_out(tmp_path: Path, line: str) -> None:
    write(tmp_path, "one", begun(0), progress(10))
    with (tmp_path / "one" / "events.jsonl").open("a") as file:
        file.write(line + "\n")
    write(tmp_path, "one", progress(20))
    assert steps(TrainingLog.read(tmp_path)) == [10, 20]


def test_the_old_form_reads_the_same(tmp_path: Path) -> None:
    training.write_old(tmp_path, "one", steps=(20, 40, 60), sheets=(20, 40))
    part = TrainingLog.read(tmp_path).parts["one"]
    assert part.curves["loss"].steps == [20, 40, 60]
    assert part.curves.keys() == {"loss", "simple", RATE, PACE}
    assert [(s.step, s.prompts) for s in part.samples] == [
        (20, ("a cat", "a dog")), (40, ("a cat", "a dog")),
    ]  # fmt: skip
    assert not part.attempt.live


def test_a_file_begun_in_the_old_form_goes_on_in_the_new(tmp_path: Path) -> None:
    training.write_old(tmp_path, "one", steps=(20, 40, 60), sheets=(20, 60))
    write(tmp_path, "one", begun(45), progress(60), progress(80))
    part = TrainingLog.read(tmp_path).parts["one"]
    assert part.curves["loss"].steps == [20, 40, 60, 80]
    assert [sheet.step for sheet in part.samples] == [20]
    assert part.attempt.live


def test_time_left_is_by_the_newest_pace_while_it_is_trained(tmp_path: Path) -> None:
    write(tmp_path, "one", begun(0), *(progress(s, pace=2.0) for s in range(10, 60, 10)))
    log = TrainingLog.read(tmp_path)
    assert log.parts["one"].seconds_left == (100 - 50) / 2.0
    write(tmp_path, "one", events.Done("r", 9.0))
    log.take(log.fresh())
    assert log.parts["one"].seconds_left is None


STORIES: dict[str, tuple[list[Any], bool, str]] = {
    "trained now": ([begun(0)], True, "NoneType"),
    "killed": ([begun(0, pid=DEAD)], False, "NoneType"),
    "done": ([begun(0), events.Done("r", 1.0)], False, "Done"),
    "failed": ([begun(0), events.Failed("r", 1.0, "no", 1)], False, "Failed"),
    "stopped, now again": ([begun(0, pid=DEAD), events.Cancelled("r", 1), begun(9)], True, ""),
}


@pytest.mark.parametrize("story", STORIES)
def test_a_dead_process_is_told_from_a_live_one(tmp_path: Path, story: str) -> None:
    told, live, ending = STORIES[story]
    write(tmp_path, "one", *told)
    run = Run(tmp_path)
    assert (run.live, TrainingLog.read(tmp_path).live) == (live, live)
    assert live or type(run.ending).__name__ == ending


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="only Linux says it")
def test_a_killed_process_that_nobody_collected_is_dead() -> None:
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    assert alive(process.pid)
    process.kill()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert not alive(process.pid)
    process.wait()


def test_a_run_is_live_while_one_of_its_parts_is(tmp_path: Path) -> None:
    write(tmp_path, "one", begun(0))
    write(tmp_path, "two", begun(0, "two"), events.Done("r", 1.0))
    write(tmp_path, "", events.Started("r", 0.0, "", DEAD), events.Cancelled("r", 1.0))
    assert Run(tmp_path).live


def test_what_was_written_last_says_how_a_run_ended(tmp_path: Path) -> None:
    write(tmp_path, "one", begun(0), events.Done("r", 1.0))
    write(tmp_path, "", events.Started("r", 0.0, "", DEAD), events.Cancelled("r", 1.0))
    os.utime(tmp_path / "one" / "events.jsonl", (10, 10))
    assert isinstance(Run(tmp_path).ending, events.Cancelled)
    os.utime(tmp_path / "events.jsonl", (5, 5))
    assert isinstance(Run(tmp_path).ending, events.Done)


def test_two_processes_do_not_write_one_file(tmp_path: Path) -> None:
    with (
        Log(tmp_path / "one" / "events.jsonl"),
        pytest.raises(BadInput, match="another process"),
    ):
        Log(tmp_path / "one" / "events.jsonl")
    Log(tmp_path / "one" / "events.jsonl")


def test_a_log_closes_off_what_was_torn(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_text('{"event": "Pro')
    with Log(path) as log:
        log.write(begun(5))
    torn, whole = path.read_text().splitlines()
    assert torn == '{"event": "Pro'
    assert json.loads(whole)["step"] == 5


def test_the_newest_sheet_of_all_parts_is_the_runs_picture(tmp_path: Path) -> None:
    assert newest_samples(tmp_path) is None
    training.write_old(tmp_path, "one", steps=(20,), sheets=(20,))
    training.write_old(tmp_path, "two", steps=(20,), sheets=(10,))
    os.utime(tmp_path / "one" / "samples" / "step-00000020.png", (5, 5))
    assert newest_samples(tmp_path) == tmp_path / "two" / "samples" / "step-00000010.png"


def test_the_loss_of_every_step_is_a_point_whatever_was_reported_together() -> None:
    part = Part("one")
    part.take(events.Begun("run", 0.0, "one", 0, 9, 1, 0.0))
    for step, losses in ((2, (4.0, 2.0)), (3, (1.0,)), (4, ()), (5, (8.0, 9.0, 7.0))):
        metrics = {"loss": 3.0, "epoch": 2.5} if step == 3 else {"loss": 3.0}
        part.take(events.Progress("run", 1.0, "one", step, 9, metrics, 1e-3, 2.0, losses))
    loss, epoch = part.curves["loss"], part.curves["epoch"]
    # The last report goes back to step 3: what was told after step 2 no longer counts.
    assert (loss.steps, loss.values) == ([1, 2, 3, 4, 5], [4.0, 2.0, 8.0, 9.0, 7.0])
    assert epoch.steps == []
