"""What Inpaint shows: the mask over the picture, what is drawn under it, t going down and up."""

from collections.abc import Sequence

from textual.containers import Vertical
from textual.widgets import Static

from engine.runs.run_state import RunState
from engine.specs import Inpaint
from screens.base.canvas_editor import SIDE, CanvasPanel
from screens.base.picture_source import PictureSource, read_picture
from screens.base.run_view import RunView
from screens.canvas import masks
from screens.inpaint import cost_estimate
from screens.inpaint.cost_estimate import CostEstimate
from screens.inpaint.mask_editor import MaskEditor
from screens.inpaint.mask_source import MaskSource
from screens.inpaint.panes import WAITING, InpaintPictures
from screens.session import Session
from screens.widgets.repaint_plot import RepaintPlot


class InpaintView(Vertical):
    """A run view with a mask over a picture, and the canvas on which it is drawn.

    ``request`` is what the form asks for, None where that cannot be done.
    """

    DEFAULT_CSS = """
    InpaintView { width: 1fr; height: 1fr; }
    InpaintView #cost { height: 1; padding: 0 1; color: $text-muted; }
    InpaintView MaskEditor { width: 2fr; }
    InpaintView.-drawing Timeline, InpaintView.-drawing RepaintPlot { display: none; }
    InpaintView.-drawing #cost { display: none; }
    InpaintView MaskKeys { display: none; }
    InpaintView CanvasPanel.-narrow MaskKeys { display: block; }
    InpaintView RepaintPlot { display: none; }
    InpaintView.-jumping RepaintPlot { display: block; }
    """

    def __init__(self, session: Session, source: PictureSource, cost: CostEstimate) -> None:
        self.source, self.cost = source, cost
        self.editor, self.pictures = MaskEditor((SIDE, SIDE)), InpaintPictures()
        self.mask_source = MaskSource(self.editor, source.form)
        self.cost_line, self.repaint_plot = Static("", id="cost", markup=False), RepaintPlot()
        self.canvas_panel = CanvasPanel(
            *(self.editor, self.editor.canvas, self.pictures.panes),
            changed=lambda: self.editor.mask.tobytes() != self._opened,
            keep=self.mask_source.keep,
            kept=lambda name: source.form.form.set_values({"mask": name}),
            toggled=lambda drawing: self.set_class(drawing, "-drawing"),
        )
        content = (self.cost_line, self.canvas_panel, self.repaint_plot)
        panes, opening = self.pictures.panes, self._open_together
        self.run_view = RunView(session, panes, content, without=("sample",), opening=opening)
        super().__init__(self.run_view, self.mask_source, cost)
        self.request: Inpaint | None = None
        self._opened, self._side = b"", 0

    def show_picture(self) -> None:
        """Another picture is there, or another one is wanted: the mask lies over it and stays."""
        image = self.source.loader.image
        self.editor.canvas.lie_over(image)
        if image is not None and image.width != self._side:
            self._side = image.width
            self.mask_source.choose()
        self.refresh_pictures()

    def refresh_pictures(self) -> None:
        """What the run on the timeline shows, or a picture and a mask that wait to be asked for."""
        self.mask_source.lie_over_picture()
        spec = self.source.form.form.attempt().spec
        self.request = spec if isinstance(spec, Inpaint) else None
        line = cost_estimate.line(self.request, self.cost.pace, self.editor.mask)
        self.cost_line.update(line)
        run, pictures = self.run_view.run, self.pictures
        if self.source.loader.shows(run) and covers(self.editor, run):
            self.follow()
        else:
            pictures.waiting, pictures.seam, pictures.panes.together = True, False, True
            if not self.canvas_panel.drawing:
                pictures.put(self.source.loader.image, self.editor.mask)
            pictures.panes.see(None, WAITING)
            draw_jumps(self)
        self.refresh_bindings()

    def follow(self) -> None:
        """Show the run on the timeline, also after waiting for another."""
        waited, self.pictures.waiting = self.pictures.waiting, False
        if waited:
            self.pictures.panes.frame = self.run_view.timeline.frame
        self.on_run_view_updated()

    def draw(self) -> None:
        """Open the canvas; what was drawn stays beside it, without the original."""
        self.source.form.add_class("-folded")
        self._opened = self.editor.mask.tobytes()
        self.pictures.panes.original = None
        self.pictures.panes.again()
        self.canvas_panel.open()

    def show_mask_as(self, look: str) -> None:
        """Show the mask in one of LOOKS, by default the first."""
        self.pictures.look = look if look in masks.LOOKS else next(iter(masks.LOOKS))
        self.editor.canvas.show_as(self.pictures.look)
        self.editor.show_pen()

    def _open_together(self, run: RunState) -> None:
        self.pictures.run, self.pictures.waiting = run, False
        self.pictures.panes.together = True

    def on_run_view_updated(self) -> None:
        """Picture and mask of the run on the timeline are shown as soon as they are known."""
        if self.pictures.waiting or self.run_view.run is None:
            return
        if not self.canvas_panel.drawing and (originals := self.pictures.originals()):
            self.pictures.put(*originals[1:])
        self.pictures.panes.again()
        draw_jumps(self)

    def on_timeline_moved(self) -> None:
        """Steps that arrive do not disturb who asks for another; who walks wants to see the run."""
        if not self.pictures.waiting:
            draw_jumps(self)
        elif self.run_view.run is None or not self.run_view.run.live:
            self.follow()


def covers(editor: MaskEditor, run: RunState | None) -> bool:
    """Whether a run has the mask that is on the canvas."""
    if run is None or not isinstance(run.spec, Inpaint):
        return False
    masked = run.masked.get(1)
    mask = read_picture(run.folder / masked.mask) if masked else None
    if mask is None:
        return run.spec.mask == editor.called
    return mask.convert("L").tobytes() == editor.mask.tobytes()


def draw_jumps(view: InpaintView) -> None:
    """How t goes: of the run on the timeline, or of what the form asks for."""
    run = None if view.pictures.waiting else view.run_view.run
    spec = run.spec if run else view.request
    jumps = isinstance(spec, Inpaint) and spec.resamples
    view.set_class(jumps, "-jumping")
    if not jumps or not isinstance(spec, Inpaint):
        return
    timeline = view.run_view.timeline
    stages = run.chains if run and run.chains else _expected(spec)
    heights = [height for stage in stages for height in _heights(stage)]
    here = timeline.cursor if run and timeline.frame else -1
    view.repaint_plot.show(heights, len(timeline.frames) if run else 0, here)


def _expected(spec: Inpaint) -> list[Sequence[int]]:
    """Where the states of each stage will be, counted in steps from their ends."""
    then = spec.model_calls()[1:]
    return [spec.visits()[:-1], *(range(n - 1, -1, -1) for n in then)]


def _heights(levels: Sequence[int]) -> list[float]:
    top = max(levels, default=0)
    return [level / top if top else 0.0 for level in levels]
