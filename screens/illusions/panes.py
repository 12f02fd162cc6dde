"""Pictures of an illusion: its readings side by side, turned, from afar, in bands, or channels."""

import asyncio
import os
from time import monotonic

from textual.worker import Worker

from engine.errors import BadInput
from engine.events import Frame
from engine.runs.run_state import RunState
from engine.specs import Illusion
from screens.illusions.display_modes import DISPLAY_MODES, Step
from screens.illusions.view_readings import Readings
from screens.widgets.panes import Panes, Shown
from screens.widgets.picture_grid import arrange, pixels, room

STEPS, PERIOD, LONGEST = 12, 0.04, 0.5
"""Pictures of a turn, and seconds from one to the next; a slow terminal sees fewer of them."""


class IllusionPictures:
    """Says what ``panes`` show, who know nothing of readings; made off the event loop.

    ``apart`` says that the usual channels are wanted instead of the readings, ``display`` what is
    wanted in place of both, '' where nothing is. ``reading`` is the one that is looked at.
    """

    def __init__(self) -> None:
        self.panes = Panes(overlay=self._overlay, one_channel=lambda: self.mode != "channels")
        self.readings: Readings | None = None
        self.reading, self.apart, self.display = 0, False, ""
        self.wanted: Step | None = None
        self.busy = False
        self.turning: object = None

    def show_run(self, run: RunState) -> None:
        """Another run is shown from now on."""
        self.readings = Readings(run, run.spec) if isinstance(run.spec, Illusion) else None
        self.reading, self.turning, self.wanted = 0, None, None

    @property
    def many(self) -> bool:
        """Whether the picture is read in more than one way."""
        return self.readings is not None and len(self.readings) > 1

    @property
    def splits(self) -> bool:
        """Whether the picture is made of bands."""
        return self.readings is not None and self.readings.spec.split != "whole"

    @property
    def mode(self) -> str:
        """How the step is looked at: one of DISPLAY_MODES, or 'channels'."""
        can = {"turned": self.many, "bands": self.splits, "": False}
        if self.readings is not None and can.get(self.display, True):
            return self.display
        return "readings" if self.many and not self.apart else "channels"

    def fold(self) -> None:
        """Between the readings and the usual channels; where there is one, one channel or many."""
        if self.display:
            self.display = ""
        elif self.many:
            self.apart = not self.apart
        else:
            self.panes.single = not self.panes.single
        self.panes.again()

    def next_display(self, *displays: str) -> None:
        """The one after this one among ``displays``."""
        here = displays.index(self.display) if self.display in displays else 0
        self.display = displays[(here + 1) % len(displays)]
        self.panes.together = self.panes.together and not self.display
        self.panes.again()

    def turn(self, delta: int = 1) -> None:
        """Turn the picture from the present reading to the next one."""
        if self.readings is None or self.panes.frame is None:
            return
        here, self.display, self.panes.together = self.reading, "turned", False
        self.reading = (here + delta) % len(self.readings)
        turned = _turned(self, self.readings, self.panes.frame, here)
        _: Worker[None] = self.panes.run_worker(turned, group="turn", exclusive=True)

    def row(self) -> int:
        """How many pictures belong to one sample."""
        return len(self.readings) if self.readings and self.mode == "readings" else 1

    def _overlay(self, frame: Frame | None) -> bool:
        if self.turning is not None:
            return True
        mode, self.wanted = self.mode, None
        if self.readings is None or mode == "channels" or (frame is None and mode != "readings"):
            return False
        if frame is None:
            labels = [self.readings.title(at) for at in range(len(self.readings))]
            labels = [self.panes.waiting, *labels[1:]]
            _present(self, ([None] * len(labels), labels, self.reading))
            return True
        self.panes.sample = min(self.panes.sample, frame.sheet.count - 1)
        self.wanted = _step(self, self.readings, frame)
        if not self.busy:
            self.busy = True
            _: Worker[None] = self.panes.run_worker(_drawn(self), group="look")
        return True


async def _drawn(pictures: IllusionPictures) -> None:
    """Make the pictures that are wanted, until nothing newer is."""
    try:
        while (step := pictures.wanted) is not None:
            pictures.wanted, mode = None, pictures.mode
            shown = await asyncio.to_thread(DISPLAY_MODES[mode], step)
            if mode == pictures.mode != "channels" and pictures.turning is None:
                _present(pictures, shown)
    finally:
        pictures.busy = False


async def _turned(pictures: IllusionPictures, readings: Readings, frame: Frame, here: int) -> None:
    pictures.turning = mine = object()
    try:
        await _animate(pictures, readings, frame, here)
    finally:
        if pictures.turning is mine:
            pictures.turning = None
            pictures.panes.again()


async def _animate(pictures: IllusionPictures, readings: Readings, frame: Frame, here: int) -> None:
    """A short animation; none where every picture has a long way to go."""
    step = _step(pictures, readings, frame)
    still = pictures.panes.app.animation_level == "none" or "SSH_CONNECTION" in os.environ
    if step.image is None or still:
        return
    there = pictures.reading
    try:
        images = await asyncio.to_thread(readings.between, here, there, step.image, STEPS)
    except BadInput:
        return  # said above the picture
    label = f"{step.named} · {readings.title(there)}"
    end = monotonic() + LONGEST
    for image in images[:-1]:
        if monotonic() < end:
            _present(pictures, ([image], [label], 0))
            await asyncio.sleep(PERIOD)


def _step(pictures: IllusionPictures, readings: Readings, frame: Frame) -> Step:
    panes = pictures.panes
    together = panes.together and pictures.mode == "readings"
    looked_at = pictures.reading, panes.sample, together, panes.channel
    return Step(frame, readings, *looked_at, pixels(panes), panes.background_colors[1].rgb)


def _present(pictures: IllusionPictures, shown: Shown) -> None:
    """Show pictures, those of a sample in one row, labels no longer than there is room."""
    images, labels, marked = shown
    size = pictures.panes.content_size
    across = _across(len(images), pictures.row(), *size)
    wide, high = room(len(images), across, *size)
    fit = wide - max(0, wide - 2 * (high - 1)) // 2
    pictures.panes.present((images, [_cut(label, fit) for label in labels], marked), across)


def _across(count: int, row: int, columns: int, lines: int) -> int:
    """Whole samples side by side, so that the pictures are largest."""
    each = min(row, count) or 1

    def side(across: int) -> int:
        wide, high = room(count, across, columns, lines)
        return min(wide, 2 * (high - 1))

    if count == each:
        return arrange(count, columns, lines)
    return max(range(each, count + 1, each), key=lambda across: (side(across), -across))


def _cut(text: str, room: int) -> str:
    return text if len(text) <= room else f"{text[: max(0, room - 1)]}…"
