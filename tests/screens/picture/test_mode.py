"""The way that pictures take is chosen once, and textual-image stays out unless it is asked for."""

import subprocess
import sys

import pytest

from engine.errors import BadInput, Unavailable
from screens.picture import mode


@pytest.fixture(autouse=True)
def _half_again():
    yield
    mode.choose("half")


@pytest.mark.parametrize(("name", "taken"), [("auto", "half"), ("half", "half"), ("off", "off")])
def test_choose(name, taken):
    mode.choose(name)
    assert mode.chosen() == taken


def test_unknown_name_says_which_there_are():
    with pytest.raises(BadInput, match="half, kitty, sixel, off"):
        mode.choose("jpeg")


def test_a_terminal_that_breaks_the_query_is_one_line(monkeypatch):
    def broken(_: str) -> None:
        raise OSError("inappropriate ioctl")

    monkeypatch.setattr(mode, "import_module", broken)
    with pytest.raises(Unavailable, match="--images=half"):
        mode.choose("kitty")
    assert mode.chosen() == "half"


def test_the_widget_does_not_import_textual_image():
    code = "import sys, screens.picture.widget as w; sys.exit('textual_image' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
