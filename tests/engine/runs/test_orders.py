"""Orders reach a run through its folder: each once, none from before it began."""

import json
from pathlib import Path

import pytest

from engine import events
from engine.control import Control
from engine.errors import BadInput
from engine.runs import Run, liveness
from engine.runs.remote_control import FILE, PERIOD, Orders, RemoteControl, control_of
from engine.runs.training_log import TrainingLog
from tests.support.fake_runs.training import DEAD, begun, write, write_spec


class Clock:
    """Moves on by more than a period at every look."""

    def __init__(self, by: float = 2 * PERIOD) -> None:
        self.time, self.by = 0.0, by

    def __call__(self) -> float:
        self.time += self.by
        return self.time


def test_every_order_is_read_once_and_none_from_before(tmp_path: Path) -> None:
    RemoteControl(tmp_path).cancel()
    orders = Orders(tmp_path, Clock())
    assert orders.fresh() == []
    RemoteControl(tmp_path).pause()
    RemoteControl(tmp_path).keep()
    assert orders.fresh() == ["pause", "keep"]
    assert orders.fresh() == []


def test_the_first_order_ever_is_read_and_what_is_none_passed_over(tmp_path: Path) -> None:
    orders = Orders(tmp_path, Clock())
    (tmp_path / FILE).write_text('no json\n[1]\n{"order": "resume"}\n{"order": "pau')
    assert orders.fresh() == ["resume"]


def test_it_looks_seldom(tmp_path: Path) -> None:
    orders = Orders(tmp_path, Clock(by=PERIOD / 10))
    assert orders.fresh() == []
    RemoteControl(tmp_path).pause()
    looks = [orders.fresh() for _ in range(11)]
    assert looks[0] == []
    assert [look for look in looks if look] == [["pause"]]


@pytest.mark.parametrize("order", ["cancel", "pause", "resume", "step", "keep"])
def test_a_hand_moves_what_a_control_moves(tmp_path: Path, order: str) -> None:
    orders = Orders(tmp_path, Clock())
    getattr(RemoteControl(tmp_path), order)()
    assert orders.fresh() == [order]
    assert callable(getattr(Control, order))
    assert json.loads((tmp_path / FILE).read_text())["order"] == order


def test_a_run_without_a_process_takes_no_orders(tmp_path: Path) -> None:
    write_spec(tmp_path / "run")
    write(tmp_path / "run", "", events.Started("r", 0.0, "", DEAD))
    with pytest.raises(BadInput, match="run is not running"):
        control_of(Run(tmp_path / "run"))


def test_a_folder_that_is_gone_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot write"):
        RemoteControl(tmp_path / "gone").pause()


def test_a_log_knows_whether_its_run_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(liveness, "alive", lambda pid: True)
    write(tmp_path, "", events.Started("r", 0.0, "", 1), events.Paused("r", 1.0))
    write(tmp_path, "one", begun(0))
    log = TrainingLog.read(tmp_path)
    assert log.paused
    write(tmp_path, "", events.Resumed("r", 2.0))
    log.take(log.fresh())
    assert not log.paused
    write(tmp_path, "", events.Paused("r", 3.0), events.Started("r", 4.0, "", 1))
    log.take(log.fresh())
    assert not log.paused
