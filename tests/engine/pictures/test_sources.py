"""What a name stands for: a file, a run, an address; and the line where it stands for nothing."""

import os
from pathlib import Path

import pytest
from PIL import Image

from engine import events
from engine.errors import BadInput
from engine.pictures import open_picture
from engine.runs import RunWriter
from engine.runs.paths import ENV
from engine.specs import Generate


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A finished run named rocket with a red, a green and a blue result."""
    monkeypatch.setenv(ENV, str(tmp_path))
    folder = tmp_path / "rocket"
    with RunWriter(folder, Generate(prompt="a rocket", count=3)) as writer:
        writer.event(events.Started("rocket", 0.0, str(folder), 1))
        colours = [Image.new("RGB", (8, 8), c) for c in ("red", "lime", "blue")]
        files = writer.pictures("stage-1", colours)
        writer.event(events.Result("rocket", 1.0, 1, files))
        writer.event(events.Done("rocket", 2.0))
    return folder


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A PNG under another format's name."""
    path = tmp_path / "my picture.jpg"
    Image.new("RGBA", (8, 8), (255, 0, 0, 0)).save(path, "PNG")
    return path


def test_a_file_is_known_by_its_content_and_titled_by_its_name(picture: Path) -> None:
    loaded = open_picture(str(picture))
    assert loaded.image.getpixel((0, 0)) == (255, 255, 255)
    assert (loaded.title, loaded.note) == ("my picture", "transparency on white")


def test_home_is_where_the_tilde_points(picture: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(picture.parent))
    assert open_picture("~/my picture.jpg").title == "my picture"


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("run:rocket", (0, 0, 255)),
        ("run:rock", (0, 0, 255)),
        ("run:rocket:0", (255, 0, 0)),
        ("run:rocket:1", (0, 255, 0)),
        ("{folder}", (0, 0, 255)),
        ("run:{folder}:1", (0, 255, 0)),
    ],
)
def test_a_run_gives_a_result(run: Path, name: str, level: tuple[int, int, int]) -> None:
    loaded = open_picture(name.format(folder=run))
    assert loaded.image.getpixel((4, 4)) == level
    assert loaded.title == "rocket"


def test_a_run_without_that_result_says_what_it_has(run: Path, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="rocket has pictures 0 to 2, not 3"):
        open_picture("run:rocket:3")
    with RunWriter(tmp_path / "empty", Generate(prompt="a")) as writer:
        writer.event(events.Done("empty", 0.0))
    with pytest.raises(BadInput, match="empty finished no picture"):
        open_picture("run:empty")
    for png in run.rglob("*.png"):
        png.unlink()
    with pytest.raises(BadInput, match=r"cannot read .*png: no such file"):
        open_picture("run:rocket")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "no picture is named: give tower, cat"),
        ("  ", "no picture is named"),
        ("no/such.png", "no picture no/such.png: give tower, cat, truck, a file, an http"),
        ("towr", "no picture towr"),
        ("a\0b", "no picture"),
        ("a\nb", "no picture"),
        ("a" * 5000, "no picture"),
        ("~nobody-of-that-name/x.png", "no picture"),
        ("run:", "no picture is named"),
        ("run:a\0b", "no run named"),
        ("run:none", "no run named 'none'"),
        ("run:none:3", "no run named 'none'"),
        ("/dev/zero", "not a file"),
        (".", "not a file"),
    ],
)
def test_a_name_that_stands_for_nothing_is_one_line(
    name: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ENV, str(tmp_path))
    with pytest.raises(BadInput, match=said) as caught:
        open_picture(name)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 200


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    with pytest.raises(BadInput, match="not a file"):
        open_picture(str(tmp_path / "pipe.png"))


def test_a_file_past_the_limit_is_refused_unread(picture: Path) -> None:
    with picture.open("r+b") as file:
        file.truncate(50 * 2**20 + 1)
    with pytest.raises(BadInput, match="larger than 50 MB"):
        open_picture(str(picture))


def test_a_file_that_may_not_be_read_says_so(
    picture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(BadInput, match=r"cannot read my picture\.jpg: permission denied"):
        open_picture(str(picture))
