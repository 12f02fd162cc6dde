"""The pictures of one step: its channels side by side, or one channel of all samples."""

from collections.abc import Callable, Sequence
from typing import Any

from PIL import Image
from textual import events

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
SMALLER = " · stage I"
"""What is said of a sample that stage II does not enlarge, beside its steps."""
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


class Panes(PictureGrid):
    """Shows a step by its channels, or all samples by one channel; the view around it has the keys.

    Samples stand in ``order``, or in their own; a step that does not draw one shows it as the step
    that ``showing`` names does. What it shows may be given to it. ``samples`` draws all samples of
    a step by one channel. ``overlay`` may show something in place of a step, by :meth:`present`,
    now or later, and says whether it does. ``one_channel`` says that only one is seen at a time, so
    that :meth:`next_channel` goes through all of them.
    """

    def __init__(
        self,
        samples: "Callable[[Panes, Frame], Shown] | None" = None,
        overlay: Callable[[Frame | None], bool] = lambda frame: False,
        one_channel: Callable[[], bool] = lambda: False,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self._draw_samples = samples or sample_pictures
        self._overlay, self._one_channel = overlay, one_channel
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
        self.order: Sequence[int] = ()
        self.begun: Callable[[Frame, int], bool] = lambda frame, sample: True
        self.showing: Callable[[Frame, int], Frame] = lambda frame, sample: frame

    @property
    def before(self) -> int:
        """How many pictures stand before those of the samples."""
        return int(self.together and self.original is not None)

    def ordered(self, count: int) -> Sequence[int]:
        """The samples in the order in which they stand."""
        return self.order if len(self.order) == count else range(count)

    def see(self, frame: Frame | None, waiting: str = "") -> None:
        """Show a step; with none, an empty place that says what it waits for."""
        self.frame, self.waiting = frame, waiting
        if self._overlay(frame):
            return
        if frame is None:
            images, labels, marked = _places(self)
        else:
            self.sample = min(self.sample, frame.sheet.count - 1)
            images, labels, marked = (
                self._draw_samples(self, frame) if self.together else self._channels(frame)
            )
        if self.before:
            images, labels = [self.original, *images], [self.first, *labels]
        across = self.columns if self.together else 0
        self.present((images, labels, marked + self.before), across)

    def present(self, shown: Shown, across: int = 0) -> None:
        """Show these pictures, ``across`` of them side by side; 0 leaves it to the room."""
        images, labels, marked = shown
        self.show(images, labels, across)
        self.selected = marked

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
        alone = self.single or self.together or self._one_channel()
        return 1 if alone else fitting(*self.content_size, len(available))

    def _channels(self, frame: Frame) -> Shown:
        available = _in_order(frame)
        names = chosen(available, self._room(available), self.channel)
        shown = self.showing(frame, self.sample)
        pictures = [shown.sheet.picture(name, self.sample) for name in names]
        many = frame.sheet.count > 1
        which = f" · {_title(self, frame)}" if many else ""
        labels = [NAMES[name] + (which if at == 0 else "") for at, name in enumerate(names)]
        marked = names.index(self.channel) if self.channel in names else 0
        return pictures, labels, marked


def sample_pictures(panes: Panes, frame: Frame) -> Shown:
    """Every sample by the channel that is looked at; one that has not begun as its noised start."""
    channels = frame.sheet.channels
    default = "x0" if "x0" in channels else channels[0]
    channel = panes.channel if panes.channel in channels else default
    order = panes.ordered(frame.sheet.count)
    begun = [panes.begun(frame, i) for i in order]
    shows = [panes.showing(frame, i) for i in order]
    pictures = [
        step.sheet.picture(channel if there else "x", i)
        for i, step, there in zip(order, shows, begun, strict=True)
    ]
    named = panes.titles or [str(i + 1) for i in range(len(order))]
    what = [f" · {NAMES[channel]}" if there else f" {NOISED}" for there in begun]
    where = ["" if step is frame else SMALLER for step in shows]
    labels = [named[i] + a + b for i, a, b in zip(order, what, where, strict=True)]
    return pictures, labels, order.index(panes.sample)


def _places(panes: Panes) -> Shown:
    """Where pictures will be."""
    named = list(panes.titles) if panes.together and panes.titles else [panes.waiting]
    return [None] * len(named), named, min(panes.sample, len(named) - 1)


def _title(panes: Panes, frame: Frame) -> str:
    """What the sample is called that is looked at by its channels."""
    sample, titles = panes.sample, panes.titles
    title = titles[sample] if titles else f"sample {sample + 1} of {frame.sheet.count}"
    title = title if panes.begun(frame, sample) else f"{title} {NOISED}"
    return title if panes.showing(frame, sample) is frame else f"{title}{SMALLER}"


def _in_order(frame: Frame) -> list[str]:
    return [name for name in CHANNELS if name in frame.sheet.channels]
