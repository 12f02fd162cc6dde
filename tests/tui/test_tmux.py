"""Pictures inside a real tmux: half-blocks, cell by cell as they should be."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pyte
import pytest
from PIL import Image

from screens.picture.fit import scaled
from tests.tools.pictured.frames import frames

pytestmark = pytest.mark.skipif(not shutil.which("tmux"), reason="not installed: tmux")
SIDE, CELLS = 64, (40, 20)
PHOTO = scaled(frames(SIDE, 1)[0], (CELLS[0], 2 * CELLS[1]))


class Tmux:
    """A server of its own, without a terminal around it."""

    def __init__(self, folder: Path, way: str) -> None:
        self.told, self.socket = folder / "told.json", str(folder / "tmux")
        app = [
            sys.executable,
            "-m",
            "tests.tools.pictured",
            "ours",
            way,
            str(SIDE),
            "1",
            str(self.told),
        ]
        self.run("-f", "/dev/null", "new-session", "-d", "-x", "80", "-y", "24", *app)

    def run(self, *words: str) -> str:
        clean = {name: value for name, value in os.environ.items() if name != "TMUX"}
        environ = {**clean, "TEXTUAL_COLOR_SYSTEM": "truecolor"}
        done = subprocess.run(
            ["tmux", "-S", self.socket, *words], env=environ, capture_output=True, text=True
        )
        return done.stdout

    def screen(self) -> pyte.Screen:
        """What tmux holds, with its colours."""
        screen = pyte.Screen(80, 24)
        text = self.run("capture-pane", "-e", "-p").rstrip("\n").replace("\n", "\r\n")
        pyte.Stream(screen).feed(text)
        return screen

    def until(self, good: Callable[["Tmux"], bool], seconds: float = 40) -> None:
        limit = time.monotonic() + seconds
        while not good(self):
            assert time.monotonic() < limit, "\n".join(self.screen().display)


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[Tmux]:
    """The small app in half-blocks, its stream at its end."""
    made = Tmux(tmp_path, "half")
    try:
        made.until(lambda it: it.told.exists())
        yield made
    finally:
        made.run("kill-server")


def pixels(screen: pyte.Screen) -> Image.Image:
    """Two pixels of each cell of the picture's place."""
    image = Image.new("RGB", (CELLS[0], 2 * CELLS[1]))
    for line in range(CELLS[1]):
        for column in range(CELLS[0]):
            cell = screen.buffer[line][column]
            below = cell.fg if cell.data == "▄" else cell.bg
            for half, colour in enumerate((cell.bg, below)):
                image.putpixel((column, 2 * line + half), _rgb(colour))
    return image


def _rgb(colour: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(colour)) if len(colour) == 6 else (0, 0, 0)


def test_every_cell_of_the_last_frame_is_right(tmux: Tmux) -> None:
    tmux.until(lambda it: pixels(it.screen()).tobytes() == PHOTO.tobytes())


def test_nothing_is_typed_into_it(tmux: Tmux) -> None:
    """What tmux answers to the questions is no key."""
    assert tmux.screen().display[23].startswith("key 0.")
    tmux.run("send-keys", "k")
    tmux.until(lambda it: it.screen().display[23].startswith("key 1."))
