"""The small app in the window of a real terminal, and whether its picture is right there."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image

from tests.support.terminal.xvfb_terminal import Window, blank, off
from tests.tools.pictured.frames import frames

CLOSE = 3.0
"""Levels of 255: sixel has 1.2, kitty, which smooths, 1.8; 16 colours have 8."""
SIDE, STREAM, CELLS = 64, 2.0, (40, 20)
PHOTO = frames(SIDE, 1)[0]


class Shown:
    """The app streams, and then its last picture, a photo, stands still."""

    def __init__(self, window: Window, told: Path) -> None:
        self.window, self.told = window, told

    @property
    def place(self) -> list[int]:
        """Left, top, width and height in pixels; from the stream's end on."""
        return list(self._told("place"))

    @property
    def way(self) -> str:
        """What the pictures take, by the app's own words."""
        return str(self._told("link")).partition(" ")[0]

    def _told(self, what: str) -> Any:
        return json.loads(self.told.read_text())[what]

    def right(self, seen: Image.Image) -> bool:
        return off(seen, self.place, PHOTO) < CLOSE

    def gone(self, seen: Image.Image) -> bool:
        return blank(seen, self.place)

    def covered(self, seen: Image.Image) -> bool:
        """Whether the modal is whole where it reaches over the picture's last columns."""
        left, top, width, height = self.place
        column, line = left + width * (1 - 2.5 / CELLS[0]), top + height * 14.5 / CELLS[1]
        return seen.getpixel((int(column), int(line))) == (255, 0, 0)

    def ended(self, _: Image.Image) -> bool:
        return self.told.exists()


@contextmanager
def opened(
    terminal: Sequence[str], way: str, told: Path, seconds: float = STREAM, within: str = ""
) -> Iterator[Shown]:
    """The app in a window of ``terminal``; what comes after it there is ``cat``.

    ``within`` is a command that runs another one inside of it, as tmux does.
    """
    python = f"cd {Path.cwd()}; TEXTUAL_COLOR_SYSTEM=truecolor {sys.executable}"
    small = f"{python} -m tests.tools.pictured ours {way} {SIDE} {seconds} {told}; cat"
    window = Window(terminal, [*within.split(), "sh", "-c", small], {})
    try:
        yield Shown(window, told)
    finally:
        window.close()


def stands(shown: Shown) -> None:
    """The last frame of a stream is there, under a modal, after one, and after two resizes."""
    shown.window.until(shown.ended)
    shown.window.until(shown.right)
    shown.window.press("m")
    shown.window.until(shown.covered)
    shown.window.press("a")
    shown.window.until(shown.right)
    shown.window.size(520, 420)
    shown.window.until(shown.right)
    shown.window.size(200, 100)
    shown.window.until(lambda seen: not shown.right(seen))
    shown.window.size(640, 480)
    shown.window.until(shown.right)


def goes(shown: Shown) -> None:
    """Nothing is left of it when the app has ended."""
    shown.window.until(shown.ended)
    shown.window.until(shown.right)
    shown.window.press("q")
    shown.window.until(shown.gone)


def steady(shown: Shown) -> None:
    """Once the picture is there it is never away while it streams."""
    square = 0, 0, CELLS[0] * 8, CELLS[1] * 16
    blanks: list[bool] = []

    def ended(seen: Image.Image) -> bool:
        blanks.append(blank(seen, square))
        return shown.told.exists()

    shown.window.until(lambda seen: not blank(seen, square))
    shown.window.until(ended)
    assert len(blanks) > 5
    assert not any(blanks)
