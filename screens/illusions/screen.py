"""Illusions: one picture that is several, when it is turned or seen from afar."""

from collections.abc import Iterable

from textual.widget import Widget

from engine.errors import BadInput
from engine.runs import replay
from engine.runs.run_state import RunState
from engine.specs import Illusion
from screens.base.mode_screen import ModeScreen
from screens.base.run_follower import RunFollower
from screens.base.workspace import Workspace
from screens.illusions.forms import FormCommands, illusion_forms
from screens.illusions.view import IllusionView


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
    is: it is there to see why that matters.
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
