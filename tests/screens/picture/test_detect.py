"""From answers to what a terminal can: its kind, tmux around it, hints of the environment."""

from collections.abc import Mapping
from typing import Any

import pytest

from screens.picture.capabilities import CELL, Capabilities, cell_of, nothing
from screens.picture.detect import detect, guessed, has_placeholders
from screens.picture.probe.exchange import Answer
from screens.picture.probe.tmux import Tmux

OK, NONE = b"\x1b_Gi=31;OK\x1b\\", b"\x1b_Gi=4294967291;ENOENT:none\x1b\\"
REFUSED = b"\x1b_Gi=4294967291;ERROR: unimplemented action\x1b\\"
SIXEL, PLAIN = b"\x1b[?62;4c", b"\x1b[?62c"
TMUX = {"TMUX": "/tmp/t,1,0", "TERM": "tmux-256color"}


def named(name: str) -> bytes:
    """The answer to the question for a name."""
    return b"\x1bP>|%s\x1b\\" % name.encode()


def found(*replies: bytes, tmux: Tmux | None = None, **environ: str) -> Capabilities:
    """What is found where a terminal answers this."""

    def around(_: Mapping[str, str]) -> Tmux:
        assert tmux is not None, "tmux was asked outside of it"
        return tmux

    return detect(environ, lambda _: Answer(replies, 0.25, True), tmux=around)


@pytest.mark.parametrize(
    ("replies", "can"),
    [
        ((named("kitty(0.41.1)"), OK, NONE, PLAIN), {"kitty", "placeholders", "animation"}),
        ((named("kitty(0.28.0)"), OK, PLAIN), {"kitty", "placeholders", "animation"}),
        ((named("kitty(0.26.5)"), OK, NONE, PLAIN), {"kitty", "animation"}),
        ((named("ghostty 1.2.3"), OK, REFUSED, PLAIN), {"kitty", "placeholders"}),
        ((named("ghostty 1.4.0"), OK, NONE, PLAIN), {"kitty", "placeholders", "animation"}),
        ((named("WezTerm 20240203"), OK, REFUSED, SIXEL), {"kitty", "sixel"}),
        ((named("Konsole 24.02"), OK, SIXEL), {"kitty", "sixel"}),
        ((named("foot(1.16.2)"), SIXEL), {"sixel"}),
        ((named("kitty(0.41.1)"), PLAIN), set()),
        ((PLAIN,), set()),
    ],
)
def test_pictures(replies: tuple[bytes, ...], can: set[str]) -> None:
    it = found(*replies, TERM="xterm-256color")
    names = ("kitty", "placeholders", "animation", "sixel")
    assert {name for name in names if getattr(it, name)} == can
    assert it.asked
    assert it.round_trip == 0.25


def test_a_name_from_the_environment_is_a_second_opinion() -> None:
    assert found(OK, NONE, PLAIN, TERM="xterm-kitty").placeholders
    assert not found(PLAIN, TERM="xterm-kitty", KITTY_WINDOW_ID="1").kitty
    assert not found(named("XTerm(379)"), SIXEL, KITTY_WINDOW_ID="1").kitty


@pytest.mark.parametrize(
    ("said", "environ", "truecolor"),
    [
        (b"\x1bP1$r0;48:2::1:2:3m\x1b\\", {"TERM": "xterm-256color"}, True),
        (b"\x1bP1$r0;48;5;16m\x1b\\", {"TERM": "xterm-256color", "COLORTERM": "truecolor"}, False),
        (PLAIN, {"TERM": "xterm-256color", "COLORTERM": "truecolor"}, True),
        (PLAIN, {"TERM": "xterm-256color"}, False),
        (named("WezTerm 2024"), {"TERM": "xterm-256color"}, True),
    ],
)
def test_truecolor(said: bytes, environ: dict[str, str], truecolor: bool) -> None:
    assert found(said, **environ).truecolor == truecolor


KITTY = Tmux("kitty 0.41.1", frozenset({"256", "RGB"}), True)
GHOSTTY = KITTY._replace(around="ghostty 1.2.3")
ANSWERED = (named("tmux 3.5a"), SIXEL)


@pytest.mark.parametrize(
    ("around", "can"),
    [
        (KITTY, {"kitty", "placeholders", "animation", "truecolor", "passthrough"}),
        (KITTY._replace(passthrough=False), {"truecolor"}),
        (GHOSTTY, {"kitty", "placeholders", "truecolor", "passthrough"}),
        (Tmux("kitty 0.26.5", frozenset(), True), {"passthrough"}),
        (Tmux("XTerm 379", frozenset({"sixel"}), False), {"sixel"}),
        (Tmux(), set()),
    ],
)  # fmt: skip
def test_in_tmux_the_terminal_around_counts(around: Tmux, can: set[str]) -> None:
    it = found(*ANSWERED, tmux=around, **TMUX)
    names = ("kitty", "placeholders", "animation", "sixel", "truecolor", "passthrough")
    assert {name for name in names if getattr(it, name)} == can
    assert it.tmux
    assert it.name == f"{around.around or 'a terminal'} in tmux 3.5a"


def test_a_tmux_on_another_machine_is_not_believed() -> None:
    it = found(*ANSWERED, TERM="tmux-256color", SSH_CONNECTION="a b")
    assert (it.tmux, it.sixel, it.kitty, it.truecolor) == (True, False, False, False)
    assert it.name == "a terminal in tmux 3.5a"


def test_gnu_screen_is_asked_plainly() -> None:
    asked: list[bytes] = []

    def ask(batch: bytes) -> Answer:
        asked.append(batch)
        return Answer((), 1.5, False)

    it = detect({"STY": "1.pts", "TERM": "screen"}, ask)
    assert b"\x1b_G" not in asked[0]
    assert not it.asked


def test_nothing_answered_is_what_the_environment_says() -> None:
    environ: Any = {"TERM": "xterm-kitty", "SSH_CONNECTION": "a b"}
    silent = detect(environ, lambda _: Answer((), 1.5, False), (8, 16))
    assert (silent.name, silent.kitty, silent.truecolor) == ("xterm-kitty", False, True)
    assert (silent.ssh, silent.asked, silent.cell) == (True, False, (8, 16))
    assert guessed(environ, (8, 16)) == Capabilities(
        "xterm-kitty", cell=(8, 16), truecolor=True, ssh=True
    )


def test_versions() -> None:
    assert has_placeholders("kitty 1.0")
    assert has_placeholders("kitty 0.41.1 in tmux 3.3a")
    assert not has_placeholders("kitty 0.9")
    assert not has_placeholders("")


@pytest.mark.parametrize(
    ("pixels", "cells", "cell"),
    [
        ((800, 480), (80, 24), (10, 20)),
        ((1203, 759), (80, 24), (15, 31)),
        ((0, 0), (80, 24), (7, 14)),
        (None, (80, 24), (7, 14)),
        ((800, 480), (0, 0), (7, 14)),
        ((80, 24), (80, 24), (7, 14)),
        ((-5, 9), (80, 24), (7, 14)),
    ],
)
def test_a_cell_follows_the_window(pixels: Any, cells: Any, cell: Any) -> None:
    assert cell_of(pixels, cells, known=(7, 14)) == cell


def test_without_a_terminal_there_is_nothing() -> None:
    assert nothing() == Capabilities(cell=CELL)
