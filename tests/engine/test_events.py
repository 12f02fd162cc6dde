"""Every event survives its way to a file and back."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from engine import events
from engine.events import Event, Frame, Sheet, from_json, to_json

SHEET = Sheet(("x", "x0"), 2, 3, 3, bytes(range(108)))
FRAME = Frame("r", 0.5, 1, 3, 20, 800, 750, 0.2, 0.25, (1.0, 0.9), (0.1, 0.2), SHEET)

WIRE_NAMES = Path(__file__).with_name("wire-names.txt").read_text("utf-8").split()
"""What stands in people's run folders: a new event adds a name, none is ever changed or dropped."""


@pytest.mark.parametrize(
    "event",
    [
        events.Queued("r", 0.0),
        events.Status("r", 0.1, "loading text encoder"),
        events.Fetching("r", 0.1, "fetching owner/name: 1.0 of 9.0 GB", 10**9, 9 * 10**9),
        events.Ready("r", 0.1, "tiny-if", "cpu", "float32", "ab12", (32, 128)),
        events.Started("r", 0.2, "/runs/r", 17),
        events.Planned("r", 0.2, ((990, 0), (500,))),
        events.Planned("r", 0.2, ((990, 0), (500,)), (990, 690)),
        events.Original("r", 0.2, "original.png", "cat", "640×480, cropped to 64×64"),
        events.Measured("r", 0.9, 500, "blur", 18.5, 0.4, 0.3, "t500-blur.png", 5, 2.0),
        events.Masked("r", 0.2, 1, "original.png", "mask.png", "region.png", "m", "", 0.25),
        events.Difference("r", 0.9, 2, (12.5, 3.0), (0, 0), (1.5, -0.25)),
        events.Prepared("r", 0.9, "cat", "", 1, b"\x00\xff\x07", bytes(12), (0.9, 0.5)),
        events.Notice("r", 0.9, "the mask has no white"),
        events.Blocked("r", 0.9, "the picture of stage II was blocked", 2, 0),
        events.Result("r", 1.0, 1, ("stage-1-00.png",)),
        events.Ranked("r", 1.0, "seed 8", 1, (1, 0), (0.1, 0.5), ("a",), ((0.1,), (0.5,))),
        events.Report("r", 1.0, "memory", True, "24 GB", ""),
        events.Begun("r", 0.0, "stage1", 250, 7000, 17, 1.7e9),
        events.Progress("r", 9.5, "stage1", 20, 7000, {"loss": 0.5, "bound": 0.0}, 4e-4, 1.5),
        events.Samples("r", 9.5, "stage1", 500, "stage1/samples/step-00000500.png", ("a cat",)),
        events.Samples("r", 9.5, "stage2", 500, "s.png", (), {"error": 0.25}),
        events.Saved("r", 9.5, "stage1", 500),
        events.Failed("r", 2.0, "no", 2),
        events.Cancelled("r", 2.0),
        events.Done("r", 2.0),
    ],
)
def test_there_and_back(event: Event, tmp_path: Path) -> None:
    assert from_json(json.loads(json.dumps(to_json(event))), tmp_path) == event


def test_every_event_has_a_name_of_its_own_on_the_wire() -> None:
    kinds = [
        kind
        for kind in vars(events).values()
        if isinstance(kind, type) and issubclass(kind, Event) and kind is not Event
    ]
    assert all("WIRE" in vars(kind) for kind in kinds)
    assert sorted(kind.WIRE for kind in kinds) == sorted(WIRE_NAMES)


def test_an_event_is_written_under_its_wire_name() -> None:
    assert to_json(events.Notice("r", 0.5, "a line")) == {
        "event": "Notice",
        "run": "r",
        "seconds": 0.5,
        "text": "a line",
    }


def test_no_event_is_a_kind_of_another() -> None:
    """What shows one and also the other says so; `case` on a base would catch it unsaid."""
    assert all(
        kind.__bases__ == (Event,)
        for kind in vars(events).values()
        if isinstance(kind, type) and issubclass(kind, Event) and kind is not Event
    )


def test_a_frame_names_its_sheet_and_finds_it_again(tmp_path: Path) -> None:
    SHEET.image.save(tmp_path / "s.png")
    back = from_json(json.loads(json.dumps(to_json(FRAME, "s.png"))), tmp_path)
    assert isinstance(back, Frame)
    assert back.eps_norm == FRAME.eps_norm
    assert back.sheet.image.tobytes() == SHEET.image.tobytes()


def test_a_step_that_goes_up_in_t_asked_no_model() -> None:
    assert not FRAME.goes_up
    assert not replace(FRAME, next_timestep=-1).goes_up
    assert replace(FRAME, next_timestep=900).goes_up


def test_a_picture_is_its_own_column_and_row() -> None:
    sheet = Sheet(("x", "x0"), 2, 1, 1, bytes([1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4]))
    picture = sheet.picture("x0", 1)
    assert isinstance(picture, Image.Image)
    assert picture.getpixel((0, 0)) == (4, 4, 4)


def test_a_step_of_some_samples_has_a_row_for_each_of_them(tmp_path: Path) -> None:
    sheet = Sheet(("x",), 4, 1, 1, bytes([1, 1, 1, 2, 2, 2]), (3, 1))
    second = sheet.picture("x", 1)
    assert isinstance(second, Image.Image)
    assert second.getpixel((0, 0)) == (2, 2, 2)
    assert sheet.picture("x", 0) is None
    sheet.image.save(tmp_path / "s.png")
    frame = replace(FRAME, sheet=sheet)
    back = from_json(json.loads(json.dumps(to_json(frame, "s.png"))), tmp_path)
    assert isinstance(back, Frame)
    assert (back.sheet.count, back.sheet.rows) == (4, (3, 1))
    assert "samples" not in to_json(FRAME)["sheet"]


def test_a_channel_that_was_not_computed_is_none() -> None:
    assert SHEET.picture("delta") is None
    assert SHEET.picture("x", 2) is None


def test_an_unknown_event_is_a_key_error(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        from_json({"event": "Tomorrow", "run": "r", "seconds": 0}, tmp_path)
