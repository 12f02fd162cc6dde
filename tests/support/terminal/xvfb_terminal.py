"""A real terminal in a window: an X server without a screen, a terminal on it, and pictures of it.

Debian: ``apt-get install xvfb xterm x11-utils xdotool fonts-dejavu-core``.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import psutil
from PIL import Image, ImageChops, ImageGrab, ImageStat

SCREEN = (1000, 700)
XTERM = (
    *("xterm", "-ti", "vt340", "+lc", "-u8", "-b", "0", "-bw", "0", "-geometry", "90x30+0+0"),
    *("-fa", "DejaVu Sans Mono", "-fs", "10", "-xrm", "XTerm*numColorRegisters: 256"),
    *("-xrm", "XTerm*maxGraphicSize: 1000x1000", "-e"),
)
"""With 16 registers, as xterm has without being told, colours are false."""
KITTY_SET = (
    *("font_family=DejaVu Sans Mono", "font_size=11", "placement_strategy=top-left"),
    *("remember_window_size=no", "initial_window_width=90c", "initial_window_height=30c"),
    *("confirm_os_window_close=0", "update_check_interval=0", "sync_to_monitor=no"),
)
KITTY = ("kitty", "--config=NONE", *(f"-o={setting}" for setting in KITTY_SET))
NEEDED = ("Xvfb", "xdotool")
GRAIN = 16
"""Fields a side by which pictures are compared: a terminal may smooth what it enlarges."""
ModeScreen = Sequence[int]


def missing(*commands: str) -> str:
    """Why there can be no window here; empty if there can."""
    absent = [name for name in (*NEEDED, *commands) if not shutil.which(name)]
    return f"not installed: {', '.join(absent)}" if absent else ""


class Window:
    """``terminal`` is the command line of one that takes what to run as its last words."""

    def __init__(
        self,
        terminal: Sequence[str],
        program: Sequence[str],
        environ: Mapping[str, str],
        size: tuple[int, int] = SCREEN,
    ) -> None:
        told, tells = os.pipe()
        screen = ["-screen", "0", f"{size[0]}x{size[1]}x24", "-nolisten", "tcp", "-noreset"]
        with os.fdopen(told, "rb") as answer:
            self.server = _begun(["Xvfb", "-displayfd", str(tells), *screen], {}, tells)
            os.close(tells)
            self.display = f":{answer.readline().decode().strip()}"
        environ = {"DISPLAY": self.display, **environ}
        self.process = _begun([*terminal, *program], environ)

    def seen(self) -> Image.Image:
        """The whole screen now, RGB."""
        return ImageGrab.grab(xdisplay=self.display)

    def press(self, *keys: str) -> None:
        """Press keys, by X's names of them."""
        self._x("key", *keys)

    def write(self, text: str) -> None:
        """Type a line of text."""
        self._x("type", text)

    def size(self, width: int, height: int) -> None:
        """Make the window as large as that, in pixels."""
        self._x("search", "--onlyvisible", "--class", ".", "windowsize", str(width), str(height))

    def until(self, good: Callable[[Image.Image], bool], seconds: float = 30) -> Image.Image:
        """Look until ``good``, which taking a picture makes slow enough; returns that picture."""
        limit = time.monotonic() + seconds
        while not good(image := self.seen()):
            if time.monotonic() > limit:
                image.save(kept := Path(tempfile.gettempdir()) / "window.png")
                raise AssertionError(f"never seen; what was seen last is in {kept}")
        return image

    def close(self) -> None:
        """End the terminal, what ran in it, and then the server."""
        inside = psutil.Process(self.process.pid).children(recursive=True)
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)
        psutil.wait_procs(inside, 20)
        self.server.send_signal(signal.SIGTERM)
        self.server.wait(20)

    def _x(self, *words: str) -> None:
        environ = {**os.environ, "DISPLAY": self.display}
        subprocess.run(["xdotool", *words], env=environ, check=True, capture_output=True)


def blank(seen: Image.Image, place: ModeScreen) -> bool:
    """Whether one colour fills more than half of the place: no picture is there."""
    left, top, width, height = place
    here = seen.crop((left, top, left + width, top + height))
    most = max(number for number, _ in here.getcolors(width * height) or [])
    return most > width * height / 2


def off(seen: Image.Image, place: ModeScreen, photo: Image.Image) -> float:
    """How far a picture on the screen is from what it should be, in levels of 255 a channel."""
    left, top, width, height = place
    here = seen.crop((left, top, left + width, top + height))
    both = [image.resize((GRAIN, GRAIN), Image.Resampling.BOX) for image in (here, photo)]
    return sum(ImageStat.Stat(ImageChops.difference(*both)).mean) / 3


def _begun(words: list[str], environ: Mapping[str, str], *kept: int) -> subprocess.Popen[bytes]:
    nowhere = subprocess.DEVNULL
    return subprocess.Popen(
        words, env={**os.environ, **environ}, pass_fds=kept, stdout=nowhere, stderr=nowhere
    )
