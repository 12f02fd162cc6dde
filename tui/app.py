"""The Textual app: the places, the engine thread's owner, and what leaving means."""

import gc
from collections.abc import Callable, Container, Mapping
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from textual import events as ui
from textual.binding import BindingType
from textual.screen import Screen
from textual.timer import Timer

from engine.control import Control
from engine.errors import BadInput
from engine.events import Event, RetrySuggested
from engine.runs.run_state import RunState
from engine.specs import Open, Prepare, Spec
from engine.specs.cascade_fields import placed
from screens import keys, messages
from screens.base.mode_screen import ModeScreen
from screens.base.workspace import Workspace
from screens.picture.streaming import Streaming
from screens.session import Session
from tui.config import Config
from tui.engine_bridge import Adapter
from tui.offers import offer
from tui.palette import Commands
from tui.quit import Leaving
from tui.redraw_budget import Pace
from tui.state_file import Memory

if TYPE_CHECKING:
    from engine.job import Emit
    from engine.runs.remote_control import Hand
    from engine.worker import Worker

PLACES = {
    "generate": "screens.generate:GenerateScreen",
    "denoise": "screens.denoise.screen:DenoiseScreen",
    "edit": "screens.edit.screen:EditScreen",
    "inpaint": "screens.inpaint.screen:InpaintScreen",
    "illusions": "screens.illusions.screen:IllusionsScreen",
    "digits": "screens.digits.screen:DigitsScreen",
    "runs": "screens.runs.screen:RunsScreen",
    "doctor": "screens.doctor:DoctorScreen",
}
"""Imported when first shown, so that the first paint waits for no other place."""
HOMES = {
    "anagram": "illusions",
    "hybrid": "illusions",
    "compose": "illusions",
    "train": "digits",
    "digit_sample": "digits",
}
"""Where runs are watched whose kind has no place of its own name."""


class QuitRequested(ui.Event):
    """Asked from outside, by a signal: end with this exit code."""

    def __init__(self, code: int) -> None:
        super().__init__()
        self.code = code


class StartsEngine(Protocol):
    """Makes the worker; tests put one without torch in its place."""

    def __call__(self, emit: "Emit") -> "Worker": ...


def engine_worker(emit: "Emit") -> "Worker":
    """The real one; imported only now, after the first paint."""
    from engine.worker import Worker

    return Worker(emit)


class Diffuscope(Streaming, Leaving):
    """Owns the engine's worker and hands messages on; the screens own all behaviour."""

    TITLE = "Diffuscope"
    CSS_PATH = Path(__file__).with_name("theme.tcss")
    DEFAULT_MODE = "generate"
    COMMANDS: ClassVar[set[Any]] = {Commands}
    BINDINGS: ClassVar[list[BindingType]] = [
        *keys.bindings("app", "view.link", "picture.still"),
        *map(keys.binding, keys.places(PLACES)),
    ]

    def __init__(
        self,
        model: str = "tiny-if",
        stage2: str = "auto",
        device: str = "auto",
        config: Config | None = None,
        memory: Memory | None = None,
        make_worker: StartsEngine = engine_worker,
        pace: Pace | None = None,
        **ways: Any,
    ) -> None:
        """``ways`` are fields of every request that opens a cascade: plan, text_encoder ..."""
        super().__init__()
        self.config, self.memory = config or Config(), memory or Memory()
        self.bandwidth = self.config.bandwidth
        self.session = Session(model=Path(model).name, listeners=[self._heard])
        self._cascade = {"model": model, "stage2": stage2, "device": device}
        self._ways = dict(ways)
        self._make_worker = make_worker
        self._waiting: list[messages.SubmitRun] = []
        self._saving: Timer | None = None
        self._pace, self._look_later = pace or Pace(), False
        for name in PLACES:
            self.add_mode(name, partial(self._make_place, name))
        self.set_keymap(self.config.keys)

    def on_mount(self) -> None:
        wanted = self.memory.of("program").get("theme", self.config.theme)
        known = wanted in self.available_themes
        self.theme = wanted if known else Config.theme
        problems = [] if known else [f"theme {wanted!r} is unknown; : has `app: theme`"]
        for line in (*self.config.problems, *problems):
            self.notify(line, severity="warning", timeout=10)

    def on_ready(self) -> None:
        """The first paint is on the screen: now the engine may be imported and started."""
        gc.freeze()
        gc.enable()
        self._worker = self._make_worker(Adapter(self.session.inbox, self.post_message))
        self._worker.start()
        self._worker.submit(Open.parse({**self._cascade, **self._ways}))
        waiting, self._waiting = self._waiting, []
        for ask in waiting:
            self.call_later(self.on_submit_run, ask)

    def on_engine_events(self) -> None:
        if self._look_later:
            return
        if (wait := self._pace.wait) <= 0:
            self._look()
        else:
            self._look_later = True
            self.set_timer(wait, self._look)

    def _heard(self, batch: list[Event]) -> None:
        for event in batch:
            if isinstance(event, RetrySuggested):
                offer(self, event, partial(self._again, event.run))

    def _look(self) -> None:
        self._look_later = False
        self._pace.begin()
        self.session.absorb()
        self.call_after_refresh(self._pace.end)

    async def on_submit_run(self, ask: messages.SubmitRun) -> None:
        """Hand a request to the engine; one that leaves a run is watched in its own place.

        The place is there before the first event, so that it hears of it.
        """
        if self._worker is None:
            self._waiting.append(ask)
            return
        spec = placed(ask.spec, self._ways)
        if not spec.has_run_folder:
            if isinstance(ask.spec, Prepare):
                self.session.preview_requests.ask(ask.spec)
            self._worker.submit(spec)
            return
        if (home := _home(spec)) in PLACES:
            await self.switch_mode(home)
        folder = ask.folder or _folder_for(spec, self.session.states)
        name = self._worker.submit(spec, folder)
        self.session.begin(name, spec, folder)

    def _again(self, run: str, changes: Mapping[str, str]) -> None:
        """Ask once more for a run, or for the cascade itself, with changes that hold from now."""
        self._ways |= changes
        state = self.session.states.get(run)
        spec = state.spec if state else Open.parse({**self._cascade, **self._ways})
        self.post_message(messages.SubmitRun(spec.model_copy(update=changes)))

    async def on_branch(self, branch: messages.Branch) -> None:
        """The place of what is asked for has the form for it, wherever the run is shown."""
        home = _home(branch.spec)
        await self.switch_mode(home)
        self.get_screen_stack(home)[0].query_one(Workspace).begin_branch(branch)

    async def on_open_run(self, visit: messages.OpenRun) -> None:
        """Show a run on the timeline of its own place."""
        try:
            trace = self.session.states.get(visit.run) or _read(visit.run)
        except BadInput as error:
            self.notify(str(error), severity="error")
            return
        home = _home(trace.spec)
        name = "runs" if trace.spec.resumable and home not in PLACES else home
        if name in PLACES:
            await self.switch_mode(name)
            place = self.get_screen_stack(name)[0]
            if isinstance(place, ModeScreen):
                place.show_run(trace)

    def on_cancel(self, message: messages.Cancel) -> None:
        self._control(message.run, lambda hand: hand.cancel(message.now), cancelling=True)

    def on_pause(self, message: messages.Pause) -> None:
        self._control(message.run, lambda hand: hand.pause(), paused=True)

    def on_resume(self, message: messages.Resume) -> None:
        self._control(message.run, lambda hand: hand.resume(), paused=False)

    def on_request_checkpoint(self, message: messages.RequestCheckpoint) -> None:
        self._control(message.run, lambda hand: hand.keep())

    def on_step_once(self, message: messages.StepOnce) -> None:
        self._control(message.run, lambda hand: hand.step(), paused=True)

    def on_save_ui_state(self) -> None:
        """Saved a moment later, so that typing is not a write for every letter."""
        if self._saving is not None:
            self._saving.stop()
        self._saving = self.set_timer(0.5, self._save)

    def on_quit_requested(self, leave: QuitRequested) -> None:
        self.exit(return_code=leave.code)

    def action_place(self, name: str) -> None:
        self.switch_mode(name)

    def action_toggle_help(self) -> None:
        if self.screen.query("HelpPanel"):
            self.action_hide_help_panel()
        else:
            self.action_show_help_panel()

    def _save(self) -> None:
        if problem := self.memory.save():
            self.notify(problem, severity="warning")

    def _control(self, run: str, move: "Callable[[Control | Hand], None]", **changed: bool) -> None:
        hand = self._worker.control(run) if self._worker else None
        try:
            move(hand or _hand(run))
        except BadInput as error:
            self.notify(str(error), severity="warning")
            return
        self.session.mark(run, **changed)

    def _make_place(self, name: str) -> Screen[None]:
        module, _, kind = PLACES[name].partition(":")
        place: type[ModeScreen] = getattr(import_module(module), kind)
        return place(self.session, tuple(PLACES), self.memory.of(name), self._cascade)


def _home(spec: Spec) -> str:
    """The place of such runs, if there is one."""
    return HOMES.get(spec.kind, spec.kind)


def _folder_for(spec: Spec, taken: Container[str]) -> Path:
    from engine import runs

    return runs.folder_for(spec, taken)


def _hand(run: str) -> "Hand":
    """The hand on a run of another process; BadInput where none is at it."""
    from engine import runs
    from engine.runs import remote_control

    return remote_control.hand(runs.open_run(run))


def _read(run: str) -> RunState:
    from engine import runs

    return runs.open_run(run).state
