"""`python -m tests.tools.photographs`: the app in real terminals, for the README.

`kitty` or `xterm` alone makes that one; `DIFFUSCOPE_KITTY` names a kitty of 0.28 or newer.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from PIL import Image

from engine import runs
from engine.events import Done
from tests.support.terminal.xvfb_terminal import KITTY, XTERM, Window

FOLDER = Path(__file__).parents[2] / "assets" / "screenshots"
PROMPT = "a rocket on a blue background"
COLUMNS, LINES = 120, 36
STILL = 10.0
"""Seconds without a change, after which nothing is on its way any longer, nor a message there."""
COLOURS, PATIENCE = 128, 300


def terminal(name: str) -> Sequence[str]:
    """The command line of one, as large as the pictures are to be."""
    if name == "xterm":
        return [word.replace("90x30", f"{COLUMNS}x{LINES}") for word in XTERM]
    sized = (word.replace("=90c", f"={COLUMNS}c").replace("=30c", f"={LINES}c") for word in KITTY)
    return [os.environ.get("DIFFUSCOPE_KITTY", "kitty"), *list(sized)[1:]]


def photograph(name: str, way: str) -> None:
    """Generate, walk back a few steps, and keep what the terminal shows."""
    with tempfile.TemporaryDirectory() as scratch:
        own = [f"{kind}={scratch}" for kind in ("XDG_STATE_HOME", "XDG_CONFIG_HOME")]
        app = [str(Path(sys.executable).with_name("diffuscope")), "--images", way]
        program = ["env", *own, f"DIFFUSCOPE_RUNS={scratch}/runs", *app]
        window = Window(terminal(name), program, {}, size=(1200, 760))
        try:
            window.until(lambda seen: len(seen.getcolors(1 << 20) or []) > 9)
            window.write(PROMPT)
            window.press("Return")
            window.until(lambda _: _done(Path(scratch) / "runs"), PATIENCE)
            window.until(still(), 60)
            window.press("Left", "Left", "Left")
            _keep(window.until(still(), 60), FOLDER / f"{name}.png")
        finally:
            window.close()


def still() -> Callable[[Image.Image], bool]:
    """Whether nothing has changed for a while."""
    last, since = b"", time.monotonic()

    def same(seen: Image.Image) -> bool:
        nonlocal last, since
        if (now := seen.tobytes()) != last:
            last, since = now, time.monotonic()
        return time.monotonic() - since > STILL

    return same


def _done(folder: Path) -> bool:
    found = (runs.Run(spec.parent) for spec in folder.glob("*/spec.json"))
    return any(isinstance(run.ending, Done) for run in found)


def _keep(seen: Image.Image, file: Path) -> None:
    """Without the empty screen around the window, and with few colours."""
    box = seen.getbbox()
    seen.crop(box).quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)


def main() -> None:
    """All, or those named on the command line."""
    for name, way in (("kitty", "kitty"), ("xterm", "sixel")):
        if name in (sys.argv[1:] or [name]):
            photograph(name, way)


if __name__ == "__main__":
    main()
