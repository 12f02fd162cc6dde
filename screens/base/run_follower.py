"""Which run a view shows while runs begin and end: it hears what the engine does."""

from collections.abc import Callable

from textual.widget import Widget

from engine.events import Event, Notice, Queued, Started
from engine.runs.run_state import RunState
from engine.specs import Spec
from screens.base.run_commands import tell_ending
from screens.base.run_view import RunView
from screens.session import Session

Tell = Callable[[Widget, RunState, list[Event]], None]


class RunFollower(Widget):
    """Has no looks. A run of ``kind`` is shown when it begins, unless somebody looks at another.

    ``tell`` says how a run ended.
    """

    DEFAULT_CSS = """
    RunFollower { display: none; }
    """

    def __init__(
        self, session: Session, kind: type[Spec], view: RunView, tell: Tell = tell_ending
    ) -> None:
        super().__init__()
        self.session, self.kind, self.view, self.tell = session, kind, view, tell
        self._queued: set[str] = set()

    def on_mount(self) -> None:
        self.session.listeners.append(self.follow)

    def on_unmount(self) -> None:
        self.session.listeners.remove(self.follow)

    def follow(self, batch: list[Event]) -> None:
        """Show what happened to the run on the timeline, and runs that begin."""
        if not self.is_mounted:
            return
        for event in batch:
            self._notice(event)
        run = self.view.run
        events = [event for event in batch if run and event.run == run.name]
        if run and events:
            self.view.refresh_run()
            self.tell(self, run, events)
            self.refresh_bindings()

    def _notice(self, event: Event) -> None:
        run = self.session.states.get(event.run)
        if run is None or not isinstance(run.spec, self.kind):
            return
        if isinstance(event, Queued):
            self._queued.add(run.name)
            if self.view.run is None or not self.view.run.live:
                self.view.open_run(run)
        elif isinstance(event, Started) and run.name in self._queued:
            self._queued.discard(run.name)
            self._begin(run)
        elif isinstance(event, Notice):
            self.notify(event.text, severity="warning")

    def _begin(self, run: RunState) -> None:
        cursor, steps = self.view.timeline.cursor, len(self.view.timeline.frames)
        looking_back = 0 <= cursor < steps - 1
        if not looking_back or (self.view.run and self.view.run.name == run.name):
            self.view.open_run(run)
        else:
            self.notify(f"{run.name} has begun; it waits in Runs while you look at this one")
