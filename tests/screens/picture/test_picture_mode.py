"""The way that pictures take is chosen once, and textual-image stays out unless it is asked for."""

import subprocess
import sys
from dataclasses import replace

import pytest

from engine.errors import BadInput, Unavailable
from screens.picture import picture_mode
from screens.picture.capabilities import Capabilities


@pytest.fixture(autouse=True)
def _half_again():
    yield
    picture_mode.choose("half")


@pytest.mark.parametrize(("name", "taken"), [("auto", "half"), ("half", "half"), ("off", "off")])
def test_choose(name, taken):
    picture_mode.choose(name)
    assert picture_mode.chosen() == taken


def test_unknown_name_says_which_there_are():
    with pytest.raises(BadInput, match="half, kitty, sixel, off"):
        picture_mode.choose("jpeg")


KITTY = Capabilities("kitty 0.41.1", kitty=True, placeholders=True, animation=True, asked=True)
WEZTERM = Capabilities("WezTerm", kitty=True, sixel=True, registers=65536, asked=True)


@pytest.mark.parametrize(
    ("found", "taken"),
    [
        (KITTY, "kitty"),
        (WEZTERM, "sixel"),
        (replace(WEZTERM, registers=0), "sixel"),
        (replace(WEZTERM, registers=16), "half"),
        (replace(WEZTERM, sixel=False), "half"),
        (Capabilities(), "half"),
    ],
)
def test_auto_is_the_best_that_was_found(found, taken):
    picture_mode.choose("auto", found)
    assert picture_mode.chosen() == taken
    assert picture_mode.capabilities() == found


@pytest.mark.parametrize("name", ["half", "off", "kitty", "sixel"])
def test_what_is_named_is_taken_whatever_was_found(name):
    picture_mode.choose(name, WEZTERM)
    assert picture_mode.chosen() == name


def test_kitty_in_a_tmux_that_lets_nothing_through_is_one_line():
    picture_mode.choose("half")
    with pytest.raises(Unavailable, match="allow-passthrough on"):
        picture_mode.choose("kitty", replace(KITTY, tmux=True))
    assert picture_mode.chosen() == "half"
    picture_mode.choose("kitty", replace(KITTY, tmux=True, passthrough=True))
    assert picture_mode.chosen() == "kitty"
    picture_mode.choose("kitty", Capabilities("a terminal in tmux 3.5a", tmux=True))
    assert picture_mode.chosen() == "kitty"


def test_nothing_is_asked_for_half_blocks_and_for_none():
    assert [name for name in picture_mode.modes() if not picture_mode.asks(name)] == ["half", "off"]


def test_the_widget_does_not_import_textual_image():
    code = "import sys, screens.picture.widget as w; sys.exit('textual_image' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
