"""Illusions: one picture that is several, when it is turned or seen from afar."""

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import BindingType
from textual.containers import Vertical
from textual.widget import Widget

from engine.errors import BadInput
from engine.runs import replay
from engine.runs.run_state import RunState
from engine.specs import Illusion
from screens import keys
from screens.base.mode_screen import ModeScreen
from screens.base.run_follower import RunFollower
from screens.base.run_view import RunView, select_sample
from screens.base.workspace import Workspace
from screens.illusions.forms import FormCommands, illusion_forms
from screens.illusions.panes import IllusionPictures
from screens.messages import SaveUiState, send
from screens.session import Session

AFAR = ("", "afar", "smaller")
BANDS = ("", "bands")


class IllusionView(Vertical):
    """A run view whose pictures are the readings of one picture."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *keys.bindings("illusions.turn", "illusions.afar", "illusions.bands"),
        *keys.bindings("view.single", "view.back"),
    ]
    DEFAULT_CSS = """
    IllusionView { width: 1fr; height: 1fr; }
    """

    def __init__(self, session: Session, apart: bool) -> None:
        self.pictures = IllusionPictures()
        self.pictures.apart = apart
        self.run_view = RunView(
            session,
            self.pictures.panes,
            without=("fold_view",),
            opening=self.pictures.show_run,
            select=self._select,
        )
        super().__init__(self.run_view)

    def action_turn(self, delta: int) -> None:
        self.pictures.turn(delta)
        self.refresh_bindings()

    def action_afar(self) -> None:
        self._display(AFAR)

    def action_bands(self) -> None:
        self._display(BANDS)

    def action_back(self) -> None:
        """From another look at the picture to the readings, or the channels."""
        self._display(AFAR[:1])

    def action_fold_view(self) -> None:
        self.pictures.fold()
        single, apart = self.pictures.panes.single, self.pictures.apart
        send(self, SaveUiState(single=single, apart=apart))
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "back":
            return bool(self.pictures.display)
        can = {"turn": self.pictures.many, "bands": self.pictures.splits}.get(action, True)
        return bool(self.run_view.timeline.frames) and can

    def _display(self, displays: tuple[str, ...]) -> None:
        self.pictures.next_display(*displays)
        self.refresh_bindings()

    def _select(self, index: int) -> None:
        """A picture was chosen: of several samples one, of one sample a reading."""
        if self.pictures.panes.together:
            select_sample(self.run_view, index // self.pictures.row())
        elif self.pictures.mode == "readings":
            self.pictures.reading = index
            self.pictures.panes.again()


class IllusionsScreen(ModeScreen):
    """Three forms, and the readings of what was drawn."""

    NAME = "illusions"
    HELP = """
    ## The illusion

    One picture, and all that it is: each reading turned its own way, under its view and its
    prompt. **t** turns the picture from one to the next, **a** shows it as from afar, a second
    time at decreasing sizes, **l** in the bands that its prompts draw (those without a brightness
    of their own stronger, around grey); **backspace** is the way back. **]** goes between the
    readings and the channels of one picture, **c** changes the channel of all. **v** takes another
    view for the second prompt, **m** another form. A view that *fails* does not keep noise what it
    is: it is there to see why that matters. With **best of** the seeds are ranked by the reading
    that the judge sees least: the best is first and is enlarged, **u** enlarges another.
    """

    def body(self) -> Iterable[Widget]:
        self.forms = illusion_forms(self.memory.get("ask", {}), self.cascade, self.session)
        self.view = IllusionView(self.session, bool(self.memory.get("apart")))
        self.run_view = self.view.run_view
        self.workspace = Workspace(
            self.forms,
            self.view,
            RunFollower(self.session, Illusion, self.run_view),
            self.memory,
            parts=(FormCommands(self.forms),),
            in_form=True,
        )
        self.command_widgets = self.workspace.command_widgets
        yield self.workspace

    def show_run(self, run: RunState) -> None:
        """With the copies that the run kept; code that only its file names is not asked for."""
        try:
            spec = replay.request(run.spec, run.folder)
        except BadInput as error:
            self.notify(str(error), severity="warning", timeout=10)
            spec = replay.without_code(run.spec, run.folder)
        self.workspace.show_run(run, spec)
