"""The Textual app: the places, the owner of the engine and of what a person keeps."""

import gc
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar

from textual import on
from textual.binding import BindingType
from textual.worker import Worker

from engine.errors import BadInput
from engine.runs.run_state import RunState
from engine.specs import KINDS
from screens import keys, messages
from screens.base.mode_screen import ModeScreen
from screens.base.workspace import Workspace
from screens.picture.picture_app import PictureApp
from screens.session import Session
from tui.config import Config
from tui.engine_bridge import EngineBridge, RedrawBudget, StartsEngine, engine_worker
from tui.palette import Commands
from tui.quit import Quit
from tui.state_file import StateFile

PLACES = (
    *dict.fromkeys(kind.screen for kind in KINDS.values() if kind.screen and kind.has_run_folder),
    *("runs", "doctor"),
)
"""The screens that the kinds of requests declare, those with runs first, in their order."""


class Diffuscope(PictureApp):
    """Hands messages on, between the screens and the engine; the screens own all behaviour."""

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
        memory: StateFile | None = None,
        make_worker: StartsEngine = engine_worker,
        budget: RedrawBudget | None = None,
        **options: Any,
    ) -> None:
        """``options`` are fields of every request that opens a cascade: plan, text_encoder ..."""
        super().__init__()
        self.config, self.memory = config or Config(), memory or StateFile()
        self.bandwidth = self.config.bandwidth
        self.session = Session(model=Path(model).name)
        self.cascade = {"model": model, "stage2": stage2, "device": device}
        self.engine = EngineBridge(self, self.session, self.cascade, options, make_worker, budget)
        self.leaving = Quit(self, self.engine, self.memory)
        self._waiting: list[messages.SubmitRun] = []
        for name in PLACES:
            self.add_mode(name, partial(_make_place, name, self))
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
        self.engine.start()
        waiting, self._waiting = self._waiting, []
        for request in waiting:
            self.call_later(self.on_submit_run, request)

    def on_engine_events(self) -> None:
        self.engine.look()

    async def on_submit_run(self, request: messages.SubmitRun) -> None:
        """Hand a request to the engine; one that leaves a run is watched in its own place.

        The place is there before the first event, so that it hears of it.
        """
        if self.engine.worker is None:
            self._waiting.append(request)
            return
        spec = request.spec
        if spec.has_run_folder and spec.screen in PLACES:
            await self.switch_mode(spec.screen)
        self.engine.submit(spec, request.folder)

    @on(messages.RunMessage)
    def order(self, message: messages.RunMessage) -> None:
        """Order something of a run."""
        self.engine.order(message)

    async def on_branch(self, branch: messages.Branch) -> None:
        """The place of what is asked for has the form for it, wherever the run is shown."""
        place = branch.spec.screen
        await self.switch_mode(place)
        self.get_screen_stack(place)[0].query_one(Workspace).begin_branch(branch)

    async def on_open_run(self, message: messages.OpenRun) -> None:
        """Show a run on the timeline of its own place."""
        try:
            run = self.session.states.get(message.run) or _read(message.run)
        except BadInput as error:
            self.notify(str(error), severity="error")
            return
        name = "runs" if run.spec.resumable and not run.spec.screen else run.spec.screen
        if name in PLACES:
            await self.switch_mode(name)
            place = self.get_screen_stack(name)[0]
            if isinstance(place, ModeScreen):
                place.show_run(run)

    def on_detach(self, detach: messages.Detach) -> None:
        _: Worker[None] = self.run_worker(self.leaving.watch_apart(detach.spec, detach.folder))

    def on_save_ui_state(self) -> None:
        self.memory.save_soon(self)

    async def action_quit(self) -> None:
        self.leaving.request()

    def action_toggle_help(self) -> None:
        if self.screen.query("HelpPanel"):
            self.action_hide_help_panel()
        else:
            self.action_show_help_panel()


def _make_place(name: str, app: Diffuscope) -> ModeScreen:
    """A place's screen, when it is first shown."""
    return _screen(name)(app.session, PLACES, app.memory.of(name), app.cascade)


def _screen(name: str) -> type[ModeScreen]:
    """The screen of a place: of the module ``screens.NAME``, or of its ``screen``.

    Imported when it is first shown, so that the first paint waits for no other place.
    """
    room = import_module(f"screens.{name}")
    module = import_module(f"screens.{name}.screen") if hasattr(room, "__path__") else room
    kinds = (value for value in vars(module).values() if isinstance(value, type))
    return next(k for k in kinds if issubclass(k, ModeScreen) and getattr(k, "NAME", "") == name)


def _read(run: str) -> RunState:
    from engine import runs

    return runs.open_run(run).state
