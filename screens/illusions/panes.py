"""Pictures of an illusion: its readings side by side, turned, from afar, in bands, or channels."""

import asyncio
import os
from time import monotonic
from typing import Any

from textual.worker import Worker

from engine.errors import BadInput
from engine.events import Frame
from engine.runs.run_state import RunState
from engine.specs import Illusion
from screens.illusions.display_modes import WAYS, Step
from screens.illusions.view_readings import Readings
from screens.widgets.panes import Panes, Shown
from screens.widgets.picture_grid import arrange, pixels, room

STEPS, PERIOD, LONGEST = 12, 0.04, 0.5
"""Pictures of a turn, and seconds from one to the next; a slow terminal sees fewer of them."""


class IllusionPanes(Panes):
    """:class:`Panes` that know the readings of a run; pictures are made off the event loop.

    ``apart`` says that the usual channels are wanted instead of the readings, ``look`` what is
    wanted in place of both, '' where nothing is.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.readings: Readings | None = None
        self.reading, self.apart, self.look = 0, False, ""
        self._wish: Step | None = None
        self._busy = False
        self._turn: object = None

    def put(self, trace: RunState) -> None:
        """Another run is shown from now on."""
        spec = trace.spec
        self.readings = Readings(trace, spec) if isinstance(spec, Illusion) else None
        self.reading, self._turn, self._wish = 0, None, None

    @property
    def many(self) -> bool:
        """Whether the picture is read in more than one way."""
        return self.readings is not None and len(self.readings) > 1

    @property
    def splits(self) -> bool:
        """Whether the picture is made of bands."""
        return self.readings is not None and self.readings.spec.split != "whole"

    @property
    def way(self) -> str:
        """How the step is looked at: one of WAYS, or 'channels'."""
        can = {"turned": self.many, "bands": self.splits, "": False}
        if self.readings is not None and can.get(self.look, True):
            return self.look
        return "readings" if self.many and not self.apart else "channels"

    def see(self, frame: Frame | None, waiting: str = "") -> None:
        self.frame, self.waiting = frame, waiting
        if self._turn is not None:
            return
        if frame is None and self.way == "readings":
            self._await()
        elif frame is None or self.readings is None or self.way == "channels":
            self._wish = None
            super().see(frame, waiting)
        else:
            self.sample = min(self.sample, frame.sheet.count - 1)
            self._wish = self._step(frame, self.readings)
            if not self._busy:
                self._busy = True
                _: Worker[None] = self.run_worker(self._looked(), group="look")

    def fold(self) -> None:
        """Between the readings and the usual channels; where there is one, one channel or many."""
        if self.look:
            self.look = ""
        elif self.many:
            self.apart = not self.apart
        else:
            self.single = not self.single
        self.again()

    def turn_look(self, *looks: str) -> None:
        """The look after this one among ``looks``."""
        here = looks.index(self.look) if self.look in looks else 0
        self.look = looks[(here + 1) % len(looks)]
        self.together = self.together and not self.look
        self.again()

    def turn(self, delta: int = 1) -> None:
        """Turn the picture from the present reading to the next one."""
        if self.readings is None or self.frame is None:
            return
        here, self.look, self.together = self.reading, "turned", False
        self.reading = (here + delta) % len(self.readings)
        _: Worker[None] = self.run_worker(self._turned(here), group="turn", exclusive=True)

    def row(self) -> int:
        """How many pictures belong to one sample."""
        return len(self.readings) if self.readings and self.way == "readings" else 1

    async def _looked(self) -> None:
        """Make the pictures that are wanted, until nothing newer is."""
        try:
            while (step := self._wish) is not None:
                self._wish, way = None, self.way
                found = await asyncio.to_thread(WAYS[way], step)
                if way == self.way != "channels" and self._turn is None:
                    self._put(found)
        finally:
            self._busy = False

    async def _turned(self, here: int) -> None:
        self._turn = mine = object()
        try:
            await self._frames(here)
        finally:
            if self._turn is mine:
                self._turn = None
                self.again()

    async def _frames(self, here: int) -> None:
        """A short animation; none where every picture has a long way to go."""
        assert self.readings is not None
        assert self.frame is not None
        step = self._step(self.frame, self.readings)
        image = step.image
        if image is None or self._still:
            return
        try:
            between = self.readings.between
            frames = await asyncio.to_thread(between, here, self.reading, image, STEPS)
        except BadInput:
            return  # said above the picture
        label = f"{step.named} · {self.readings.title(self.reading)}"
        end = monotonic() + LONGEST
        for one in frames[:-1]:
            if monotonic() < end:
                self._put(([one], [label], 0))
                await asyncio.sleep(PERIOD)

    @property
    def _still(self) -> bool:
        """Whether nothing moves here by itself."""
        return self.app.animation_level == "none" or "SSH_CONNECTION" in os.environ

    def _step(self, frame: Frame, readings: Readings) -> Step:
        together = self.together and self.way == "readings"
        here = self.reading, self.sample, together, self.channel
        return Step(frame, readings, *here, pixels(self), self.background_colors[1].rgb)

    def _room(self, available: Any) -> int:
        return super()._room(available) if self.way == "channels" else 1

    def _await(self) -> None:
        """Places for the readings to come."""
        assert self.readings is not None
        labels = [self.readings.title(at) for at in range(len(self.readings))]
        self._put(([None] * len(labels), [self.waiting, *labels[1:]], self.reading))

    def _put(self, found: Shown) -> None:
        """Show pictures, those of a sample in one row, labels no longer than there is room."""
        images, labels, marked = found
        across = self._across_of(len(images))
        wide, high = room(len(images), across, *self.content_size)
        fit = wide - max(0, wide - 2 * (high - 1)) // 2
        self.show(images, [_cut(label, fit) for label in labels], across)
        self.selected = marked

    def _across_of(self, count: int) -> int:
        """Whole samples side by side, so that the pictures are largest."""
        each = min(self.row(), count) or 1
        columns, lines = self.content_size

        def side(across: int) -> int:
            wide, high = room(count, across, columns, lines)
            return min(wide, 2 * (high - 1))

        if count == each:
            return arrange(count, columns, lines)
        return max(range(each, count + 1, each), key=lambda across: (side(across), -across))


def _cut(text: str, room: int) -> str:
    return text if len(text) <= room else f"{text[: max(0, room - 1)]}…"
