"""The steps of a run on a bar, a cursor to walk them, and the numbers of the step under it."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget

from engine.events import Frame
from screens.widgets import numbers
from screens.widgets.progress_track import Piece, Track

SPEEDS = (1, 2, 4, 8, 16, 32)
"""Frames a second."""


class Timeline(Widget):
    """Two lines. Live, it follows the newest frame until somebody moves back."""

    class Moved(Message):
        """Another frame is under the cursor; only the newest of several waiting is handled."""

        def __init__(self, timeline: "Timeline", frame: Frame) -> None:
            super().__init__()
            self.timeline, self.frame = timeline, frame

        @property
        def control(self) -> "Timeline":
            return self.timeline

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, Timeline.Moved) and message.timeline is self.timeline

    ALLOW_SELECT = False
    ROLES = ("done", "ahead", "mark", "cursor", "label", "value", "playing")
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"timeline--{role}" for role in ROLES}
    DEFAULT_CSS = """
    Timeline {
        height: 2;
        width: 1fr;
        padding: 0 1;
    }
    Timeline > .timeline--done { color: $foreground 60%; }
    Timeline > .timeline--ahead { color: $foreground 20%; }
    Timeline > .timeline--mark { color: $foreground 60%; }
    Timeline > .timeline--cursor { color: $accent; }
    Timeline > .timeline--label { color: $text-muted; }
    Timeline > .timeline--value { color: $foreground; }
    Timeline > .timeline--playing { color: $accent; }
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.frames: list[Frame] = []
        self.cursor = -1
        self.live = False
        self.sample = 0
        self._track = Track()
        self._following = True
        self._speed = SPEEDS.index(8)
        self._timer: Timer | None = None

    @property
    def frame(self) -> Frame | None:
        """The frame under the cursor; None while there is none."""
        return self.frames[self.cursor] if self.frames else None

    @property
    def playing(self) -> bool:
        """Whether the cursor walks on by itself."""
        return self._timer is not None

    def begin(self, totals: Iterable[int] = ()) -> None:
        """A run starts: nothing has arrived yet. ``totals`` are its steps, stage by stage."""
        self.load((), totals)
        self.live = True

    def load(self, frames: Sequence[Frame], totals: Iterable[int] = ()) -> None:
        """Show a run that is over, or the part of one that is there; the cursor is on its end."""
        self._stop()
        self.frames, self.live, self._following = list(frames), False, True
        self.plan(totals)
        self._put(len(self.frames) - 1)

    def plan(self, totals: Iterable[int]) -> None:
        """Say how many steps each stage will have, once that is known."""
        self._track = Track(tuple(totals))
        for frame in self.frames:
            self._track = self._track.with_frame(frame)
        self.refresh()

    def add(self, frame: Frame) -> None:
        """One more frame of the live run."""
        self.frames.append(frame)
        self._track = self._track.with_frame(frame)
        if self._following and not self.playing:
            self._put(len(self.frames) - 1)
        self.refresh()

    def finish(self) -> None:
        """The live run is over."""
        self.live = False
        self.refresh()

    def go(self, delta: int) -> None:
        """Move the cursor by ``delta`` frames; it stays within what has arrived."""
        if self.frames:
            self._put(max(0, min(self.cursor + delta, len(self.frames) - 1)))

    def home(self) -> None:
        """To the first frame."""
        self.go(-len(self.frames))

    def end(self) -> None:
        """To the newest frame, and follow those to come."""
        self.go(len(self.frames))

    def toggle_play(self) -> None:
        """Play from the cursor, from the start when it is at the end; or stop."""
        if self.playing or not self.frames:
            return self._stop()
        if self.cursor == len(self.frames) - 1:
            self.home()
        self._start()

    def slower(self) -> None:
        """Play at the next lower speed."""
        self._pace(-1)

    def faster(self) -> None:
        """Play at the next higher speed."""
        self._pace(+1)

    def _pace(self, change: int) -> None:
        self._speed = max(0, min(self._speed + change, len(SPEEDS) - 1))
        if self.playing:
            self._start()

    def _start(self) -> None:
        self._stop()
        self._timer = self.set_interval(1 / SPEEDS[self._speed], self._tick)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self.refresh()

    def _tick(self) -> None:
        self.go(+1)
        if self.cursor >= len(self.frames) - 1:
            self._stop()

    def _put(self, cursor: int) -> None:
        self._following = cursor >= len(self.frames) - 1
        if cursor != self.cursor or self.frame is not None:
            self.cursor = cursor
            if self.frame is not None:
                self.post_message(self.Moved(self, self.frame))
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        slots = [self._track.slot(f) for f in self.frames]
        found = self._track.nearest(
            event.x - self.styles.padding.left, self.content_size.width, slots
        )
        if found is not None:
            self._put(found)

    def render_line(self, y: int) -> Strip:
        width = self.content_size.width
        pieces = self._bar(width) if y == 0 else self._numbers(width) if y == 1 else []
        segments = [Segment(text, self._style(role)) for text, role in pieces]
        return Strip(segments).adjust_cell_length(width, self.rich_style)

    def _style(self, role: str) -> Any:
        return self.get_component_rich_style(f"timeline--{role}")

    def _bar(self, width: int) -> list[Piece]:
        slots = [self._track.slot(f) for f in self.frames]
        return self._track.bar(width, slots, slots[self.cursor] if slots else None)

    def _numbers(self, width: int) -> list[Piece]:
        if self.frame is None:
            return []
        digits = len(str(max(self._track.totals)))
        facts = numbers.numbers(self.frame, digits, self.sample)
        return numbers.spread(facts, self._right(self.frame), width)

    def _right(self, frame: Frame) -> Piece:
        if self.playing:
            return f"▶ {SPEEDS[self._speed]:>2}/s   ", "playing"
        newest = self.frames[-1]
        seconds = numbers.left(self.frames, newest.total, newest.index + 1) if self.live else None
        if seconds is not None:
            return f"{numbers.clock(seconds)} left", "label"
        return f"{numbers.clock(frame.seconds)}     ", "label"
