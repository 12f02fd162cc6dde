"""Run folders of every kind that the version before wrote: they open, replay and go on."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from safetensors.numpy import load_file

from engine import events, runs
from engine.runs import training_log
from tests.kept.conftest import Kept

DRAWN = ("generate", "branch", "guidances", "denoise", "edit", "inpaint",
         "anagram", "hybrid", "compose", "digits")  # fmt: skip
TRAINED = ("denoiser", "time", "class", "whole", "stopped", "forge")
BROKEN = ("cancelled", "killed")
EVERY = (*DRAWN, *TRAINED, *BROKEN)


@pytest.mark.parametrize("name", EVERY)
def test_it_is_shown_as_the_old_version_showed_it(kept: Kept, name: str) -> None:
    answer = kept("runs", "show", name, "--json")
    assert answer.code == 0
    assert answer.json == _moved(kept.shown(name), kept)


def test_all_are_listed(kept: Kept) -> None:
    listed = kept("runs", "list", "--json").json["runs"]
    then = _moved(kept.shown("runs"), kept)["runs"]
    assert sorted(EVERY) == sorted(run["name"] for run in listed)
    assert _by_name(listed) == _by_name(then)


@pytest.mark.parametrize("name", EVERY)
def test_every_line_of_its_events_is_read_and_would_be_written_the_same(
    kept: Kept, name: str
) -> None:
    folder = kept.folder / "runs" / name
    files = [*folder.glob("events.jsonl"), *folder.glob("*/events.jsonl")]
    assert files
    for path in files:
        lines = path.read_text("utf-8").splitlines()
        records = [json.loads(line) for line in lines[: -1 if name == "killed" else None]]
        for record in records:
            event = events.from_json(record, folder)
            sheet = record.get("sheet", {}).get("file")
            assert json.loads(json.dumps(events.to_json(event, sheet))) == record
    assert len(runs.open_run(name).events) == len(_lines_of_the_run(folder, name))


@pytest.mark.parametrize("name", DRAWN)
def test_every_step_has_its_pictures(kept: Kept, name: str) -> None:
    told = runs.open_run(name).events
    sheets = [event.sheet for event in told if isinstance(event, events.Frame)]
    assert sheets
    for sheet in sheets:
        assert sheet.image.size == (sheet.width * len(sheet.channels), sheet.height * sheet.count)


@pytest.mark.parametrize("name", TRAINED)
def test_what_a_training_told_is_read(kept: Kept, name: str) -> None:
    folder = kept.folder / "runs" / name
    told = [event for part in sorted(folder.glob("*/events.jsonl")) for event in _told(part)]
    assert {"Begun", "Progress", "Saved"} <= {type(event).__name__ for event in told}
    sheets = [event.file for event in told if isinstance(event, events.Samples)]
    assert all((folder / file).is_file() for file in sheets)
    assert (training_log.newest_samples(folder) is not None) == bool(sheets)


@pytest.mark.parametrize("name", DRAWN)
def test_it_is_exported(kept: Kept, name: str, tmp_path: Path) -> None:
    for ending in (".png", ".sheet.png", ".gif"):
        assert kept("runs", "export", name, "--out", str(tmp_path / f"out{ending}")).code == 0


@pytest.mark.usefixtures("one_thread")
@pytest.mark.parametrize("name", DRAWN)
def test_it_is_replayed(kept: Kept, name: str, tmp_path: Path) -> None:
    answer = kept("runs", "replay", name, "--run", str(tmp_path / "again"), "--json")
    assert answer.code in (0, 1)
    assert answer.json["other_model"] is False
    if kept.same_machine:
        assert (answer.code, answer.json["same"]) == (0, True)
    files = [Path(file) for file in _moved(kept.shown(name), kept)["files"]]
    for old, new in zip(files, answer.json["files"], strict=True):
        assert old.name == Path(new).name
        _near_picture(old, Path(new))
    _near(kept.folder / "runs" / name, tmp_path / "again")


@pytest.mark.usefixtures("one_thread")
@pytest.mark.parametrize("sample", [0, 1])
def test_a_picture_is_replayed(kept: Kept, sample: int, tmp_path: Path) -> None:
    file = f"picture-{sample:02d}.png"
    answer = kept("runs", "replay", file, "--run", str(tmp_path / "again"), "--json")
    assert answer.code in (0, 1)
    assert answer.json["other_model"] is False
    if kept.same_machine:
        assert (answer.code, answer.json["same"]) == (0, True)
    _near_picture(kept.folder / file, Path(answer.json["files"][sample]))


@pytest.mark.usefixtures("one_thread")
def test_a_training_that_was_stopped_goes_on_to_the_end(kept: Kept, tmp_path: Path) -> None:
    stopped = shutil.copytree(kept.folder / "runs" / "stopped", tmp_path / "stopped")
    answer = kept("train", "--resume", str(stopped), "--json")
    assert (answer.code, answer.err) == (0, "")
    ended, undisturbed = (_newest(run) for run in (stopped, kept.folder / "runs" / "whole"))
    assert ended.name == undisturbed.name
    left, right = load_file(ended), load_file(undisturbed)
    assert left.keys() == right.keys()
    for name in left:
        if kept.same_machine:
            assert left[name].tobytes() == right[name].tobytes(), name
        np.testing.assert_allclose(left[name], right[name], rtol=0.1, atol=0.05)


def test_prompts_that_were_read_need_no_text_encoder(kept: Kept) -> None:
    answer = kept("prompts", "list", "--json")
    assert answer.code == 0
    now, then = ([{**one, "file": Path(one["file"]).name} for one in listed["prompts"]]
                 for listed in (answer.json, kept.shown("prompts")))  # fmt: skip
    assert now == then
    assert {"", "a rocket", "a cat"} <= {prompt["prompt"] for prompt in now}


def _moved(answer: Any, kept: Kept) -> Any:
    """The same answer, had the old version worked where the files are now."""
    folder = str(Path(kept.shown("runs")["folder"]).parent)
    moved: Any = json.loads(json.dumps(answer).replace(folder, str(kept.folder)))
    return moved


def _lines_of_the_run(folder: Path, name: str) -> list[str]:
    lines = (folder / "events.jsonl").read_text("utf-8").splitlines()
    return lines[: -1 if name == "killed" else None]


def _by_name(listed: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(listed, key=lambda run: str(run["name"]))


def _told(path: Path) -> list[events.Event]:
    lines = path.read_text("utf-8").splitlines()
    return [events.from_json(json.loads(line), path.parent.parent) for line in lines]


def _newest(run: Path) -> Path:
    return max((run / "class" / "checkpoints").glob("step-*.safetensors"))


def _near(then: Path, now: Path) -> None:
    left, right = (load_file(folder / "trajectory.safetensors") for folder in (then, now))
    assert left.keys() == right.keys()
    for name in left:
        np.testing.assert_allclose(left[name], right[name], rtol=1e-2, atol=1e-2)


def _near_picture(old: Path, new: Path) -> None:
    with Image.open(old) as left, Image.open(new) as right:
        apart = np.asarray(left, np.int16) - np.asarray(right, np.int16)
    assert np.abs(apart).max() <= 2
