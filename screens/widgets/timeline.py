"""The steps of a run on a bar, a cursor and keys to walk them, the numbers of the one under it."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget

from engine.events import Frame
from screens import keys
from screens.widgets import numbers
from screens.widgets.progress_track import Piece, Track

SPEEDS = (1, 2, 4, 8, 16, 32)
"""Frames a second."""


class Playback:
    """Lets a timeline's cursor walk on by itself, at one of SPEEDS."""

    def __init__(self, timeline: "Timeline") -> None:
        self._timeline = timeline
        self._speed = SPEEDS.index(8)
        self._timer: Timer | None = None

    @property
    def playing(self) -> bool:
        """Whether the cursor walks on."""
        return self._timer is not None

    @property
    def speed(self) -> int:
        """Frames a second."""
        return SPEEDS[self._speed]

    def toggle(self) -> None:
        """Play from the cursor, from the start when it is at the end; or stop."""
        timeline = self._timeline
        if self.playing or not timeline.frames:
            return self.stop()
        if timeline.cursor == len(timeline.frames) - 1:
            timeline.go_to(0)
        self._start()

    def pace(self, by: int) -> None:
        """Play at a speed so many higher, or lower."""
        self._speed = max(0, min(self._speed + by, len(SPEEDS) - 1))
        if self.playing:
            self._start()

    def stop(self) -> None:
        """Stay where the cursor is."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self._timeline.refresh()

    def _start(self) -> None:
        self.stop()
        self._timer = self._timeline.set_interval(1 / self.speed, self.step)

    def step(self) -> None:
        """On by one frame; at the end it stops."""
        timeline = self._timeline
        timeline.go(+1)
        if timeline.cursor >= len(timeline.frames) - 1:
            self.stop()


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

    live: reactive[bool] = reactive(False)
    """Whether more frames are to come."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.frames: list[Frame] = []
        self.cursor = -1
        self.sample = 0
        self.track = Track()
        self.playback = Playback(self)
        self._following = True

    @property
    def frame(self) -> Frame | None:
        """The frame under the cursor; None while there is none."""
        return self.frames[self.cursor] if self.frames else None

    def load(self, frames: Sequence[Frame], totals: Iterable[int] = ()) -> None:
        """Show a run that is over, or the part of one that is there; the cursor is on its end.

        ``totals`` are its steps, stage by stage.
        """
        self.playback.stop()
        self.frames, self.live = list(frames), False
        self.plan(totals)
        self.go_to(len(self.frames) - 1)

    def plan(self, totals: Iterable[int]) -> None:
        """Say how many steps each stage will have, once that is known."""
        self.track = Track(tuple(totals))
        for frame in self.frames:
            self.track = self.track.with_frame(frame)
        self.refresh()

    def add(self, frame: Frame) -> None:
        """One more frame of the live run."""
        self.frames.append(frame)
        self.track = self.track.with_frame(frame)
        if self._following and not self.playback.playing:
            self.go_to(len(self.frames) - 1)
        self.refresh()

    def go(self, delta: int) -> None:
        """Move the cursor by ``delta`` frames; it stays within what has arrived."""
        if self.frames:
            self.go_to(self.cursor + delta)

    def go_to(self, index: int) -> None:
        """Move the cursor to a frame or the nearest one; at the newest, follow those to come."""
        cursor = max(0, min(index, len(self.frames) - 1)) if self.frames else -1
        self._following = cursor >= len(self.frames) - 1
        if cursor != self.cursor or self.frame is not None:
            self.cursor = cursor
            if self.frame is not None:
                self.post_message(self.Moved(self, self.frame))
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        slots = [self.track.slot(frame) for frame in self.frames]
        column = event.x - self.styles.padding.left
        nearest = self.track.nearest(column, self.content_size.width, slots)
        if nearest is not None:
            self.go_to(nearest)

    def render_line(self, y: int) -> Strip:
        width = self.content_size.width
        pieces = _bar(self, width) if y == 0 else _numbers(self, width) if y == 1 else []
        segments = [
            Segment(text, self.get_component_rich_style(f"timeline--{role}"))
            for text, role in pieces
        ]
        return Strip(segments).adjust_cell_length(width, self.rich_style)


def _bar(timeline: Timeline, width: int) -> list[Piece]:
    slots = [timeline.track.slot(frame) for frame in timeline.frames]
    return timeline.track.bar(width, slots, slots[timeline.cursor] if slots else None)


def _numbers(timeline: Timeline, width: int) -> list[Piece]:
    """What is known of the frame under the cursor."""
    frame = timeline.frame
    if frame is None:
        return []
    digits = len(str(max(timeline.track.totals)))
    facts = numbers.numbers(frame, digits, timeline.sample)
    return numbers.spread(facts, _right(timeline, frame), width)


def _right(timeline: Timeline, frame: Frame) -> Piece:
    """The speed while it plays, the time that is left while it is live, or the time it took."""
    if timeline.playback.playing:
        return f"▶ {timeline.playback.speed:>2}/s   ", "playing"
    newest = timeline.frames[-1]
    if timeline.live:
        seconds = numbers.left(timeline.frames, newest.total, newest.index + 1)
        if seconds is not None:
            return f"{numbers.clock(seconds)} left", "label"
    return f"{numbers.clock(frame.seconds)}     ", "label"


WALKING = ("back", "next", "far_back", "far_next", "first", "last")
PLAYING = ("play", "slower", "faster")


class TimelinePlayer(Vertical):
    """Holds a :class:`Timeline`; a screen that shows one has these keys from it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *keys.bindings(*(f"timeline.{name}" for name in (*WALKING, *PLAYING)))
    ]
    DEFAULT_CSS = """
    TimelinePlayer { height: auto; }
    """

    def __init__(self, **options: Any) -> None:
        self.timeline = Timeline()
        super().__init__(self.timeline, **options)

    def action_play(self) -> None:
        self.timeline.playback.toggle()

    def action_go(self, delta: int) -> None:
        self.timeline.go(delta)

    def action_home(self) -> None:
        self.timeline.go_to(0)

    def action_end(self) -> None:
        self.timeline.go_to(len(self.timeline.frames) - 1)

    def action_slower(self) -> None:
        self.timeline.playback.pace(-1)

    def action_faster(self) -> None:
        self.timeline.playback.pace(+1)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return len(self.timeline.frames) > 1
