"""The pictures of one step: its channels side by side, or one channel of all samples."""

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import BindingType

from engine.events import CHANNELS, Frame
from screens.widgets.picture_grid import PictureGrid, arrange

NAMES = {
    "x": "x_t",
    "x0": "x̂0",
    "eps": "ε̂ · noise estimate",
    "delta": "ε_cond − ε_uncond · guidance",
    "change": "Δx̂0 · change",
}
SMALL = 40
"""Columns below which a picture is not made smaller for the sake of one more beside it."""


def fitting(columns: int, lines: int, channels: int) -> int:
    """How many channels go into the room while each stays at least half of the largest size."""

    def side(count: int) -> int:
        across = arrange(count, columns, lines)
        return min(columns // across, 2 * (lines // -(-count // across) - 1))

    least = min(side(1), max(SMALL, side(1) // 2))
    return max([n for n in range(1, channels + 1) if side(n) >= least], default=1)


def chosen(available: Sequence[str], room: int, channel: str) -> list[str]:
    """The channels shown: as many as there is room for, ``channel`` among them, at the end."""
    if room >= len(available) or channel not in available:
        return list(available[:room])
    fixed = [name for name in available if name != channel][: room - 1]
    return [*sorted(fixed, key=available.index), channel]


class Panes(PictureGrid, inherit_bindings=False):
    """A picture grid that knows channels and samples; the screen has the keys."""

    BINDINGS: ClassVar[list[BindingType]] = []

    def __init__(self, **options: object) -> None:
        super().__init__(**options)
        self.frame: Frame | None = None
        self.channel = "x0"
        self.single = False
        self.together = False

    def see(self, frame: Frame | None, waiting: str = "") -> None:
        """Show a step; with none, an empty place that says what it waits for."""
        self.frame = frame
        if frame is None:
            self.show([None], [waiting])
        elif self.together:
            self._samples(frame)
        else:
            self._channels(frame)

    def next_channel(self) -> None:
        """The channel after this one, among those that are not always there."""
        if self.frame is None:
            return
        available = _in_order(self.frame)
        room = 1 if self.together else self._room(available)
        turning = available[room - 1 :] if room < len(available) else available
        here = turning.index(self.channel) if self.channel in turning else -1
        self.channel = turning[(here + 1) % len(turning)]
        self.see(self.frame)

    def on_resize(self, _: object) -> None:
        self.call_after_refresh(self.see, self.frame, self._waiting)

    @property
    def _waiting(self) -> str:
        return self._pictures[0].label if self._pictures and self.frame is None else ""

    def _room(self, available: Sequence[str]) -> int:
        return 1 if self.single else fitting(*self.content_size, len(available))

    def _channels(self, frame: Frame) -> None:
        available = _in_order(frame)
        names = chosen(available, self._room(available), self.channel)
        sample = self.selected if self.selected < frame.sheet.count else 0
        of = f" · sample {sample + 1} of {frame.sheet.count}" if frame.sheet.count > 1 else ""
        self.show(
            [frame.sheet.picture(name, sample) for name in names],
            [NAMES[name] + (of if at == 0 else "") for at, name in enumerate(names)],
        )

    def _samples(self, frame: Frame) -> None:
        pictures = [frame.sheet.picture(self.channel, i) for i in range(frame.sheet.count)]
        self.show(pictures, [f"{i + 1} · {NAMES[self.channel]}" for i in range(len(pictures))])


def _in_order(frame: Frame) -> list[str]:
    return [name for name in CHANNELS if name in frame.sheet.channels]
