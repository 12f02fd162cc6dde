"""The pictures of one step: its channels side by side, or one channel of all samples."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from PIL import Image
from textual import events
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
NOISED = "noised"
"""What a picture is before the step at which its sample begins."""
SMALL = 40
"""Columns below which a picture is not made smaller for the sake of one more beside it."""

Shown = tuple[list[Image.Image | None], list[str], int]
"""Pictures, their labels, and which is marked."""


def fitting(columns: int, lines: int, channels: int) -> int:
    """How many channels go into the room while each stays at least half of the largest size."""

    def side(count: int) -> int:
        across = arrange(count, columns, lines)
        return min(columns // across, 2 * (lines // -(-count // across) - 1))

    least = min(side(1), max(SMALL, side(1) // 2))
    return max([n for n in range(1, channels + 1) if side(n) >= least], default=1)


def chosen(available: Sequence[str], room: int, channel: str) -> list[str]:
    """The channels shown: the first ones there is room for, the last of them giving way."""
    first = list(available[:room])
    return first if channel in first or channel not in available else [*first[:-1], channel]


class Panes(PictureGrid, inherit_bindings=False):
    """A picture grid that knows channels and samples; the screen has the keys."""

    BINDINGS: ClassVar[list[BindingType]] = []

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.frame: Frame | None = None
        self.waiting = ""
        self.channel = "x0"
        self.sample = 0
        self.single = False
        self.together = False
        self.original: Image.Image | None = None
        self.first = "original"
        self.titles: Sequence[str] = ()
        self.columns = 0
        self.begun: Callable[[Frame, int], bool] = lambda frame, sample: True

    @property
    def before(self) -> int:
        """How many pictures stand before those of the samples."""
        return int(self.together and self.original is not None)

    def see(self, frame: Frame | None, waiting: str = "") -> None:
        """Show a step; with none, an empty place that says what it waits for."""
        self.frame, self.waiting = frame, waiting
        if frame is None:
            images, labels, marked = self._places()
        else:
            self.sample = min(self.sample, frame.sheet.count - 1)
            found = self._samples(frame) if self.together else self._channels(frame)
            images, labels, marked = found
        before = self.before
        own = [self.original, *images] if before else images
        across = self.columns if self.together else 0
        self.show(own, [self.first, *labels] if before else labels, across)
        self.selected = marked + before

    def again(self) -> None:
        """Draw what is shown once more, after something about it changed."""
        self.see(self.frame, self.waiting)

    def next_channel(self) -> None:
        """The channel after this one, among those that are not always there."""
        if self.frame is None:
            return
        available = _in_order(self.frame)
        turning = available[min(self._room(available), len(available)) - 1 :]
        here = turning.index(self.channel) if self.channel in turning else 0
        self.channel = turning[(here + 1) % len(turning)]
        self.again()

    def on_resize(self, _: events.Resize) -> None:
        self.call_after_refresh(self.again)

    def _room(self, available: Sequence[str]) -> int:
        alone = self.single or self.together
        return 1 if alone else fitting(*self.content_size, len(available))

    def _channels(self, frame: Frame) -> Shown:
        available = _in_order(frame)
        names = chosen(available, self._room(available), self.channel)
        pictures = [frame.sheet.picture(name, self.sample) for name in names]
        many = frame.sheet.count > 1
        which = f" · {self._title(self.sample, frame)}" if many else ""
        labels = [NAMES[name] + (which if at == 0 else "") for at, name in enumerate(names)]
        marked = names.index(self.channel) if self.channel in names else 0
        return pictures, labels, marked

    def _samples(self, frame: Frame) -> Shown:
        channel = self.channel if self.channel in frame.sheet.channels else "x0"
        count = frame.sheet.count
        begun = [self.begun(frame, i) for i in range(count)]
        pictures = [frame.sheet.picture(channel if begun[i] else "x", i) for i in range(count)]
        shows = [f" · {NAMES[channel]}" if there else f" {NOISED}" for there in begun]
        named = self.titles or [str(i + 1) for i in range(count)]
        return pictures, [named[i] + shows[i] for i in range(count)], self.sample

    def _places(self) -> Shown:
        """Where pictures will be."""
        named = list(self.titles) if self.together and self.titles else [self.waiting]
        return [None] * len(named), named, min(self.sample, len(named) - 1)

    def _title(self, sample: int, frame: Frame) -> str:
        named = self.titles[sample] if self.titles else f"sample {sample + 1}"
        place = named if self.titles else f"{named} of {frame.sheet.count}"
        return place if self.begun(frame, sample) else f"{place} {NOISED}"


def _in_order(frame: Frame) -> list[str]:
    return [name for name in CHANNELS if name in frame.sheet.channels]
