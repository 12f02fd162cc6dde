"""A run as one file."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from engine.errors import BadInput
from engine.runs import Run
from engine.runs import step_images as steps
from engine.runs.export import export, gif, picture, sheet, steps_sheet
from engine.runs.metadata import read_png

Write = Callable[..., Run]


def test_png_is_the_finished_picture_with_its_spec(written: Write, tmp_path: Path) -> None:
    run = written(count=2)
    out = tmp_path / "out.png"
    picture(run, out, sample=1)
    assert out.read_bytes() == run.state.results[1].read_bytes()
    assert read_png(out)["prompt"] == "a rocket"
    assert read_png(out)["sample"] == 1


def test_gif_shows_every_step_of_both_stages_in_one_size(written: Write, tmp_path: Path) -> None:
    out = tmp_path / "out.gif"
    export(written(), out)
    with Image.open(out) as image:
        assert image.n_frames == 5  # type: ignore[attr-defined]
        assert image.size == (256, 256)
        colours, times = [], []
        for index in range(5):
            image.seek(index)
            colours.append(image.convert("RGB").getpixel((128, 128)))
            times.append(image.info["duration"])
        assert json.loads(image.info["comment"])["prompt"] == "a rocket"
    assert [c[0] for c in colours] == [40, 40, 40, 80, 80]  # type: ignore[index]
    assert times == [120, 120, 120, 120, 960]


def test_sheet_holds_every_step_where_its_label_says(written: Write, tmp_path: Path) -> None:
    out = tmp_path / "out.sheet.png"
    export(written(), out)
    assert read_png(out)["prompt"] == "a rocket"
    with Image.open(out) as image:
        found = {colour for _, colour in image.getcolors(1 << 24)}
    steps = {(40, 0, 7), (40, 10, 7), (40, 20, 7), (80, 0, 7), (80, 10, 7)}
    assert steps <= found


@pytest.mark.parametrize(("every", "kept"), [(1, [0, 10, 20]), (2, [0, 20]), (5, [20])])
def test_sheet_thins_out_but_keeps_the_last_step(
    written: Write, tmp_path: Path, every: int, kept: list[int]
) -> None:
    out = tmp_path / "out.sheet.png"
    steps_sheet(written(), out, every=every)
    with Image.open(out) as image:
        found = {colour for _, colour in image.getcolors(1 << 24)}
    assert [g for g in (0, 10, 20) if (40, g, 7) in found] == kept


def test_a_long_prompt_does_not_widen_the_sheet(written: Write, tmp_path: Path) -> None:
    short, long = tmp_path / "a.sheet.png", tmp_path / "b.sheet.png"
    sheet(written("a"), short)
    sheet(written("b", prompt="a rocket\n" * 200), long)
    with Image.open(short) as a, Image.open(long) as b:
        assert a.size == b.size


@pytest.mark.parametrize("name", ["out.bmp", "out", "out.sheet", ".png.txt"])
def test_another_ending_is_one_line(written: Write, tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInput, match=r"\.sheet\.png, \.png, \.gif"):
        export(written(), tmp_path / name)
    assert not (tmp_path / name).exists()


@pytest.mark.parametrize("ending", [".png", ".gif", ".sheet.png"])
def test_a_sample_that_is_not_there_is_one_line(
    written: Write, tmp_path: Path, ending: str
) -> None:
    with pytest.raises(BadInput, match="samples 0 to 0, not 3"):
        export(written(), tmp_path / f"out{ending}", sample=3)


@pytest.mark.parametrize("ending", [".png", ".gif", ".sheet.png"])
def test_a_place_that_cannot_be_written_is_one_line(
    written: Write, tmp_path: Path, ending: str
) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(BadInput, match="cannot write"):
        export(written(), tmp_path / "file" / f"out{ending}")
    with pytest.raises(BadInput, match="cannot write"):
        export(written("s"), tmp_path / "missing" / f"out{ending}")


def test_a_channel_that_is_not_there_is_one_line(written: Write) -> None:
    with pytest.raises(BadInput, match="x, x0, eps, not 'delta'"):
        steps.shots(written(), 0, channel="delta")


def test_steps_that_are_gone_are_one_line(written: Write, tmp_path: Path) -> None:
    run = written()
    (run.folder / "frames" / "1-0001.png").unlink()
    with pytest.raises(BadInput, match="gone or torn"):
        gif(run, tmp_path / "out.gif")


def test_a_run_that_has_nothing_is_one_line(written: Write, tmp_path: Path) -> None:
    run = written()
    (run.folder / "events.jsonl").write_text("")
    for ending in (".png", ".gif", ".sheet.png"):
        with pytest.raises(BadInput, match=r"no steps|finished no picture"):
            export(Run(run.folder), tmp_path / f"out{ending}")
