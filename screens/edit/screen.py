"""Edit: a picture or a drawing, and what becomes of it from several noise levels."""

from collections.abc import Iterable, Sequence

from textual import events as ui
from textual import on
from textual.widget import Widget

from engine.runs.run_state import RunState
from engine.specs import Edit, Pictured
from screens.base.canvas_editor import CanvasPanel
from screens.base.form_panel import FormPanel
from screens.base.mode_screen import ModeScreen
from screens.base.picture_source import FIRST, PictureLoader, PictureSource
from screens.base.run_follower import RunFollower
from screens.base.run_view import RunView
from screens.base.workspace import Workspace
from screens.edit.view import EditView
from screens.messages import SubmitRun
from screens.session import preview_request


class EditScreen(ModeScreen):
    """Draw, press one key, see six edits."""

    NAME = "edit"
    HELP = """
    ## The edits

    The original, and beside it what becomes of it from each noise level: the farther from the
    picture an edit begins, the more of it is the model's own. **↑ ↓** choose one, **Enter** opens
    it by its channels. **d** draws on the picture, **o** takes another one, **ctrl+g** edits it,
    **u** enlarges the chosen edit, **b** goes on from a step of it in Generate.
    """

    def body(self) -> Iterable[Widget]:
        device, typed = self.cascade["device"], self.memory.get("ask", {})
        values = {"image": FIRST} | typed | {"model": self.cascade["model"]}
        self.form = FormPanel(Edit, values, device, self.session)
        self.source = PictureSource(self.session, self.form, device)
        self.view = EditView(self.session, self.source, self._titles)
        self.run_view, self.canvas_panel = self.view.run_view, self.view.canvas_panel
        stage2 = self.cascade["stage2"]
        self.run_view.commands.stage2 = "auto" if stage2 == "none" else stage2
        self.workspace = Workspace(
            self.form,
            self.view,
            RunFollower(self.session, Edit, self.run_view),
            self.memory,
            guard=self.canvas_panel.close,
            parts=(self.source,),
        )
        self.command_widgets = self.workspace.command_widgets
        yield self.workspace

    def show_run(self, run: RunState) -> None:
        self.canvas_panel.put_away()
        self.workspace.show_run(run)
        if isinstance(run.spec, Pictured):
            self.source.loader.load(preview_request(run.spec))

    def on_submit_run(self, event: SubmitRun) -> None:
        if isinstance(event.spec, Edit):
            self.source.loader.load(preview_request(event.spec))

    def on_descendant_focus(self, event: ui.DescendantFocus) -> None:
        """Whoever goes to the form is done with the canvas."""
        if self.canvas_panel.drawing and self.form in event.widget.ancestors:
            self.canvas_panel.close()

    @on(RunView.Opened)
    @on(PictureLoader.Changed)
    def _show_picture(self) -> None:
        self.view.show_picture()

    def on_form_panel_changed(self) -> None:
        self.source.follow_form()
        self.view.show_picture()

    @on(PictureSource.Chosen)
    @on(CanvasPanel.Left)
    def _look(self) -> None:
        self.workspace.action_leave()

    def _titles(self) -> Sequence[str]:
        spec = self.form.form.attempt().spec
        return spec.sample_titles() if spec else ()
