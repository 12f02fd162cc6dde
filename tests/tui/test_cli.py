"""The command line's contract: exit codes, one clear line, exactly one JSON object, same bits."""

import os
from pathlib import Path

import pytest
from PIL import Image
from safetensors.numpy import load_file

from engine.specs.samplers import NAMES
from tests.support.terminal.run_cli import Shell

SAMPLERS = f"{', '.join(map(repr, NAMES[:-1]))} or {NAMES[-1]!r}"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["generate", ""], "the prompt is empty"),
        (["generate"], "PROMPT"),
        (["generate", "a", "--steps", "0"], "steps: input should be greater than or equal to 1"),
        (["generate", "a", "--steps", "1000000000"], "steps: input should be less than or equal"),
        (["generate", "a", "--steps", "many"], "steps: input should be a valid integer"),
        (["generate", "a", "--timesteps", "5,900"], "strictly decreasing"),
        (["generate", "a", "--guidance", "nan"], "guidance: input should be a finite number"),
        (["generate", "a", "--seed", "-1"], "seed"),
        (["generate", "a", "--seed", str(2**80)], "seed"),
        (["generate", "a", "--sampler", "nonsense"], SAMPLERS),
        (["generate", "a", "--step", "3"], "did you mean --steps?"),
        (["generate", "a", "--out", "nowhere/a.png"], "there is no folder"),
        (["generate", "a", "--out", "."], "name a file"),
        (["genrate", "a"], "'genrate' is no command: did you mean generate?"),
        (["runs"], "choose one of list, show, export, replay"),
        (["runs", "show", "nothing"], "no run named 'nothing'"),
        (["runs", "replay", "nothing"], "no run named 'nothing'"),
        (["runs", "replay", "plain.png"], "holds no spec"),
        (["runs", "replay", "words.png"], "not a readable PNG"),
    ],
)
def test_bad_input_is_one_line_and_exit_2(shell: Shell, words: list[str], said: str) -> None:
    Image.new("RGB", (4, 4)).save(shell.here / "plain.png")
    (shell.here / "words.png").write_text("not a picture")
    answer = shell(*words)
    assert answer.code == 2
    assert said in answer.line
    assert answer.out == ""


def test_with_json_an_error_is_one_object_too(shell: Shell) -> None:
    answer = shell("generate", "a", "--steps", "0", "--json")
    assert answer.json["code"] == answer.code == 2
    assert answer.json["error"] == answer.line


@pytest.mark.parametrize(
    ("name", "code"),
    [("missing/folder", 2), ("nobody/such-model", 3)],
)
def test_a_model_that_is_not_there(shell: Shell, name: str, code: int) -> None:
    path = str(shell.here / name) if code == 2 else name
    answer = shell("generate", "a", "--model", path, "--quiet")
    assert (answer.code, answer.out) == (code, "")
    assert answer.line


def test_a_device_that_is_not_there_is_exit_3(shell: Shell) -> None:
    answer = shell("generate", "a", "--model", str(shell.model), "--device", "cuda:7", "--quiet")
    assert answer.code == 3
    assert "--device auto" in answer.line


def test_a_run_folder_that_cannot_be_written(shell: Shell) -> None:
    (shell.here / "file").write_text("")
    answer = shell("generate", "a", "--run", str(shell.here / "file" / "run"), "--quiet")
    assert answer.code == 2
    assert "cannot write" in answer.line


def test_generate_answers_with_one_object_and_writes_out(shell: Shell) -> None:
    answer = shell.draw("--out", "rocket.png", "--seed", "7", "--quiet")
    assert answer.code == 0
    assert answer.json["seed"] == 7
    with Image.open(answer.json["out"][0]) as picture:
        assert picture.size == (32, 32)
    assert Path(answer.json["files"][0]).read_bytes() == Path("rocket.png").read_bytes()


def test_progress_goes_to_stderr_in_plain_lines(shell: Shell) -> None:
    answer = shell.draw()
    assert "stage I: step 3/3" in answer.err
    assert "\x1b" not in answer.err


def test_several_pictures_are_numbered(shell: Shell) -> None:
    answer = shell.draw("--count", "2", "--no-stage2", "--out", "r.png", "--quiet")
    assert [Path(p).name for p in answer.json["out"]] == ["r-00.png", "r-01.png"]


def test_no_stage_2_leaves_the_small_picture(shell: Shell) -> None:
    answer = shell.draw("--no-stage2", "--quiet")
    assert Path(answer.json["files"][0]).name == "stage-1-00.png"


def test_timesteps_are_taken_as_given(shell: Shell) -> None:
    answer = shell.draw("--timesteps", "900,400,0", "--no-stage2", "--quiet")
    saved = load_file(Path(answer.json["run"]) / "trajectory.safetensors")
    assert saved["timesteps"].tolist() == [900, 400, 0]


def test_replay_of_a_folder_and_of_a_picture_gives_the_same_bits(shell: Shell) -> None:
    first = shell.draw("--out", "r.png", "--quiet").json
    for target in (first["run"], "r.png", first["files"][0]):
        again = shell("runs", "replay", target, "--json", "--quiet")
        assert (again.code, again.json["same"]) == (0, True)


def test_replay_says_when_the_bits_differ(shell: Shell) -> None:
    first = shell.draw("--out", "r.png", "--quiet").json
    with Image.open("r.png") as picture:
        text, other = dict(picture.text), picture.convert("RGB")
    other.putpixel((0, 0), (1, 2, 3))
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("diffuscope", text["diffuscope"])
    other.save("other.png", pnginfo=info)
    again = shell("runs", "replay", "other.png", "--quiet")
    assert again.code == 1
    assert "other pixels" in again.err
    assert first["run"]


def test_a_branch_at_step_0_is_its_parent(shell: Shell) -> None:
    parent = shell.draw("--no-stage2", "--quiet").json["run"]
    child = shell.draw("--no-stage2", "--quiet", "--start-from", f"{parent}:0").json["run"]
    a, b = (load_file(Path(p) / "trajectory.safetensors")["x"] for p in (parent, child))
    assert (a == b).all()


def test_runs_are_listed_shown_and_exported(shell: Shell) -> None:
    run = shell.draw("--quiet").json["run"]
    name = Path(run).name
    assert [r["name"] for r in shell("runs", "list", "--json").json["runs"]] == [name]
    assert shell("runs", "show", name, "--json").json["spec"]["prompt"] == "a rocket"
    for file in ("a.png", "a.gif", "a.sheet.png"):
        assert shell("runs", "export", name, "--out", file).code == 0
        assert Image.open(file).size[0] > 0


def test_an_export_that_nothing_makes_is_refused(shell: Shell) -> None:
    name = Path(shell.draw("--quiet").json["run"]).name
    answer = shell("runs", "export", name, "--out", "a.bmp")
    assert answer.code == 2
    assert ".sheet.png" in answer.line


def test_doctor_reports_each_finding(shell: Shell) -> None:
    answer = shell("doctor", "--model", str(shell.model), "--json")
    found = {r["topic"]: r for r in answer.json["reports"]}
    assert {"device", "memory", "model", "terminal", "colours", "link", "runs"} <= set(found)
    assert found["model"]["ok"]
    assert not found["terminal"]["ok"]


def test_bare_and_without_a_terminal_it_draws_a_picture(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    from engine.specs import Generate
    from tui.cli import commands

    few = {"steps": 2, "stage2": "none", "model": str(shell.model)}
    monkeypatch.setattr(commands, "FIRST", Generate(prompt="a rocket", **few))
    monkeypatch.setattr("sys.stdin", open(os.devnull))  # noqa: PTH123, SIM115
    answer = shell()
    assert answer.code == 0
    assert Path(answer.out.strip()).exists()
    assert "to open the app" in answer.err


def test_several_contact_sheets_keep_their_ending(shell: Shell) -> None:
    answer = shell.draw("--count", "2", "--no-stage2", "--out", "r.sheet.png", "--quiet")
    assert [Path(p).name for p in answer.json["out"]] == ["r-00.sheet.png", "r-01.sheet.png"]


def test_without_json_the_picture_is_named_on_stdout(shell: Shell) -> None:
    words = ("--model", str(shell.model), "--steps", "2", "--no-stage2", "--quiet")
    answer = shell("generate", "a", *words)
    assert (answer.code, answer.err) == (0, "")
    assert Path(answer.out.strip()).exists()


def test_a_prompt_cannot_command_the_terminal(shell: Shell) -> None:
    shell("generate", "a\x1b[2Jb\nc", "--model", str(shell.model), "--steps", "1", "--no-stage2")
    name = shell("runs", "list", "--json").json["runs"][0]["name"]
    listed, shown = shell("runs", "list").out, shell("runs", "show", name).out
    assert "\x1b" not in listed + shown
    assert len(listed.splitlines()) == 1


def test_runs_lie_where_the_config_file_says(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    config = shell.here / "config" / "diffuscope" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text(f'runs = "{shell.here / "elsewhere"}"')
    monkeypatch.delenv("DIFFUSCOPE_RUNS")
    assert shell("runs", "list", "--json").json["folder"] == str(shell.here / "elsewhere")
