"""`denoise` and `edit`: figures, levels, replay, sheets, and every wrong word in one line."""

from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from safetensors.numpy import load_file

from engine.events import METHODS
from tests.support.terminal.run_cli import Said, Shell
from tui.cli import commands


@pytest.fixture
def photo(shell: Shell) -> str:
    image = Image.linear_gradient("L").resize((48, 32)).convert("RGB")
    image.save(shell.here / "photo.png")
    return "photo.png"


def denoise(shell: Shell, image: str, *words: str) -> Said:
    few = ("--t", "250,750", "--stride", "250", "--quiet")
    return shell("denoise", image, "--model", str(shell.model), *few, *words)


def edit(shell: Shell, image: str, *words: str) -> Said:
    few = ("--timesteps", "900,600,300,0", "--levels", "0,2", "--quiet")
    return shell("edit", image, "--model", str(shell.model), *few, *words)


def test_the_figures_are_in_the_object(shell: Shell, photo: str) -> None:
    answer = denoise(shell, photo, "--json")
    assert (answer.code, answer.err) == (0, "")
    found = answer.json
    assert found["starts"] == [250, 750]
    assert [(m["t"], m["method"]) for m in found["measured"]][:5] == [
        (250, method) for method in METHODS[:-1]
    ]
    assert len(found["measured"]) == 2 * len(METHODS)
    for row in found["measured"]:
        assert Path(row["file"]).is_file()
        assert set(row) == {
            "t", "method", "psnr", "ssim", "perceptual", "file", "kernel", "sigma",
        }  # fmt: skip
    assert Path(found["original"]).name == "original.png"
    assert [Path(f).name for f in found["files"]] == [f"t{t}-iterative.png" for t in (250, 750)]


def test_for_a_person_the_figures_are_a_table(shell: Shell, photo: str) -> None:
    lines = denoise(shell, photo).out.splitlines()
    assert lines[0].split() == ["t", "method", "PSNR", "SSIM", "HaarPSI"]
    table = [line.split()[:2] for line in lines[1:13]]
    assert table == [[str(t), method] for t in (250, 750) for method in METHODS]
    assert [Path(line).name for line in lines[13:]] == ["t250-iterative.png", "t750-iterative.png"]


def test_generate_has_no_figures(shell: Shell) -> None:
    assert not {"measured", "original", "starts"} & shell.draw("--no-stage2", "--quiet").json.keys()


def test_an_edit_has_a_picture_for_each_level(shell: Shell, photo: str) -> None:
    found = edit(shell, photo, "--json", "--out", "e.png").json
    assert found["starts"] == [900, 300]
    assert [Path(f).name for f in found["files"]] == ["stage-1-00.png", "stage-1-01.png"]
    assert [Path(f).name for f in found["out"]] == ["e-00.png", "e-01.png"]


def test_stage_2_enlarges_the_edits_when_it_is_named(shell: Shell, photo: str) -> None:
    found = edit(shell, photo, "--json", "--stage2", "auto", "--stage2-steps", "2").json
    with Image.open(found["files"][1]) as picture:
        assert picture.size == (32, 32)


@pytest.mark.parametrize("command", [denoise, edit])
def test_a_run_is_listed_shown_exported_and_replayed(
    shell: Shell, photo: str, command: Any
) -> None:
    first = command(shell, photo, "--json").json
    name = Path(first["run"]).name
    assert [r["name"] for r in shell("runs", "list", "--json").json["runs"]] == [name]
    assert shell("runs", "show", name, "--json").json["spec"]["image"] == photo
    for file in ("a.png", "a.gif", "a.sheet.png"):
        assert shell("runs", "export", name, "--out", file, "--sample", "1").code == 0
    for target in (first["run"], first["files"][1]):
        again = shell("runs", "replay", target, "--json", "--quiet")
        assert (again.code, again.json["same"]) == (0, True)


@pytest.mark.parametrize("command", [denoise, edit])
def test_one_sheet_is_written_for_all_samples(shell: Shell, photo: str, command: Any) -> None:
    found = command(shell, photo, "--json", "--out", "a.sheet.png").json
    assert [Path(f).name for f in found["out"]] == ["a.sheet.png"]


def test_replay_of_a_run_whose_picture_is_gone_takes_the_copy(shell: Shell, photo: str) -> None:
    first = edit(shell, photo, "--json").json
    (shell.here / photo).unlink()
    again = shell("runs", "replay", first["run"], "--json", "--quiet")
    assert (again.code, again.json["same"]) == (0, True)
    assert "the run's own copy is taken" in again.err
    alone = shell("runs", "replay", first["files"][0], "--json", "--quiet")
    assert alone.code == 2
    assert photo in alone.json["error"]


def test_a_run_s_picture_can_be_edited(shell: Shell) -> None:
    drawn = shell.draw("--no-stage2", "--quiet").json["run"]
    found = edit(shell, f"run:{Path(drawn).name}", "--json").json
    with (
        Image.open(found["original"]) as original,
        Image.open(Path(drawn) / "stage-1-00.png") as picture,
    ):
        assert original.tobytes() == picture.tobytes()


def test_a_step_of_an_edit_can_be_branched_from(shell: Shell, photo: str) -> None:
    parent = edit(shell, photo, "--json", "--sampler", "ddpm", "--levels", "1").json["run"]
    words = ("--no-stage2", "--quiet", "--start-from", f"{parent}:1")
    child = shell.draw(*words, "--timesteps", "300,0").json["run"]
    a, b = (load_file(Path(p) / "trajectory.safetensors")["x"] for p in (parent, child))
    assert (a[1] == b[0]).all()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["denoise"], "IMAGE"),
        (["denoise", "cat", "--t", "1000"], "t: 1000 is no timestep"),
        (["denoise", "cat", "--t", ""], "t: '' is not a timestep"),
        (["denoise", "cat", "--t", "5,5"], "t: 5 is there twice"),
        (["denoise", "cat", "--kernel", "4"], "kernel: must be odd"),
        (["denoise", "cat", "--stride", "0"], "stride: input should be greater than"),
        (["denoise", "cat", "--fit", "wide"], "'crop', 'fit' or 'stretch'"),
        (["edit", "cat", "--levels", "34"], "levels: 34 is past the end"),
        (["edit", "cat", "--levels", "-1"], "levels: '-1' is no level"),
        (["edit", "cat", "--level", "3"], "did you mean --levels?"),
        (["edit", "cat", "a rocket"], "one word too many"),
        (["edti", "cat"], "did you mean edit?"),
    ],
)
def test_wrong_words_are_noticed_at_once(
    shell: Shell, words: list[str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "serve", lambda *_: pytest.fail("the work was begun"))
    answer = shell(*words)
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.line


@pytest.mark.parametrize("command", ["denoise", "edit"])
def test_a_picture_that_is_not_there_is_one_line(shell: Shell, command: str) -> None:
    answer = shell(command, "nowhere.png", "--model", str(shell.model), "--quiet", "--json")
    assert answer.code == answer.json["code"] == 2
    assert "nowhere.png" in answer.line
