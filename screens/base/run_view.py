"""A run, live or old: its pictures above its timeline, with the commands on both."""

from collections.abc import Callable, Container, Iterable
from functools import partial
from typing import ClassVar

from textual.binding import BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widget import Widget

from engine.runs import ranking
from engine.runs.run_state import RunState, showing
from screens import keys
from screens.base.run_commands import RunCommands, Selection
from screens.messages import SaveUiState, send
from screens.session import Session
from screens.widgets.panes import Panes
from screens.widgets.timeline import Timeline, TimelinePlayer


class RunView(Vertical, can_focus=True):
    """``panes`` show the step under the timeline's cursor; ``content`` stands above the timeline,
    by default the panes alone.

    Whoever holds it may have actions in the place of its own (``without`` names those), look at a
    run before it is shown (``opening``), and choose by a click on a picture what it stands for
    (``select``).
    """

    class Opened(Message):
        """Another run is on the timeline."""

    class Updated(Message):
        """The run took a step, waits, ended or failed."""

    class ChannelChanged(Message):
        """Another channel is shown."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *keys.bindings("timeline.channel", "timeline.sample", "timeline.sample_up"),
        *keys.bindings("timeline.sample_down", "view.single"),
    ]
    DEFAULT_CSS = """
    RunView { width: 1fr; height: 1fr; }
    RunView > Panes { height: 1fr; }
    """

    def __init__(
        self,
        session: Session,
        panes: Panes | None = None,
        content: Iterable[Widget] = (),
        without: Container[str] = (),
        opening: Callable[[RunState], None] = lambda run: None,
        select: Callable[[int], None] | None = None,
    ) -> None:
        self.run: RunState | None = None
        self.panes, self.player = panes or Panes(), TimelinePlayer()
        self.timeline = self.player.timeline
        self.commands = RunCommands(session, lambda: selection(self))
        self._without, self._opening = without, opening
        self._select = select or (lambda index: select_sample(self, index))
        super().__init__(*(tuple(content) or (self.panes,)), self.player, self.commands)

    def open_run(self, run: RunState) -> None:
        """Put a run on the timeline, its cursor at the end; a live one is followed."""
        self.run = run
        self.panes.begun, self.panes.showing = run.begun, partial(showing, run)
        self.panes.columns = run.spec.sample_columns()
        self.panes.together = sample_count(run) > 1
        self._opening(run)
        take_ranking(self, run)
        self.timeline.load(run.frames, run.totals)
        self.timeline.live = run.live
        if not run.frames:
            self.panes.see(None, run.doing)
        send(self, self.Opened())

    def refresh_run(self) -> None:
        """The run took a step, waits, ended or failed."""
        if self.run is None:
            return
        for frame in self.run.frames[len(self.timeline.frames) :]:
            self.timeline.add(frame)
        self.timeline.plan(self.run.totals)
        if self.run.ranked and not self.panes.order:
            take_ranking(self, self.run)
            self.panes.again()
        if self.run.blocked and self.timeline.frames != self.run.frames:
            self.timeline.frames = list(self.run.frames)
            self.panes.see(self.timeline.frame)
        if not self.run.live:
            self.timeline.live = False
        if not self.run.frames:
            self.panes.see(None, self.run.doing)
        send(self, self.Updated())

    def choose(self, sample: int, together: bool) -> None:
        """One sample by its channels, or all samples by one channel."""
        self.panes.sample, self.panes.together = sample, together
        self.timeline.sample = sample
        self.timeline.refresh()
        self.panes.again()
        self.refresh_bindings()

    def on_timeline_moved(self, event: Timeline.Moved) -> None:
        self.panes.see(event.frame)

    def on_picture_grid_selected(self, event: Panes.Selected) -> None:
        event.stop()
        self._select(event.index)

    def action_channel(self) -> None:
        self.panes.next_channel()
        send(self, SaveUiState(channel=self.panes.channel))
        send(self, self.ChannelChanged())

    def action_sample(self, delta: int = 0) -> None:
        """Another of several samples; with no ``delta`` one of them, or all."""
        if self.run is None:
            return
        order = self.panes.ordered(sample_count(self.run))
        at = order.index(self.panes.sample) + delta
        together = self.panes.together if delta else not self.panes.together
        self.choose(order[at % len(order)], together)

    def action_fold_view(self) -> None:
        self.panes.single = not self.panes.single
        self.panes.again()
        send(self, SaveUiState(single=self.panes.single))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        frames = self.timeline.frames
        if action in self._without or not frames:
            return False
        return action != "sample" or frames[0].sheet.count > 1


def select_sample(view: RunView, index: int) -> None:
    """Of several samples, show the one whose picture was chosen."""
    at = index - view.panes.before
    if view.run and view.panes.together and at >= 0:
        view.choose(view.panes.ordered(sample_count(view.run))[at], together=False)


def take_ranking(view: RunView, run: RunState) -> None:
    """Name the samples, and put the best first; it is chosen unless one is looked at."""
    panes = view.panes
    panes.titles = ranking.titles(run)
    panes.order = run.ranked.order if run.ranked else ()
    if panes.together or not panes.order:
        panes.sample = panes.order[0] if panes.order else 0
    view.timeline.sample = panes.sample


def sample_count(run: RunState) -> int:
    """How many pictures a run draws."""
    if run.frames:
        return run.frames[0].sheet.count
    return len(ranking.titles(run)) or int(getattr(run.spec, "count", 1))


def selection(view: RunView) -> Selection:
    """What commands on the run are about."""
    run, panes = view.run, view.panes
    return Selection(run, view.timeline.frame, panes.sample, _branched(run, panes))


def _branched(run: RunState | None, panes: Panes) -> int | None:
    if run is None or not run.frames or run.frames[0].sheet.count == 1:
        return 0 if run and run.starts else None
    return None if panes.together and not run.starts else panes.sample
