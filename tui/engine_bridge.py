"""Between the app and the engine: requests and orders to its worker, its events in good time."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, Protocol

from textual.app import App

from engine.errors import BadInput
from engine.events import Event, RetrySuggested
from engine.specs import Open, Prepare, Spec
from engine.specs.cascade import placed
from screens import messages
from screens.dialogs.questions import Picker
from screens.session import Session

if TYPE_CHECKING:
    from engine.control import Control
    from engine.job import Emit
    from engine.runs.remote_control import RemoteControl
    from engine.worker import Worker

SHARE, LONGEST = 0.05, 0.25
"""Of one core's time that looking may take; seconds between two looks at the most."""


class RedrawBudget:
    """Looks wait for one another in proportion to what the last ones cost.

    A step that takes longer than the wait is seen at once; of quicker ones some are drawn, and all
    are on the timeline. ``share`` 1 looks at everything.
    """

    def __init__(self, share: float = SHARE, now: Callable[[], float] = monotonic) -> None:
        self._share, self._now = share, now
        self._begun = self._ended = self._cost = 0.0

    @property
    def wait(self) -> float:
        """Seconds until the next look may begin; not above 0 when it may now."""
        gap = min(self._cost * (1 / self._share - 1), LONGEST)
        return self._ended + gap - self._now()

    def begin(self) -> None:
        """A look begins."""
        self._begun = self._now()

    def end(self) -> None:
        """What it changed is on the screen."""
        self._ended = self._now()
        self._cost = (self._cost + self._ended - self._begun) / 2


Order = Callable[["Control | RemoteControl", Any], None]
ORDERS: dict[type[messages.RunMessage], tuple[Order, dict[str, bool]]] = {
    messages.Cancel: (lambda control, message: control.cancel(message.now), {"cancelling": True}),
    messages.Pause: (lambda control, _: control.pause(), {"paused": True}),
    messages.Resume: (lambda control, _: control.resume(), {"paused": False}),
    messages.StepOnce: (lambda control, _: control.step(), {"paused": True}),
    messages.RequestCheckpoint: (lambda control, _: control.keep(), {}),
}
"""What a message orders of a run, and what a person is shown of that at once."""


class StartsEngine(Protocol):
    """Makes the worker; tests put one without torch in its place."""

    def __call__(self, emit: "Emit") -> "Worker": ...


def engine_worker(emit: "Emit") -> "Worker":
    """The real one; imported only now, after the first paint."""
    from engine.worker import Worker

    return Worker(emit)


class EngineBridge:
    """Owns the worker. Called on the engine's thread for every event; never waits.

    The event is kept in the session's inbox, so that a timeline misses no step; the message that
    asks for a look at it coalesces, so that a slow terminal draws fewer of them. ``cascade`` is
    the model, stage II and device of the program; ``options`` are fields of every request that
    opens a cascade, such as its memory plan.
    """

    def __init__(
        self,
        app: App[Any],
        session: Session,
        cascade: Mapping[str, str],
        options: Mapping[str, Any],
        make_worker: StartsEngine = engine_worker,
        budget: RedrawBudget | None = None,
    ) -> None:
        self.worker: Worker | None = None
        self.make_worker = make_worker
        self._app, self.session = app, session
        self._cascade, self._options = dict(cascade), dict(options)
        self._budget, self._look_later = budget or RedrawBudget(), False
        session.listeners.append(self._suggest)

    def __call__(self, event: Event) -> None:
        self.session.inbox.append(event)
        self._app.post_message(messages.EngineEvents())

    def start(self) -> None:
        """Start the engine, and let it open the program's cascade."""
        self.worker = self.make_worker(self)
        self.worker.start()
        self.worker.submit(Open.parse({**self._cascade, **self._options}))

    def submit(self, request: Spec, folder: Path | None) -> None:
        """Hand a request to the engine that was started; its run goes to ``folder``."""
        assert self.worker is not None
        spec = placed(request, self._options)
        if not spec.has_run_folder:
            if isinstance(request, Prepare):
                self.session.preview_requests.ask(request)
            self.worker.submit(spec)
            return
        from engine import runs

        folder = folder or runs.folder_for(spec, self.session.states)
        name = self.worker.submit(spec, folder)
        self.session.begin(name, spec, folder)

    def order(self, message: messages.RunMessage) -> None:
        """Order something of a run, of this process or of another one of this machine."""
        give, marks = ORDERS[type(message)]
        own = self.worker.control(message.run) if self.worker else None
        try:
            give(own or _remote(message.run), message)
        except BadInput as error:
            self._app.notify(str(error), severity="warning")
            return
        self.session.mark(message.run, **marks)

    def close(self, timeout: float) -> bool:
        """End the engine; False when it is still in a call after ``timeout`` seconds."""
        return self.worker is None or self.worker.close(timeout)

    def look(self) -> None:
        """Take what happened to the screens, now or as soon as the budget has it."""
        if self._look_later:
            return
        if (wait := self._budget.wait) <= 0:
            self._look()
        else:
            self._look_later = True
            self._app.set_timer(wait, self._look)

    def _look(self) -> None:
        self._look_later = False
        self._budget.begin()
        self.session.absorb()
        self._app.call_after_refresh(self._budget.end)

    def _suggest(self, batch: list[Event]) -> None:
        """Ask, over whatever is shown, whether to try with other values what failed."""
        for event in batch:
            if isinstance(event, RetrySuggested):
                self._app.push_screen(retry_picker(event), partial(self._retry, event))

    def _retry(self, event: RetrySuggested, chosen: str | None) -> None:
        """Ask once more for a run, or for the cascade itself, with changes that hold from now."""
        if chosen == "again":
            changes = dict(event.changes)
            self._options |= changes
            state = self.session.states.get(event.run)
            opening = Open.parse({**self._cascade, **self._options})
            spec = state.spec if state else opening
            self._app.post_message(messages.SubmitRun(spec.model_copy(update=changes)))


def retry_picker(event: RetrySuggested) -> Picker:
    """The question whether to run again with the values that the engine suggests."""
    changes = (f"{name.replace('_', ' ')} {value}" for name, value in event.changes)
    again = f"run it again with {', '.join(changes)}, and what follows too"
    options = [("again", again), ("leave", "leave it")]
    return Picker(event.text, options, "what was asked for stays as it is")


def _remote(run: str) -> "RemoteControl":
    """The control of a run of another process; BadInput where none is at it."""
    from engine import runs
    from engine.runs import remote_control

    return remote_control.control_of(runs.open_run(run))
