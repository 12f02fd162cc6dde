"""The whole command at the smallest size: what it leaves, and what it leaves when broken off."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from engine.checkpoints import open_cascade
from engine.control import Control
from engine.errors import BadInput
from engine.forge.evaluation import fineness
from engine.forge.pipeline import forge
from engine.forge.timed import __main__ as command
from engine.forge.timed import batch_size, examination, stage, training
from engine.forge.timed.training import TimedTraining
from engine.runs import Run
from engine.specs.forge import Forge
from engine.training import progress, trainer
from engine.training.trainer import one_step


@pytest.fixture(scope="module")
def begun(
    ask: Callable[..., Forge], held_out: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A cascade of 16 and 32 px to begin with."""
    out = tmp_path_factory.mktemp("begun")
    sides = {"small": 16, "large": 32, "crop": 16, "widths": (8, 32), "stage2_widths": (8, 32)}
    return forge(ask(out, folder=str(held_out), **sides), lambda *_: None, lambda: False)


class Clock:
    """A second passes with every step of a training, however busy the machine is."""

    now = 0.0

    def monotonic(self) -> float:
        return self.now

    def one_step(self, *how: Any) -> dict[str, float]:
        self.now += 1
        return one_step(*how)


@pytest.fixture
def line(begun: Path, held_out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The command's words, at a time of its own, and with few model calls to examine."""
    clock = Clock()
    for module in (training, stage, batch_size, progress):
        monkeypatch.setattr(module, "time", clock)
    monkeypatch.setattr(trainer, "one_step", clock.one_step)
    monkeypatch.setattr(examination, "STEPS", 2)
    monkeypatch.setattr(stage, "LOOKS", 1)
    return [str(held_out), "--held-out", str(held_out), "--out", str(tmp_path / "out"),
            "--begin-with", str(begun), "--device", "cpu", "--minutes", "1", "--batch", "2",
            "--stage2-batch", "2", "--precision", "fp32"]  # fmt: skip


def results(out: Path) -> dict[str, Any]:
    return json.loads((out / "results.json").read_text())


def test_it_trains_both_stages_in_its_time_and_says_what_came_of_it(
    line: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(line, 0.0) == 0
    out = tmp_path / "out"
    said = results(out)
    for name in ("stage1", "stage2"):
        part = said["stages"][name]
        assert part["batch"] == 2
        assert part["steps"] == part["curves"]["loss"][-1][0] > 0
        assert part["curves"]["learning rate"][-1][1] < part["learning_rate"] / 10
        assert len(part["curves"]["ε̂ error, t = 50"]) == 1  # as often as it was looked at
        for at in ("before", "after"):
            assert len(said[at][name]["errors"]) == len(fineness.TIMESTEPS)
    assert said["before"]["stage1"]["errors"] != said["after"]["stage1"]["errors"]
    cascade = open_cascade(str(out / "cascade"), device="cpu")
    assert cascade.stage2 is not None
    assert cascade.stage2.sample_size == 32
    for name in ("samples-before.png", "samples-after.png"):
        assert Image.open(out / name).width > 64
    log = (out / "log.txt").read_text()
    assert log.splitlines()[-1] in capsys.readouterr().err
    assert "stage II, error of ε̂ at t = 25: " in log
    assert "noise of flat ground" in log
    trained = json.loads((out / "cascade" / "training.json").read_text())
    assert list(trained["parts"]) == ["stage1", "stage2"]
    assert Run(out).spec.kind == "forge"  # listed among the runs


def test_broken_off_it_leaves_a_whole_cascade_and_the_curves_so_far(
    line: list[str], tmp_path: Path
) -> None:
    args = command.parser().parse_args(line)
    control, heard = Control(), list[str]()

    def say(text: str) -> None:
        heard.append(text)
        if text.startswith("stage1: step"):
            control.cancel()

    timed = TimedTraining(args, control, 0.0)
    timed.say = say  # type: ignore[method-assign]
    timed.train(timed.begin())
    said = results(tmp_path / "out")
    assert said["after"] is None
    assert list(said["stages"]) == ["stage1"]
    assert said["stages"]["stage1"]["curves"]["loss"]
    cascade = open_cascade(str(tmp_path / "out" / "cascade"), device="cpu")
    assert cascade.stage2 is not None  # that which it began with


def test_too_short_a_time_is_said_and_what_was_found_until_then_stays(
    line: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line[line.index("1")] = "0.001"
    assert command.main(line, 0.0) == 2
    assert "0.001 minutes are too few here" in capsys.readouterr().err
    assert results(tmp_path / "out")["before"]["stage1"]["errors"]


def test_where_stage_1_took_all_the_time_stage_2_stays_and_both_are_examined(
    line: list[str], tmp_path: Path, begun: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "WRITING", 0.0)
    assert command.main([*line, "--share", "0.99"], 0.0) == 0
    said = results(tmp_path / "out")
    assert list(said["stages"]) == ["stage1"]
    assert said["after"]["stage2"]["errors"] == said["before"]["stage2"]["errors"]
    assert "no time is left for stage II" in (tmp_path / "out" / "log.txt").read_text()


@pytest.mark.parametrize(
    ("flag", "value", "told"),
    [("--minutes", "0", "--minutes above 0"), ("--share", "1", "between 0 and 1"),
     ("--batch", "-1", "not negative"), ("--learning-rate", "2", "--learning-rate up to 1")],
)  # fmt: skip
def test_what_cannot_be_asked_for_is_said(
    flag: str, value: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        command.main(["data", "--out", "out", flag, value])
    assert left.value.code == 2
    assert told in capsys.readouterr().err


def test_packages_that_are_missing_are_named_before_anything_is_imported(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(command.NEEDED, "no_such_module", "no-such-package")
    assert command.main(["data", "--out", "out"]) == 3
    said = capsys.readouterr().err
    assert said == f"{sys.executable} lacks packages: pip install no-such-package\n"


def test_a_cascade_of_one_stage_and_data_that_are_not_there_are_refused(
    begun: Path, line: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line[0] = str(tmp_path / "none.tar.xz")
    assert command.main(line, 0.0) == 2
    assert "python -m engine.forge.pack writes one" in capsys.readouterr().err
    with pytest.raises(BadInput, match="has no stage II to begin with"):
        training.begun_with(str(begun / "stage-1"))
