"""Pictures of a small app on a terminal far away: what is seen is the source, whatever happens."""

import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import psutil
import pytest
from PIL import Image

from screens.picture.fit import box, scaled
from screens.picture.quality import reduced
from tests.support.terminal.pty_terminal import HIDDEN, SHOWN
from tests.support.terminal.screen_model import Cells, Glass
from tests.support.terminal.slow_link import Link
from tests.support.terminal.terminal_replies import (
    GHOSTTY_OLD,
    KITTY,
    PLAIN,
    SILENT,
    SIXEL,
    Profile,
)
from tests.tools.pictured.frames import frames

WAYS = ("kitty", "sixel", "half")
SIDE, SIZE = 64, (60, 16)
IMAGES = frames(SIDE, 6)
GROWN = 4_000_000
"""Bytes that the app may grow by over a thousand frames; if each leaked it would be 12 MB."""
FAR = {"TEXTUAL_COLOR_SYSTEM": "truecolor", "OMP_NUM_THREADS": "1"}
PERCENT = 2
"""Levels of 255 that a colour of a sixel's palette is off: it is said in percent."""


@dataclass
class Far:
    """The app on its terminal, and what is seen there."""

    link: Link
    glass: Glass
    way: str

    def press(self, key: str) -> None:
        self.link.type(key)

    def says(self, text: str) -> None:
        self.until(lambda: text in self.glass.text)

    def until(self, true: Callable[[], Any]) -> None:
        def seen(_: object) -> bool:
            self.glass.see(self.link.raw)
            return bool(true())

        self.link.until(seen)

    def shows(self, number: int) -> None:
        """Wait until this picture is on the screen, at its full quality."""
        self.until(lambda: self.right(IMAGES[number]))

    def right(self, image: Image.Image) -> bool:
        cells = self.cells
        if self.way == "kitty":
            held = self.glass.held(cells)
            return held is not None and held.tobytes() == image.tobytes()
        if self.way == "half":
            there = scaled(image, (cells[2], 2 * cells[3]))
            return self.glass.halves(cells).tobytes() == there.tobytes()
        return self._close(self.glass.sixels(cells), image)

    @property
    def cells(self) -> Cells:
        """Where the picture lies: the last line is the app's own."""
        columns, lines = self.glass.size
        place = box((SIDE, SIDE), (columns, lines - 1))
        return place.left, place.top // 2, place.width, place.height // 2

    def _close(self, seen: Image.Image, image: Image.Image) -> bool:
        pixels = np.asarray(seen)
        if not pixels[..., 3].all():
            return False
        few = np.asarray(reduced(image, 256).convert("RGB"), int)
        edges = [np.arange(SIDE + 1) * side // SIDE for side in seen.size]
        columns, rows = (
            np.searchsorted(edge, np.arange(side), side="right") - 1
            for edge, side in zip(edges, seen.size, strict=True)
        )
        return int(np.abs(pixels[..., :3] - few[rows][:, columns]).max()) <= PERCENT


Opens = Callable[..., Far]


@pytest.fixture
def opened() -> Iterator[Opens]:
    """``opened(way)``: the app is there, without a picture."""
    made: list[Far] = []

    def opens(
        way: str, size: tuple[int, int] = SIZE, profile: Profile | None = None, **line: Any
    ) -> Far:
        cap = line.pop("cap", 0)
        arguments = ["-m", "tests.tools.pictured.pages", way, str(SIDE), str(cap)]
        known = profile or (SIXEL if way == "sixel" else KITTY)
        link = Link(arguments, FAR, size, profile=known, screen=False, **line)
        made.append(Far(link, Glass(size), way))
        made[-1].says("begun.")
        return made[-1]

    yield opens
    for far in made:
        far.link.close()


@pytest.mark.parametrize("way", WAYS)
def test_the_picture_is_right_after_all_that_may_come_over_it(opened: Opens, way: str) -> None:
    far = opened(way)
    far.press("n")
    far.shows(0)
    far.press("n")
    far.shows(1)
    far.press("m")
    far.says("over it")
    far.press("m")
    far.shows(1)
    far.press("2")
    far.says("elsewhere.")
    far.press("1")
    far.shows(1)
    far.press("t")
    far.says("told")
    far.until(lambda: "told" not in far.glass.text)
    far.shows(1)
    for size in ((44, 12), (20, 5), (70, 20)):
        far.glass.see(far.link.raw).resize(size)
        far.link.resize(size)
        far.shows(1)


@pytest.mark.parametrize("way", WAYS)
def test_nothing_is_left_at_the_end(opened: Opens, way: str) -> None:
    far = opened(way)
    far.press("n")
    far.shows(0)
    assert not far.glass.scrolls
    far.press("q")
    assert far.link.ended() == 0
    clean(far)


def clean(far: Far) -> None:
    """The terminal is as it was, and holds no picture; no answer will come that nobody reads."""
    far.glass.see(far.link.raw)
    assert far.link.restored
    assert not far.glass.kitty.images
    assert not far.glass.kitty.loading


@pytest.mark.parametrize("way", WAYS)
def test_a_screen_that_fails_leaves_nothing(opened: Opens, way: str) -> None:
    far = opened(way)
    far.press("n")
    far.shows(0)
    far.press("x")
    assert far.link.ended() == 1
    assert b"a screen failed" in far.link.raw
    clean(far)


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_a_signal_leaves_nothing(opened: Opens, number: signal.Signals) -> None:
    far = opened("kitty", rate=20_000)
    far.press("n")
    far.shows(0)
    far.press("n")
    far.link.signal(number)
    assert far.link.ended() == 128 + number
    clean(far)


@pytest.mark.parametrize("way", WAYS)
def test_suspended_it_leaves_nothing_and_comes_back(opened: Opens, way: str) -> None:
    far = opened(way)
    far.press("n")
    far.shows(0)
    far.link.signal(signal.SIGTSTP)
    process = psutil.Process(far.link.process.pid)
    far.until(lambda: process.status() == psutil.STATUS_STOPPED)
    far.link.settle()
    clean(far)
    far.link.signal(signal.SIGCONT)
    far.until(lambda: far.link.raw.rfind(SHOWN) > far.link.raw.rfind(HIDDEN))
    far.shows(0)
    far.press("n")
    far.shows(1)
    far.press("q")
    assert far.link.ended() == 0
    clean(far)


@pytest.mark.parametrize("way", WAYS)
def test_a_thousand_frames_hold_one_picture_and_no_memory(opened: Opens, way: str) -> None:
    far = opened(way, cap=10_000)
    far.press("n")
    far.shows(0)
    held, before = far.glass.kitty.stored, memory(far)
    far.glass.closed = True
    far.press("r")
    far.until(lambda: b"ran." in far.link.raw[-9000:])
    far.glass.closed = False
    assert memory(far) - before < GROWN
    far.press("2")
    far.says("elsewhere.")
    far.press("1")
    far.shows(0)
    assert far.glass.kitty.stored == held


def memory(far: Far) -> int:
    """Bytes that the app has in memory."""
    return int(psutil.Process(far.link.process.pid).memory_info().rss)


def test_a_window_that_changes_amid_a_frame(opened: Opens) -> None:
    """A line so slow that the picture is on its way for seconds."""
    far = opened("kitty", rate=8_000)
    far.press("n")
    far.until(lambda: far.glass.kitty.loading)
    for size in ((44, 12), (20, 5)):
        far.glass.resize(size)
        far.link.resize(size)
    far.shows(0)
    far.press("q")
    assert far.link.ended() == 0
    clean(far)


@pytest.mark.parametrize("profile", [GHOSTTY_OLD, PLAIN, SILENT], ids=lambda profile: profile.name)
def test_other_terminals(opened: Opens, profile: Profile) -> None:
    """One that cannot edit a picture in place, one that tells nothing, one that never answers."""
    way = "kitty" if profile.graphics else "half"
    far = opened(way, profile=replace(profile, environ=KITTY.environ))
    for number in range(3):
        far.press("n")
        far.shows(number)
    assert not far.glass.kitty.flickers
    far.press("q")
    assert far.link.ended() == 0
    clean(far)


def test_no_answer_comes_when_nobody_reads_it(opened: Opens) -> None:
    """Half a second each way: what was sent last is answered before the terminal is left."""
    far = opened("kitty", latency=0.3)
    far.press("n")
    far.until(lambda: far.glass.kitty.images)
    far.press("q")
    assert far.link.ended() == 0
    left = far.link.raw.rfind(b"\x1b[?1049l")
    asked = far.link.raw.rfind(b"\x1b[6n")
    assert asked < left
    clean(far)
