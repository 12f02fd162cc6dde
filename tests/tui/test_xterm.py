"""Pictures in a real xterm with sixel: what it shows is what was to be shown."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.terminal import xvfb_terminal
from tests.support.terminal.shown import Shown, goes, opened, stands, steady

WHY = xvfb_terminal.missing("xterm")
pytestmark = pytest.mark.skipif(bool(WHY), reason=WHY)


@pytest.mark.parametrize("holds", [stands, goes, steady])
def test_a_picture_in_xterm(holds: Callable[[Shown], None], tmp_path: Path) -> None:
    with opened(xvfb_terminal.XTERM, "sixel", tmp_path / "told.json") as shown:
        holds(shown)
        assert shown.way == "sixel"
