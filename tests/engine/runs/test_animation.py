"""Animations as files: a video read back, and what is said where none can be written."""

import json
import sys
from importlib import util
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from engine.errors import BadInput, Unavailable
from engine.runs.animation import RATE, Shot, enlarged, gif, mp4
from engine.runs.export import export, way_for
from tests.engine.runs.illusory import illusion, picture

TWO = {"first": "a", "second": "b"}


def video(path: Path) -> tuple[list[np.ndarray[Any, Any]], dict[str, str]]:
    with av.open(str(path)) as file:
        pictures = [frame.to_ndarray(format="rgb24") for frame in file.decode(video=0)]
        return pictures, dict(file.metadata)


def far(found: np.ndarray[Any, Any], wanted: Image.Image) -> float:
    return float(np.abs(found.astype(float) - np.asarray(wanted)).mean())


def test_a_video_stays_on_each_picture_as_long_as_it_should(tmp_path: Path) -> None:
    shots = [Shot(picture(1), 400), Shot(picture(2), 40), Shot(picture(3), 1)]
    mp4(shots, tmp_path / "a.mp4", {"prompt": "a hen"})
    frames, said = video(tmp_path / "a.mp4")
    assert [f.shape for f in frames] == [(512, 512, 3)] * (400 * RATE // 1000 + 1 + 1)
    assert json.loads(said["comment"]) == {"prompt": "a hen"}
    for index, shade in ((0, 1), (9, 1), (10, 2), (11, 3)):
        assert far(frames[index], enlarged(picture(shade), 512)) < 4
    assert far(frames[0], enlarged(picture(2), 512)) > 40


def test_a_video_rests_on_the_readings(tmp_path: Path) -> None:
    export(illusion(tmp_path / "r", "anagram", **TWO), tmp_path / "a.mp4")
    frames, _ = video(tmp_path / "a.mp4")
    upside = picture(0).transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    assert far(frames[20], enlarged(picture(0), 512)) < 4
    assert far(frames[40 + 22 + 20], enlarged(upside, 512)) < 4
    assert far(frames[-1], enlarged(picture(0), 512)) < 4


def test_a_picture_with_odd_sides_has_a_video_too(tmp_path: Path) -> None:
    mp4([Shot(Image.new("RGB", (512, 341), "red"), 40)], tmp_path / "a.mp4", {})
    assert video(tmp_path / "a.mp4")[0][0].shape == (342, 512, 3)


def test_the_steps_of_any_run_are_a_video(written: Any, tmp_path: Path) -> None:
    export(written(), tmp_path / "a.mp4")
    assert len(video(tmp_path / "a.mp4")[0]) == 4 * 3 + 24


def test_small_pictures_grow_by_whole_pixels(tmp_path: Path) -> None:
    gif([Shot(picture(0), 100)], tmp_path / "a.gif", {})
    with Image.open(tmp_path / "a.gif") as image:
        found = image.convert("RGB")
    assert found.tobytes() == picture(0).resize((256, 256), Image.Resampling.NEAREST).tobytes()


def test_without_the_package_one_line_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    real = util.find_spec
    monkeypatch.setitem(sys.modules, "av", None)
    monkeypatch.setattr(
        "engine.runs.animation.find_spec", lambda name: None if name == "av" else real(name)
    )
    with pytest.raises(Unavailable, match=r"pip install 'diffuscope\[video\]'") as error:
        way_for(Path("a.mp4"))
    assert "\n" not in str(error.value)
    assert way_for(Path("a.gif"))


def test_a_video_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot write"):
        mp4([Shot(picture(0), 40)], tmp_path / "missing" / "a.mp4", {})
    assert not list(tmp_path.iterdir())
