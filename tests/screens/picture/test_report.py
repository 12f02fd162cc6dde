"""Doctor's lines about the terminal: what was found and, where it is not right, what to type."""

from dataclasses import replace

import pytest

from screens.picture.capabilities import Capabilities
from screens.picture.report import findings

KITTY = Capabilities(
    "kitty 0.41.1", True, True, True, synchronized=True, truecolor=True, round_trip=0.152,
    asked=True,
)  # fmt: skip
XTERM = Capabilities("XTerm 379", sixel=True, registers=16, asked=True)
INSIDE = replace(KITTY, name="kitty 0.41.1 in tmux 3.5a", tmux=True)


def told(found: Capabilities, size=(120, 36), no_color=False):
    """Findings by topic: (ok, found, advice)."""
    return {topic: rest for topic, *rest in findings(found, size, no_color)}


def test_a_good_terminal_has_nothing_to_type():
    lines = told(KITTY)
    assert all(ok and not advice for ok, _, advice in lines.values())
    assert lines["terminal"][1] == "kitty 0.41.1, 120x36 cells of 10x20 pixels"
    assert "placeholders, frames in place" in lines["protocols"][1]
    assert lines["link"][1] == "local, answers in 152 ms"


@pytest.mark.parametrize(
    ("found", "topic", "typed"),
    [
        (replace(INSIDE, kitty=False, placeholders=False), "pictures", "allow-passthrough on"),
        (replace(INSIDE, kitty=False, placeholders=False), "tmux", "allow-passthrough on"),
        (replace(INSIDE, truecolor=False), "colours", "terminal-features"),
        (replace(KITTY, name="kitty 0.26.5", placeholders=False), "pictures", "kitty 0.28"),
        (replace(KITTY, truecolor=False), "colours", "--color truecolor"),
        (replace(KITTY, asked=False, round_trip=1.5), "link", "--images"),
        (XTERM, "pictures", "numColorRegisters: 256"),
    ],
)
def test_what_is_not_right_has_a_line_to_type(found, topic, typed):
    ok, _, advice = told(found)[topic]
    assert not ok
    assert typed in advice


def test_a_tmux_that_tells_nothing_is_no_fault():
    ok, text, advice = told(Capabilities("a terminal in tmux 3.5a", tmux=True, asked=True))["tmux"]
    assert ok
    assert "does not tell" in text
    assert "--images kitty" in advice


def test_a_small_window_and_no_color_are_said():
    assert told(KITTY, (60, 18))["terminal"][2] == "make the window at least 80x24"
    assert told(KITTY, no_color=True)["colours"][2] == "unset NO_COLOR"


def test_an_xterm_without_sixel_is_all_right_but_could_do_more():
    ok, _, advice = told(replace(XTERM, sixel=False))["pictures"]
    assert ok
    assert "vt340" in advice
