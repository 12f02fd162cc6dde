"""Generate: ask for pictures, watch them come, walk through their steps, branch from them."""

from collections.abc import Iterable

from textual.widget import Widget

from engine.runs.run_state import RunState
from engine.specs import Generate
from screens.base.form_panel import FormPanel
from screens.base.mode_screen import ModeScreen
from screens.base.run_follower import RunFollower
from screens.base.run_view import RunView
from screens.base.workspace import Workspace


class GenerateScreen(ModeScreen):
    """The first mode; a branch of a run that began with a picture is asked for here too."""

    NAME = "generate"
    HELP = """
    ## The pictures

    One step of the run, channel by channel: the state **x_t**, the model's guess of the clean
    picture **x̂0**, its noise estimate **ε̂**, what guidance added **ε_cond − ε_uncond**, and how
    far x̂0 moved since the step before. Under them lies the timeline. With **best of** the seeds are
    ranked after stage I: the best is first and is enlarged, **u** enlarges another.
    """

    def body(self) -> Iterable[Widget]:
        typed = self.memory.get("ask", {}) | self.cascade
        self.form = FormPanel(Generate, typed, self.cascade["device"], self.session)
        self.run_view = RunView(self.session)
        follower = RunFollower(self.session, Generate, self.run_view)
        self.workspace = Workspace(self.form, self.run_view, follower, self.memory, in_form=True)
        self.command_widgets = self.workspace.command_widgets
        yield self.workspace

    def show_run(self, run: RunState) -> None:
        self.workspace.show_run(run)
