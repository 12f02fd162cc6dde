"""A rendered folder: the same however it was made, gone on with, never mixed."""

import errno
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest
from PIL import Image

from engine.errors import BadInput, Unavailable
from engine.forge import emoji
from engine.forge.drawings import folder, rendering
from engine.forge.drawings.folder import Rendering
from engine.forge.drawings.rendering import Recipe
from engine.forge.pictures import rows
from tests.engine.forge.drawings import made_up

TABLE = "1f680 x2 | a rocket\n1f411 | a sheep\n1f4a9 | a thing that nobody draws\n"


@pytest.fixture
def asked(tmp_path: Path) -> Recipe:
    return Recipe((str(made_up.files(tmp_path / "files")),), tmp_path, TABLE, 32, 7)


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "BLOCK", 3)


def in_this_process(rendering: Rendering, asked: Recipe, most: int = 99) -> None:
    renderer = asked.renderer()
    for span in rendering.blocks()[:most]:
        folder.write_block(rendering.out, span, renderer=renderer)


def contents(out: Path) -> list[tuple[str, bytes]]:
    return [(text, file.read_bytes()) for file, text in sorted(rows(out))]


def test_a_folder_that_was_broken_off_is_gone_on_with(tmp_path: Path, asked: Recipe) -> None:
    whole = Rendering(tmp_path / "whole", asked.told(), 8)
    in_this_process(whole, asked)
    whole.finish()
    parts = Rendering(tmp_path / "parts", asked.told(), 8)
    in_this_process(parts, asked, most=1)
    assert [span.start for span in parts.blocks()] == [3, 6]
    in_this_process(parts, asked)
    assert parts.blocks() == []
    parts.finish()
    assert contents(whole.out) == contents(parts.out)
    assert len({data for _, data in contents(whole.out)}) == 8
    assert [file.name for file in parts.out.glob("*.jsonl")] == ["metadata.jsonl"]


def test_a_finished_folder_can_grow(tmp_path: Path, asked: Recipe) -> None:
    first = Rendering(tmp_path / "out", asked.told(), 3)
    in_this_process(first, asked)
    first.finish()
    grown = Rendering(tmp_path / "out", asked.told(), 6)
    assert [list(span) for span in grown.blocks()] == [[3, 4, 5]]
    in_this_process(grown, asked)
    grown.finish()
    assert len(rows(grown.out)) == 6


def test_pictures_of_another_recipe_are_not_mixed_in(
    tmp_path: Path, asked: Recipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    Rendering(tmp_path / "out", asked.told(), 3).blocks()
    monkeypatch.setattr(rendering, "EDITION", 99)
    with pytest.raises(BadInput, match="another recipe"):
        Rendering(tmp_path / "out", asked.told(), 3).blocks()


def test_the_command_renders_on_several_cores_and_says_whose_drawings_they_are(
    tmp_path: Path, asked: Recipe, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "table").write_text(TABLE)
    out = tmp_path / "out"
    said = [str(out), "--set", asked.sets[0], "--concepts", str(tmp_path / "table"),
            "--count", "5", "--size", "32", "--seed", "7", "--processes", "2"]  # fmt: skip
    assert emoji.main(said) == 0
    progress = capsys.readouterr().err
    assert "files: 2 of 3; Squares, by A. Hand, CC0-1.0, https://a.hand" in progress
    assert "rendered 5 of 5 pictures, done" in progress
    assert "- Squares, by A. Hand, CC0-1.0, https://a.hand" in (out / "NOTICE").read_text()
    direct = Rendering(tmp_path / "direct", asked.told(), 5)
    in_this_process(direct, asked)
    assert contents(out) == contents(direct.out)
    row = json.loads((out / "metadata.jsonl").read_text().splitlines()[0])
    assert (row["concept"], row["set"]) == ("a rocket", "files")
    assert (out / "vocabulary.json").is_file()


@pytest.fixture
def begun(tmp_path: Path, asked: Recipe) -> Iterator[subprocess.Popen[str]]:
    """The command in a process of its own, with many pictures to render, and some rendered."""
    (tmp_path / "table").write_text(TABLE)
    line = [sys.executable, "-m", "engine.forge.emoji", str(tmp_path / "out"), "--set",
            asked.sets[0], "--concepts", str(tmp_path / "table"), "--count", "20000", "--size",
            "32", "--processes", "2"]  # fmt: skip
    running = subprocess.Popen(line, stderr=subprocess.PIPE, text=True, start_new_session=True)
    assert running.stderr is not None
    while "rendered" not in running.stderr.readline():
        assert running.poll() is None
    yield running
    with suppress(ProcessLookupError):
        os.killpg(running.pid, signal.SIGKILL)
    running.wait()


def gone(processes: list[psutil.Process]) -> bool:
    """Whether all of them end; the test's own time limit is the longest that is waited."""
    return psutil.wait_procs(processes)[1] == []


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGKILL])
def test_what_renders_ends_with_its_command_however_that_ends(
    begun: subprocess.Popen[str], tmp_path: Path, sent: signal.Signals
) -> None:
    family = psutil.Process(begun.pid).children(recursive=True)
    workers = [one for one in family if "spawn_main" in " ".join(one.cmdline())]
    assert len(workers) == 2
    os.killpg(begun.pid, sent) if sent == signal.SIGINT else begun.send_signal(sent)
    _, said = begun.communicate()
    assert gone(workers)
    if sent == signal.SIGINT:  # which a terminal sends to all of them
        assert begun.returncode == 130
        assert said.splitlines()[-1] == "broken off; the same command goes on"
        assert "Traceback" not in said
    recipe = json.loads((tmp_path / "out" / "rendered.json").read_text())
    left = Rendering(tmp_path / "out", recipe, 20_000).blocks()
    assert 0 < sum(map(len, left)) < 20_000
    assert all((tmp_path / "out" / row).is_file() for row, _ in rows(tmp_path / "out"))


def test_a_full_disk_is_one_line(
    tmp_path: Path, asked: Recipe, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    renderer = asked.renderer()
    monkeypatch.setattr(Image.Image, "save", full)
    with pytest.raises(BadInput, match=r"cannot write .*out: no space left on device; choose"):
        folder.write_block(tmp_path / "out", range(2), renderer=renderer)
    (tmp_path / "file").touch()
    assert emoji.main([str(tmp_path / "file"), "--set", asked.sets[0]]) == 2
    assert capsys.readouterr().err.endswith("choose another folder or make room\n")


class Dies:
    """A renderer whose process is killed, as by a kernel that is short of memory."""

    def sample(self, index: int) -> Any:
        os.kill(os.getpid(), signal.SIGKILL)


def test_a_process_that_is_killed_is_said(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="fewer --processes need less"):
        folder.render(Rendering(tmp_path, {}, 4), Dies, 1, lambda *_: None)


class Unfit:
    """A renderer that cannot be made."""

    def __init__(self) -> None:
        raise BadInput("its set is gone")


def test_why_a_process_cannot_begin_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="its set is gone"):
        folder.render(Rendering(tmp_path, {}, 4), Unfit, 1, lambda *_: None)  # type: ignore[arg-type]


def test_a_damaged_table_is_named(tmp_path: Path) -> None:
    (tmp_path / "metadata-0000000.jsonl").write_text('{"file_na')
    with pytest.raises(BadInput, match=r"metadata-0000000\.jsonl is damaged; delete it"):
        Rendering(tmp_path, {}, 4).blocks()


def test_what_is_there_already_is_said(tmp_path: Path, asked: Recipe) -> None:
    whole, heard = Rendering(tmp_path / "out", asked.told(), 3), list[object]()
    in_this_process(whole, asked)
    folder.render(whole, asked.renderer, 2, lambda *said: heard.append(said))
    assert heard == [(3, 3, 0.0)]


def test_after_its_time_no_block_is_begun_and_what_is_there_is_whole(
    tmp_path: Path, asked: Recipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    some, heard = Rendering(tmp_path / "out", asked.told(), 9), list[object]()
    in_this_process(some, asked, most=2)
    monkeypatch.setattr(Rendering, "blocks", lambda self: [range(6, 9)])
    folder.render(some, asked.renderer, 1, lambda *said: heard.append(said), until=0.0)
    assert len(rows(some.out)) == 6
    assert heard == []
    assert [file.name for file in some.out.glob("*.jsonl")] == ["metadata.jsonl"]


def test_in_a_terminal_progress_is_one_line_that_is_written_over(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for seconds in (150.0, 9.0):
        emoji.say(5, 10, seconds)
    plain = capsys.readouterr().err
    assert plain == "rendered 5 of 10 pictures, 2 min left\nrendered 5 of 10 pictures, 9 s left\n"
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    emoji.say(5, 10, 9.0)
    emoji.say(10, 10, 0.0)
    shown = capsys.readouterr().err
    assert shown.count("\n") == 1
    assert shown.endswith("\r\x1b[Krendered 10 of 10 pictures, done\n")


def test_what_cannot_be_asked_for_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    both = ["--set", "fxemoji", "--set", "noto", "--cache", str(tmp_path)]
    assert emoji.main([str(tmp_path / "out"), *both]) == 2
    assert "held out" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        emoji.main([str(tmp_path / "out"), "--size", "8"])
