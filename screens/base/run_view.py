"""The pictures of a run above its timeline, and the commands that both share."""

from typing import Any

from textual.app import ComposeResult
from textual.containers import Vertical

from engine.events import Frame
from engine.runs.run_state import RunState
from screens.widgets.panes import Panes
from screens.widgets.timeline import Timeline


class RunView(Vertical, can_focus=True):
    """Shows one :class:`RunState`, live or old. The screen around it owns the keys."""

    HELP = """
    ## The pictures

    One step of the run, channel by channel: the state **x_t**, the model's guess of the clean
    picture **x̂0**, its noise estimate **ε̂**, what guidance added **ε_cond − ε_uncond**, and how
    far x̂0 moved since the step before. Under them lies the timeline.
    """
    DEFAULT_CSS = """
    RunView { width: 1fr; height: 1fr; }
    RunView > Panes { height: 1fr; }
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.trace: RunState | None = None
        self.panes, self.timeline = Panes(), Timeline()

    def compose(self) -> ComposeResult:
        yield self.panes
        yield self.timeline

    def open(self, trace: RunState) -> None:
        """Put a run on the timeline, its cursor at the end; a live one is followed."""
        self.trace = trace
        self.panes.titles, self.panes.begun = trace.spec.sample_titles(), trace.begun
        self.panes.columns = trace.spec.sample_columns()
        self.panes.sample = 0
        self.panes.together = _count(trace) > 1
        self.timeline.sample = 0
        self.timeline.load(trace.frames, trace.totals)
        self.timeline.live = trace.live
        if not trace.frames:
            self.panes.see(None, trace.doing)

    def grew(self, fresh: list[Frame]) -> None:
        """Steps of the watched run arrived."""
        for frame in fresh:
            self.timeline.add(frame)

    def say(self) -> None:
        """The watched run changed in another way: it waits, it ended, it failed."""
        if self.trace is None:
            return
        self.timeline.plan(self.trace.totals)
        self._show_covered()
        if not self.trace.live:
            self.timeline.live = False
        if not self.trace.frames:
            self.panes.see(None, self.trace.doing)

    def _show_covered(self) -> None:
        """Show a blocked sample as its run now does."""
        assert self.trace is not None
        if self.trace.blocked and self.timeline.frames != self.trace.frames:
            self.timeline.frames = list(self.trace.frames)
            self.panes.see(self.timeline.frame)

    @property
    def browsing(self) -> bool:
        """Whether somebody has gone back to look at earlier steps."""
        return 0 <= self.timeline.cursor < len(self.timeline.frames) - 1

    def next_sample(self, delta: int) -> None:
        """Another of several samples."""
        if self.trace is not None:
            self.panes.sample = (self.panes.sample + delta) % _count(self.trace)
            self.choose(self.panes.sample, self.panes.together)

    def choose(self, sample: int, together: bool) -> None:
        """One sample by its channels, or all samples by one channel."""
        self.panes.sample, self.panes.together = sample, together
        self.timeline.sample = sample
        self.timeline.refresh()
        self.panes.again()

    def on_timeline_moved(self, event: Timeline.Moved) -> None:
        event.stop()
        self.panes.see(event.frame)

    def on_panes_selected(self, event: Panes.Selected) -> None:
        event.stop()
        sample = event.index - self.panes.before
        if self.panes.together and sample >= 0:
            self.choose(sample, together=False)


def _count(trace: RunState) -> int:
    if trace.frames:
        return trace.frames[0].sheet.count
    return len(trace.spec.sample_titles()) or int(getattr(trace.spec, "count", 1))


class TimelineActions:
    """The timeline's commands, for a screen that has a RunView."""

    scope: RunView

    def action_play(self) -> None:
        self.scope.timeline.playback.toggle()

    def action_go(self, delta: int) -> None:
        self.scope.timeline.go(delta)

    def action_home(self) -> None:
        self.scope.timeline.go_to(0)

    def action_end(self) -> None:
        self.scope.timeline.go_to(len(self.scope.timeline.frames) - 1)

    def action_slower(self) -> None:
        self.scope.timeline.playback.pace(-1)

    def action_faster(self) -> None:
        self.scope.timeline.playback.pace(+1)

    def action_channel(self) -> None:
        self.scope.panes.next_channel()

    def action_sample(self, delta: int = 0) -> None:
        panes = self.scope.panes
        if delta:
            self.scope.next_sample(delta)
        else:
            self.scope.choose(panes.sample, not panes.together)

    def action_fold_view(self) -> None:
        self.scope.panes.single = not self.scope.panes.single
        self.scope.panes.again()

    def can(self, action: str) -> bool | None:
        """Whether a command of the timeline makes sense now; None where it is not one of its."""
        frames = self.scope.timeline.frames
        if action in ("go", "home", "end", "play", "slower", "faster"):
            return len(frames) > 1
        if action in ("channel", "fold_view"):
            return bool(frames)
        if action == "sample":
            return bool(frames) and frames[0].sheet.count > 1
        return None
