"""Inpaint: a picture, a mask over it, and what is drawn where the mask is white."""

from collections.abc import Iterable

from textual import events as ui
from textual import on
from textual.widget import Widget

from engine.errors import BadInput
from engine.runs.run_state import RunState
from engine.specs import Inpaint, Pictured, Spec
from screens.base.canvas_editor import CanvasPanel
from screens.base.form_panel import FormPanel
from screens.base.mode_screen import ModeScreen
from screens.base.picture_source import FIRST, PictureLoader, PictureSource
from screens.base.run_follower import RunFollower
from screens.base.run_view import RunView
from screens.base.workspace import Workspace
from screens.inpaint.commands import InpaintCommands
from screens.inpaint.cost_estimate import CostEstimate
from screens.inpaint.mask_editor import MaskEditor
from screens.inpaint.mask_source import MaskSource
from screens.inpaint.saved_masks import AS_DRAWN
from screens.inpaint.view import InpaintView
from screens.messages import SubmitRun, send
from screens.session import preview_request
from screens.widgets.canvas.canvas import Canvas


class InpaintScreen(ModeScreen):
    """The mask is drawn over the picture; it stays when anything else changes."""

    NAME = "inpaint"
    HELP = """
    ## The inpainting

    The picture under its mask, and what becomes of it: **white is replaced**, all else stays to
    the byte. **d** draws the mask, **o** takes another picture, **ctrl+g** runs, **M** shows the
    mask another way, **v** shows the difference from the original: outside the mask it is 0.
    **Enter** shows a step's channels. RePaint's jumps stand above the timeline, up and down in t.
    """

    def body(self) -> Iterable[Widget]:
        device, typed = self.cascade["device"], self.memory.get("ask", {})
        model = {name: self.cascade[name] for name in ("model", "stage2")}
        values = {"mask": AS_DRAWN, "image": FIRST} | typed | model
        self.form = FormPanel(Inpaint, values, device, self.session)
        self.form.accept = self._accept
        self.source = PictureSource(self.session, self.form, device)
        self.cost = CostEstimate(
            self.session, self.form, device, lambda spec: send(self.workspace, SubmitRun(spec))
        )
        self.view = InpaintView(self.session, self.source, self.cost)
        self.run_view, self.canvas_panel = self.view.run_view, self.view.canvas_panel
        self.workspace = Workspace(
            self.form,
            self.view,
            RunFollower(self.session, Inpaint, self.run_view, self.cost.tell_ending),
            self.memory,
            guard=self.canvas_panel.close,
            parts=(self.source, InpaintCommands(self.view, self.memory.get("look"))),
        )
        self.command_widgets = self.workspace.command_widgets
        yield self.workspace

    def show_run(self, run: RunState) -> None:
        self.canvas_panel.put_away()
        self.workspace.show_run(run)
        if isinstance(run.spec, Pictured):
            self.source.loader.load(preview_request(run.spec))
        self.view.mask_source.take_of(run)

    def on_submit_run(self, event: SubmitRun) -> None:
        if isinstance(event.spec, Inpaint):
            self.source.loader.load(preview_request(event.spec))

    def on_descendant_focus(self, event: ui.DescendantFocus) -> None:
        """Whoever goes to the form is done with the canvas."""
        if self.canvas_panel.drawing and self.form in event.widget.ancestors:
            self.canvas_panel.close()

    def on_form_panel_changed(self) -> None:
        self.source.follow_form()
        self.view.refresh_pictures()

    @on(Canvas.Changed)
    @on(MaskEditor.Named)
    def _name_mask(self) -> None:
        self.view.mask_source.show_name()
        if not self.canvas_panel.drawing:
            self.view.refresh_pictures()

    @on(RunView.Opened)
    @on(PictureLoader.Changed)
    def _show_picture(self) -> None:
        self.view.show_picture()

    @on(CanvasPanel.Closed)
    @on(MaskSource.Changed)
    @on(CostEstimate.Measured)
    def _refresh(self) -> None:
        self.view.refresh_pictures()

    @on(PictureSource.Chosen)
    @on(CanvasPanel.Left)
    def _look(self) -> None:
        self.workspace.action_leave()

    def _accept(self, spec: Spec) -> None:
        """The mask is a file before a run begins; one that takes long is asked about."""
        assert isinstance(spec, Inpaint)
        try:
            self.cost.confirm(self.view.mask_source.filed(spec))
        except BadInput as error:
            self.notify(str(error), severity="error")
