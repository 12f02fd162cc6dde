"""``python -m tests.tools.pictured SIDE WAY PIXELS SECONDS [FILE]``."""

import sys
from pathlib import Path

from tests.tools.pictured import sides
from tests.tools.pictured.app import Pictured
from tests.tools.pictured.encoding import milliseconds
from tests.tools.pictured.frames import RATE, frames

side, way, pixels, seconds, *file = sys.argv[1:]
images = frames(int(pixels), max(1, round(float(seconds) * RATE)))
widget, driver = {"ours": sides.ours, "theirs": sides.theirs}[side](way)
encoding = milliseconds(side, way, images) if file else 0.0
Pictured(widget, images, Path(file[0]) if file else None, encoding, driver).run()
