"""The config file and the memory: good, bad, and absent."""

import os
from pathlib import Path

import pytest

from engine.errors import BadInput
from screens.picture.detect import truecolor_inferred
from tui import config
from tui.config import Config
from tui.launch import _checked_color, run_app
from tui.state_file import StateFile


def test_no_file_is_no_problem(tmp_path: Path) -> None:
    assert config.load(tmp_path / "none.toml") == Config()


def test_a_good_file_is_taken(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    said = 'images = "half"\nbandwidth = 90\nruns = "~/r"\n[keys]\n"timeline.next" = "l"\n'
    file.write_text(said)
    assert config.load(file) == Config(
        images="half", bandwidth=90, runs="~/r", keys={"timeline.next": "l"}
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('images = "big"', "images is 'big'; use one of auto, half"),
        ("bandwidth = 0", "bandwidth is 0; give KB a second"),
        ("bandwidth = true", "bandwidth is True; give KB a second"),
        ("runs = 3", "runs is not a text in quotes"),
        ("colour = 'auto'", "colour is unknown; use one of images, color"),
        ('[keys]\n"timeline.nxt" = "l"', "no key is called 'timeline.nxt'"),
        ("keys = 3", "keys is not a table"),
        ("= =", "is not TOML"),
    ],
)
def test_a_bad_line_is_said_and_the_rest_is_used(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text(f'color = "256"\n{text}')
    found = config.load(file)
    assert len(found.problems) == 1
    assert said in found.problems[0]
    assert found.keys == {}
    if "TOML" not in said:
        assert found.color == "256"


def test_a_file_that_is_no_text_is_said(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes(b"\xff\xfe\x00")
    assert "cannot be read as text" in config.load(file).problems[0]


def test_memory_comes_back(tmp_path: Path) -> None:
    memory = StateFile(tmp_path / "deep" / "state.json")
    memory.of("generate")["ask"] = {"prompt": "a cat"}
    assert memory.save() == ""
    assert StateFile(memory.file).of("generate") == {"ask": {"prompt": "a cat"}}
    assert sorted(p.name for p in memory.file.parent.iterdir()) == ["state.json"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"generate": 3}', "\x00"])
def test_a_torn_memory_is_an_empty_one(tmp_path: Path, text: str) -> None:
    (tmp_path / "state.json").write_text(text)
    assert StateFile(tmp_path / "state.json").of("generate") == {}


def test_an_unwritable_memory_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    memory = StateFile(tmp_path / "file" / "state.json")
    memory.of("generate")["ask"] = {}
    assert "is not kept" in memory.save()


def test_truecolor_is_inferred_where_ssh_lost_colorterm() -> None:
    assert truecolor_inferred({"TERM": "xterm-kitty"})
    assert truecolor_inferred({"TERM": "tmux-direct"})
    assert truecolor_inferred({"TERM": "xterm-256color", "COLORTERM": "truecolor"})
    assert not truecolor_inferred({"TERM": "xterm-256color"})


def test_an_unknown_colour_is_one_line() -> None:
    with pytest.raises(BadInput, match="use one of auto, truecolor"):
        _checked_color("pink")


def test_without_a_terminal_it_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    handle = os.open(os.devnull, os.O_RDONLY)
    with os.fdopen(handle) as nothing:
        monkeypatch.setattr("sys.__stdin__", nothing)
        with pytest.raises(BadInput, match="no terminal"):
            run_app()
