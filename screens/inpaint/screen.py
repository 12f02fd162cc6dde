"""Inpaint: a picture, a mask over it, and what is drawn where the mask is white."""

from collections.abc import Iterable
from typing import ClassVar

from textual import events as ui
from textual import on
from textual.binding import BindingType
from textual.widget import Widget

from engine.errors import BadInput
from engine.runs.run_state import RunState
from engine.specs import Inpaint, Pictured, Spec
from screens import keys
from screens.base.canvas_editor import CanvasPanel
from screens.base.form_panel import FormPanel
from screens.base.mode_screen import ModeScreen
from screens.base.picture_source import FIRST, PictureLoader, PictureSource
from screens.base.run_follower import RunFollower
from screens.base.run_view import RunView
from screens.base.workspace import Workspace
from screens.canvas import masks
from screens.inpaint.cost_estimate import CostEstimate
from screens.inpaint.mask_editor import MaskEditor
from screens.inpaint.mask_source import MaskSource
from screens.inpaint.saved_masks import AS_DRAWN
from screens.inpaint.view import InpaintView
from screens.messages import SaveUiState, SubmitRun, send
from screens.session import preview_request
from screens.widgets.canvas.canvas import Canvas


class InpaintCommands(Widget):
    """Has no looks; ``look`` is how the mask was shown at the last start."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *keys.bindings("inpaint", "timeline.sample", "timeline.sample_up", "timeline.sample_down")
    ]
    DEFAULT_CSS = """
    InpaintCommands { display: none; }
    """

    def __init__(self, view: InpaintView, look: str | None) -> None:
        super().__init__()
        self.view, self._look = view, look

    def on_mount(self) -> None:
        self.view.show_mask_as(self._look or "")

    def action_draw(self) -> None:
        self.view.draw()
        self.refresh_bindings()

    def action_look(self) -> None:
        self.view.show_mask_as(masks.next_look(self.view.pictures.look))
        send(self, SaveUiState(look=self.view.pictures.look))
        self.view.refresh_pictures()

    def action_seam(self) -> None:
        self.view.pictures.seam = not self.view.pictures.seam
        self.view.run_view.panes.again()

    def action_sample(self, delta: int = 0) -> None:
        self.view.pictures.seam = self.view.pictures.seam and bool(delta)
        self.view.run_view.action_sample(delta)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        run, frames = self.view.run_view.run, self.view.run_view.timeline.frames
        if action == "seam":
            return run is not None and not self.view.pictures.waiting and bool(run.results)
        if action == "sample":
            return bool(frames) and (not parameters or frames[0].sheet.count > 1)
        return True


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
