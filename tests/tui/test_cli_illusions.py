"""`anagram`, `hybrid`, `compose`: files, replay, and every wrong word in one line."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.activities import illusion
from tests.support.terminal.run_cli import Said, Shell

ROOT = Path(__file__).parents[2]
TWO = ("anagram", "a rocket", "a cat")
PAIR = ("hybrid", "a rocket", "a cat")
UPSIDE = "def view(x):\n    return x[:, ::-1]\n"


def drawn(shell: Shell, *words: str) -> Said:
    few = ("--steps", "3", "--stage2-steps", "2", "--quiet")
    return shell(*words, "--model", str(shell.model), *few)


@pytest.fixture
def files(shell: Shell) -> None:
    """A photo, views of one's own that are good and bad, and what is none at all."""
    red = Image.linear_gradient("L").resize((48, 32))
    Image.merge("RGB", (red, red.rotate(180), Image.new("L", red.size, 90))).save("photo.png")
    Image.new("RGB", (64, 32)).save("wide.png")
    Path("up.py").write_text(UPSIDE)
    Path("half.py").write_text("def view(x):\n    return x * 0.5\n")
    Path("clip.py").write_text("def view(x):\n    return x.clip(-1, 1)\n")
    Path("breaks.py").write_text("def view(x):\n    return x.reshape(7)\n")
    Path("empty.py").write_text("")


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["anagram", "a rocket"], "an anagram is two things or more"),
        (["anagram"], "FIRST is missing: what the picture is"),
        (["anagram", *"abcde"], "'e' is one word too many"),
        (["anagram", *"abcde"], "there is room for FIRST SECOND THIRD FOURTH"),
        ([*TWO, "--view", "identity,flip,negate"], "2 prompts need 2 views, such as identity,flip"),
        ([*TWO, "a hen", "--view", "flip"], "3 prompts need 3 views"),
        ([*TWO, "--view", "identity,flop"], "no view 'flop': did you mean flip"),
        ([*TWO, "--view", "identity,wide.png"], "wide.png"),
        ([*TWO, "--view", "identity,wide.png"], "square"),
        ([*TWO, "--view", "identity,gone.py"], "no view gone.py: there is no such file"),
        ([*TWO, "--view", "identity,half.py"], "not orthogonal: it scales the noise by 0.50"),
        ([*TWO, "--view", "identity,clip.py"], "clip.py: not linear"),
        ([*TWO, "--view", "identity,breaks.py"], "breaks.py: view(x)"),
        ([*TWO, "--view", "identity,empty.py"], "defines no view"),
        ([*TWO, "--reduction", "sum"], "'mean' or 'alternate'"),
        ([*TWO, "--views", "flip"], "did you mean --view?"),
        (["hybrid", "a rocket"], "HIGH is missing: seen from near"),
        ([*PAIR, "--kernel", "201"], "kernel: 201 px is wider than the picture: write at most 127"),
        ([*PAIR, "--kernel", "12"], "write an odd number of pixels, such as 13"),
        ([*PAIR, "--sigma", "0"], "sigma: input should be greater than 0"),
        ([*PAIR, "--factor", "shape"], "'frequency', 'colour', 'motion' or 'scale'"),
        ([*PAIR, "--factor", "colour", "--middle", "a hen"], "colour has two parts"),
        (["hybrid", "@gone.png", "a cat"], "gone.png"),
        (["hybrid", "@half.py", "a cat"], "half.py is not a picture"),
        (["hybrid", "@photo.png", "@photo.png"], "a prompt is missing"),
        (["compose"], "--term is missing: prompt|view|band|weight"),
        (["compose", "--term", "a||all|1", "--term", "b||all|-1"], "the weights sum to 0"),
        (["compose", "--term", "a||loud"], "'loud' is no band: there are all, low"),
        (["compose", "--term", "a|flop"], "no view 'flop'"),
        (["compose", "--term", "a||low"], "no term draws the high band: add one, such as"),
        (["compose", "--term", "a||low|heavy"], "'heavy' is no weight: write a number"),
        (["compose", "--term", "a||low", "--term", "@gone.png||high"], "gone.png"),
        ([*TWO, "--out", "a.webm"], "end it in .sheet.png, .png, .gif, .mp4"),
    ],
)
def test_bad_input_is_one_line_and_with_json_one_object(
    shell: Shell, words: list[str], said: str
) -> None:
    answer = drawn(shell, *words)
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.line
    again = drawn(shell, *words, "--json")
    assert again.code == again.json["code"] == 2
    assert again.json["error"] == answer.line == again.line


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([*TWO, "--view", "identity,gone.py"], "no view gone.py"),
        ([*TWO, "--view", "identity,wide.png"], "wide.png"),
        ([*TWO, "--view", "identity,empty.py"], "defines no view"),
        (["hybrid", "@gone.png", "a cat"], "no picture gone.png"),
    ],
)
def test_files_are_looked_at_before_a_model_is_loaded(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, words: list[str], said: str
) -> None:
    monkeypatch.setattr(illusion, "cascade_for", lambda *_: pytest.fail("it was loaded"))
    assert said in drawn(shell, *words).line


@pytest.mark.usefixtures("files")
def test_what_a_view_prints_is_no_part_of_the_answer(shell: Shell) -> None:
    noisy = "import sys\nprint('opened')\ndef view(x):\n    print('seen')\n    return x[:, ::-1]\n"
    Path("noisy.py").write_text(noisy)
    answer = drawn(shell, *TWO, "--view", "identity,noisy.py", "--json")
    assert answer.code == 0
    assert len(answer.out.splitlines()) == 1
    assert Path(answer.json["files"][0]).is_file()
    assert {"opened", "seen"} == set(answer.err.split())
    plain = drawn(shell, *TWO, "--view", "identity,noisy.py")
    assert [Path(line).name for line in plain.out.splitlines()] == ["result-00.png"]


@pytest.mark.parametrize(
    ("out", "names"),
    [
        ("a.png", ["a-00.png", "a-01.png"]),
        ("a.sheet.png", ["a.sheet.png"]),
        ("a.gif", ["a-00.gif", "a-01.gif"]),
        ("a.mp4", ["a-00.mp4", "a-01.mp4"]),
        ("a.steps.gif", ["a-00.steps.gif", "a-01.steps.gif"]),
    ],
)
def test_out_writes_what_its_ending_says(shell: Shell, out: str, names: list[str]) -> None:
    found = drawn(shell, *TWO, "--count", "2", "--out", out, "--json").json
    assert [Path(f).name for f in found["out"]] == names
    assert all(Path(f).stat().st_size > 100 for f in found["out"])
    if out == "a.png":
        assert Path("a-01.png").read_bytes() == Path(found["files"][1]).read_bytes()


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(
    "words",
    [
        [*TWO, "--view", "identity,up.py"],
        [*PAIR],
        ["hybrid", "@photo.png", "a cat"],
        ["compose", "--term", "a rocket|up.py|low", "--term", "@photo.png||high"],
    ],
)
def test_a_run_is_exported_and_replayed_without_its_files(shell: Shell, words: list[str]) -> None:
    first = drawn(shell, *words, "--json").json
    name = Path(first["run"]).name
    Path("up.py").write_text("raise SystemExit('this is not to be run')")
    Path("photo.png").unlink()
    for file in ("a.png", "a.sheet.png", "a.gif", "a.mp4", "a.steps.gif"):
        assert shell("runs", "export", name, "--out", file).code == 0
        assert Path(file).stat().st_size > 100
    again = shell("runs", "replay", name, "--json", "--quiet")
    assert (again.code, again.json["same"]) == (0, True), again.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (TWO, "a rocket / a cat"),
        (("compose", "--term", "a rocket||low|2", "--term", "a hen"), "a rocket / a hen"),
    ],
)
def test_other_tools_read_all_prompts(shell: Shell, words: tuple[str, ...], said: str) -> None:
    drawn(shell, *words, "--out", "a.png")
    with Image.open("a.png") as image:
        assert image.info["parameters"].splitlines()[0] == said


@pytest.mark.parametrize("view", ["identity,flip", "rotate-180,jigsaw"])
def test_a_picture_alone_is_replayed(shell: Shell, view: str) -> None:
    drawn(shell, *TWO, "--view", view, "--out", "a.png")
    again = shell("runs", "replay", "a.png", "--json", "--quiet")
    assert (again.code, again.json["same"]) == (0, True)


@pytest.mark.usefixtures("files")
def test_code_that_only_a_picture_names_is_not_run(shell: Shell) -> None:
    drawn(shell, *TWO, "--view", "identity,up.py", "--out", "a.png")
    Path("up.py").write_text("open('run', 'w')\n" + UPSIDE)
    answer = shell("runs", "replay", "a.png", "--quiet")
    assert answer.code == 2
    assert "up.py is code, which is run only where you name it: use --view" in answer.line
    assert not Path("run").exists()


@pytest.mark.usefixtures("files")
def test_a_band_is_the_given_picture_s(shell: Shell) -> None:
    words = ("hybrid", "@photo.png", "a cat", "--factor", "colour", "--no-stage2")
    found = drawn(shell, *words, "--json", "--out", "a.sheet.png").json
    made = np.asarray(Image.open(found["files"][0]), float)
    square = Image.open("photo.png").crop((8, 0, 40, 32)).resize((16, 16), Image.Resampling.BOX)
    inside = ((made > 0) & (made < 255)).all(axis=2)
    error = np.abs(made.mean(axis=2) - np.asarray(square, float).mean(axis=2))
    assert error[inside].mean() < 4
    assert inside.any()
    source = Path(found["run"]) / "source-1.png"
    assert Image.open(source).size == (48, 32)


def test_the_views_are_in_the_help(shell: Shell) -> None:
    with pytest.raises(SystemExit):
        shell("anagram", "--help")
    said = shell.capture.readouterr().out
    assert "jigsaw" in said
    assert "square-hinge" in said


def test_a_new_view_is_one_new_file(shell: Shell, tmp_path: Path) -> None:
    """A copy of the program with one file more, used from the command line."""
    source = tmp_path / "source"
    for room in ("engine", "screens", "tui"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / room, source / room, ignore=ignored)
    (source / "assets").symlink_to(ROOT / "assets")
    (source / "engine" / "views" / "builtin" / "half_turn_left.py").write_text(
        "from engine.views.grids import turned\n"
        "from engine.views.view import View\n\n"
        'VIEW = View("a quarter turn twice", lambda square: turned(square, 2))\n'
    )

    def run(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "tui.cli", *words],
            cwd=tmp_path, capture_output=True, text=True, check=False,
            env={
                **os.environ, "PYTHONPATH": str(source), "COLUMNS": "200",
            },
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "half-turn-left" in run("anagram", "--help")
    few = ("--steps", "2", "--no-stage2", "--quiet", "--json", "--model", str(shell.model))
    words = ("anagram", "a rocket", "a cat", *few, "--view")
    found = json.loads(run(*words, "identity,half-turn-left", "--out", "a.sheet.png"))
    same = shell(*words, "identity,rotate-180").json
    assert json.loads((Path(found["run"]) / "spec.json").read_text())["view"][1] == "half-turn-left"
    pictures = [Path(one["files"][0]) for one in (found, same)]
    assert np.array_equal(*(np.asarray(Image.open(path)) for path in pictures))
    assert (tmp_path / "a.sheet.png").is_file()
