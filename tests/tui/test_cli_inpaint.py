"""`inpaint`: figures, replay, sheets, and every wrong word in one line."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from engine.sampling import cost_guard
from tests.support.terminal.run_cli import Said, Shell

FEW = ("--timesteps", "900,600,300,0", "--stage2-steps", "2", "--quiet")


@pytest.fixture
def files(shell: Shell) -> tuple[str, str]:
    """A photo, and a mask of its shape with a white middle."""
    red = Image.linear_gradient("L").resize((48, 32))
    Image.merge("RGB", (red, red.rotate(180), Image.new("L", red.size, 90))).save("photo.png")
    mask = Image.new("L", (48, 32), 0)
    ImageDraw.Draw(mask).rectangle((18, 10, 30, 22), fill=255)
    mask.save("mask.png")
    return "photo.png", "mask.png"


def inpaint(shell: Shell, image: str, mask: str, *words: str) -> Said:
    return shell("inpaint", image, mask, "--model", str(shell.model), *FEW, *words)


def test_the_object_has_calls_and_differences(shell: Shell, files: tuple[str, str]) -> None:
    jumps = ("--method", "repaint", "--jump", "1", "--resample", "3")
    answer = inpaint(shell, *files, "--prompt", "a rocket", "--json", *jumps)
    assert (answer.code, answer.err) == (0, "")
    found = answer.json
    assert found["model_calls"] == [10, 2]
    assert [Path(f).name for f in found["files"]] == ["result-00.png"]
    assert [(d["stage"], d["outside"]) for d in found["differences"]] == [(1, [0]), (2, [0])]
    assert all(d["inside"][0] > 1 and len(d["seam"]) == 1 for d in found["differences"])
    assert [m["stage"] for m in found["masks"]] == [1, 2]
    for masked, side in zip(found["masks"], (16, 32), strict=True):
        for name in ("original", "mask", "region"):
            with Image.open(masked[name]) as image:
                assert image.size == (side, side)
    last = found["masks"][-1]
    result, original = (np.asarray(Image.open(f)) for f in (found["files"][0], last["original"]))
    outside = np.asarray(Image.open(last["mask"])) == 0
    assert (result[outside] == original[outside]).all()


def test_for_a_person_there_is_a_table(shell: Shell, files: tuple[str, str]) -> None:
    lines = inpaint(shell, *files, "--no-stage2", "--count", "2").out.splitlines()
    assert lines[0].split() == ["stage", "sample", "inside", "outside", "seam"]
    assert [line.split()[:2] for line in lines[1:3]] == [["I", "0"], ["I", "1"]]
    assert [line.split()[3] for line in lines[1:3]] == ["0", "0"]
    assert [Path(line).name for line in lines[3:]] == ["stage-1-00.png", "stage-1-01.png"]


def test_how_many_calls_is_said_before_they_are_made(shell: Shell, files: tuple[str, str]) -> None:
    model = ("--model", str(shell.model))
    answer = shell("inpaint", *files, *model, "--steps", "4", "--no-stage2")
    lines = answer.err.splitlines()
    assert lines.index("4 model calls") < lines.index("stage I: step 1/4")


@pytest.mark.parametrize("method", ["course", "repaint", "if"])
def test_a_run_is_listed_exported_and_replayed_without_its_files(
    shell: Shell, files: tuple[str, str], method: str
) -> None:
    words = ("--method", method, "--jump", "1", "--resample", "2", "--json")
    first = inpaint(shell, *files, *words).json
    name = Path(first["run"]).name
    assert [r["name"] for r in shell("runs", "list", "--json").json["runs"]] == [name]
    for file in ("a.png", "a.gif", "a.sheet.png"):
        assert shell("runs", "export", name, "--out", file).code == 0
    target = first["files"][0]
    again = shell("runs", "replay", target, "--json", "--quiet")
    assert (again.code, again.json["same"]) == (0, True)
    Path(files[0]).unlink()
    Image.new("L", (48, 32), 255).save(files[1])
    again = shell("runs", "replay", first["run"], "--json", "--quiet")
    assert (again.code, again.json["same"]) == (0, True)


def test_one_sheet_is_written_for_all_samples(shell: Shell, files: tuple[str, str]) -> None:
    found = inpaint(shell, *files, "--json", "--count", "2", "--out", "a.sheet.png").json
    assert [Path(f).name for f in found["out"]] == ["a.sheet.png"]


def test_an_odd_mask_is_a_notice(shell: Shell, files: tuple[str, str]) -> None:
    Image.new("L", (24, 16), 128).save("soft.png")
    found = inpaint(shell, files[0], "soft.png", "--json").json
    assert found["notices"] == [
        "the mask has greys: there the old and the new picture are blended",
        "the mask is 24×16 and the picture 48×32: it was scaled",
    ]


def test_a_run_of_hours_needs_yes(
    shell: Shell, files: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cost_guard, "MAX_SECONDS", 0.0)
    words = ("--method", "repaint", "--jump", "1", "--resample", "2")
    refused = inpaint(shell, *files, *words)
    assert refused.code == 2
    assert refused.line.startswith("7 model calls would take about ")
    assert inpaint(shell, *files, *words, "--yes").code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["photo.png"], "MASK"),
        (["photo.png", "gone.png"], "mask: no picture gone.png"),
        (["gone.png", "mask.png"], "no picture gone.png"),
        (["photo.png", "words.png"], "mask: words.png is not a picture"),
        (["photo.png", "tall.png"], "tall is 32×48 and the picture 48×32"),
        (["mask.png", "photo.png"], "picture and mask have changed places"),
        (["photo.png", "mask.png", "--jump", "0"], "jump: input should be greater than"),
        (["photo.png", "mask.png", "--resample", "0"], "resample: input should be greater than"),
        (["photo.png", "mask.png", "--method", "glue"], "'course', 'repaint' or 'if'"),
        (["photo.png", "mask.png", "--method", "repaint", "--jump", "4"], "no room to go back 4"),
        (["photo.png", "mask.png", "--resamples", "3"], "did you mean --resample?"),
    ],
)
def test_bad_input_is_one_line(
    shell: Shell, files: tuple[str, str], words: list[str], said: str
) -> None:
    Path("words.png").write_text("not a picture")
    Image.new("L", (32, 48), 255).save("tall.png")
    answer = shell("inpaint", *words, "--model", str(shell.model), *FEW)
    assert answer.code == 2
    assert said in answer.line
