"""Pictures in a real kitty of 0.28 or newer, which forgives less than a decoder of ours.

``DIFFUSCOPE_KITTY`` names another than the one on the PATH (see ``tests/tui/kitty-beside``).
"""

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tests.support.terminal import xvfb_terminal
from tests.support.terminal.shown import Shown, goes, opened, stands, steady

COMMAND = os.environ.get("DIFFUSCOPE_KITTY", "kitty")
KITTY = (str(Path(shutil.which(COMMAND) or COMMAND)), *xvfb_terminal.KITTY[1:])
TMUX = """
set -g allow-passthrough on
set -g status off
set -as terminal-features ",xterm-kitty:RGB"
"""
FIRST = (0, 28)
"""The version that has placeholders."""
FRAMES, SPARE = 1000, 20e6
"""Bytes by which kitty may grow while that many frames are shown; textual-image: 435 KB each."""


def why_not() -> str:
    """Why kitty cannot be tried here; empty if it can."""
    if why := xvfb_terminal.missing(COMMAND):
        return why
    said = subprocess.run([COMMAND, "--version"], capture_output=True, text=True).stdout
    version = re.search(r"(\d+)\.(\d+)", said)
    old = version is None or tuple(map(int, version.groups())) < FIRST
    return f"too old: {said.strip()}" if old else ""


WHY = why_not()
pytestmark = pytest.mark.skipif(bool(WHY), reason=WHY)


@pytest.mark.parametrize("holds", [stands, goes, steady])
def test_a_picture_in_kitty(holds: Callable[[Shown], None], tmp_path: Path) -> None:
    with opened(KITTY, "kitty", tmp_path / "told.json") as shown:
        holds(shown)
        assert shown.way == "kitty"


def test_kitty_does_not_grow(tmp_path: Path) -> None:
    with opened(KITTY, "kitty", tmp_path / "told.json", FRAMES / 20) as shown:
        square = 0, 0, 300, 300
        shown.window.until(lambda seen: not xvfb_terminal.blank(seen, square))
        before = held(shown)
        shown.window.until(shown.ended, FRAMES / 20 + 30)
        shown.window.until(shown.right)
        assert held(shown) - before < SPARE


@pytest.mark.skipif(not shutil.which("tmux"), reason="not installed: tmux")
@pytest.mark.parametrize("holds", [stands, goes, steady])
def test_a_picture_in_tmux_in_kitty(holds: Callable[[Shown], None], tmp_path: Path) -> None:
    (tmp_path / "conf").write_text(TMUX)
    tmux = ["tmux", "-S", str(tmp_path / "tmux")]
    within = f"{' '.join(tmux)} -f {tmp_path}/conf new-session"
    try:
        with opened(KITTY, "kitty", tmp_path / "told.json", within=within) as shown:
            holds(shown)
            assert shown.way == "kitty"
    finally:
        subprocess.run([*tmux, "kill-server"], capture_output=True)


def held(shown: Shown) -> int:
    """Resident bytes of kitty itself."""
    inside = psutil.Process(shown.window.process.pid).children(recursive=True)
    return max(p.memory_info().rss for p in inside if p.name().startswith("kitty"))
