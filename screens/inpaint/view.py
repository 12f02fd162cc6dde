"""What Inpaint shows: the mask over the picture, what is drawn under it, t going down and up."""

from collections.abc import Sequence
from typing import Any

from PIL import Image
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static

from engine.specs import Inpaint
from screens.base.canvas_scope import SIDE, CanvasView
from screens.base.image_cache import read
from screens.base.run_view import RunView
from screens.inpaint.mask_editor import MaskEditor
from screens.inpaint.panes import InpaintPanes
from screens.session import RunState
from screens.widgets.repaint_plot import RepaintPlot
from screens.widgets.timeline import Timeline


class InpaintView(CanvasView, RunView):
    """A :class:`RunView` with a mask over a picture, and the canvas on which it is drawn."""

    HELP = """
    ## The inpainting

    The picture under its mask, and what becomes of it: **white is replaced**, all else stays to
    the byte. **d** draws the mask, **o** takes another picture, **ctrl+g** runs, **M** shows the
    mask another way, **v** shows the difference from the original: outside the mask it is 0.
    **Enter** shows a step's channels. RePaint's jumps stand above the timeline, up and down in t.
    """
    DEFAULT_CSS = """
    InpaintView #cost { height: 1; padding: 0 1; color: $text-muted; }
    InpaintView #work { height: 1fr; }
    InpaintView Panes { width: 1fr; height: 1fr; }
    InpaintView MaskEditor { display: none; width: 2fr; margin-right: 1; }
    InpaintView.-drawing MaskEditor { display: block; }
    InpaintView.-drawing Timeline, InpaintView.-drawing RepaintPlot { display: none; }
    InpaintView.-drawing #cost { display: none; }
    InpaintView.-drawing.-narrow Panes { display: none; }
    InpaintView MaskKeys { display: none; }
    InpaintView.-narrow MaskKeys { display: block; }
    InpaintView RepaintPlot { display: none; }
    InpaintView.-jumping RepaintPlot { display: block; }
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.easel: MaskEditor = MaskEditor((SIDE, SIDE))
        self.panes: InpaintPanes = InpaintPanes()
        self.cost, self.descent = Static("", id="cost", markup=False), RepaintPlot()
        self.asked: Inpaint | None = None
        self.waiting = False

    def compose(self) -> ComposeResult:
        yield self.cost
        yield Horizontal(self.easel, self.panes, id="work")
        yield self.descent
        yield self.timeline

    @property
    def mask(self) -> Image.Image:
        """The mask that the next run has, mode L."""
        return self.easel.canvas.picture

    def open(self, trace: RunState) -> None:
        self.panes.trace, self.waiting = trace, False
        super().open(trace)
        self.panes.together = True
        self.own()

    def say(self) -> None:
        super().say()
        self.own()

    def own(self) -> None:
        """The picture and the mask of the run on the timeline, as soon as they are known."""
        if self.waiting or self.trace is None:
            return
        if not self.drawing and (found := self.panes.pictures):
            self.panes.put(*found[1:])
        self.panes.again()
        self.draw_descent()

    def follow(self) -> None:
        """Show the run on the timeline again, after waiting for another."""
        was, self.waiting = self.waiting, False
        if was:
            self.panes.frame = self.timeline.frame
        self.own()

    def wait(self, picture: Image.Image | None) -> None:
        """Show a picture and a mask for which nothing was drawn yet."""
        self.waiting, self.panes.seam, self.panes.together = True, False, True
        if not self.drawing:
            self.panes.put(picture, self.mask)
        self.panes.see(None, "what is drawn appears here")
        self.draw_descent()

    def draw(self) -> None:
        """Open the canvas; what was drawn stays beside it, without the original."""
        self.panes.original = None
        self.panes.again()
        self.add_class("-drawing")
        self.easel.canvas.focus()

    def covers(self, trace: RunState | None) -> bool:
        """Whether a run has the mask that is on the canvas."""
        if trace is None or not isinstance(trace.spec, Inpaint):
            return False
        masked = trace.masked.get(1)
        known = read(trace.folder / masked.mask) if masked else None
        if known is None:
            return trace.spec.mask == self.easel.called
        return known.convert("L").tobytes() == self.mask.tobytes()

    def draw_descent(self) -> None:
        """How t goes: of the run on the timeline, or of what the form asks for."""
        trace = None if self.waiting else self.trace
        spec = trace.spec if trace else self.asked
        jumps = isinstance(spec, Inpaint) and spec.resamples
        self.set_class(jumps, "-jumping")
        if not jumps or not isinstance(spec, Inpaint):
            return
        stages = trace.chains if trace and trace.chains else _expected(spec)
        heights = [height for stage in stages for height in _heights(stage)]
        frame = self.timeline.frame if trace else None
        here = self.timeline.cursor if frame else -1
        self.descent.show(heights, len(self.timeline.frames) if trace else 0, here)

    def on_timeline_moved(self, event: Timeline.Moved) -> None:
        """Steps that arrive do not disturb who asks for another; who walks wants to see the run."""
        if self.waiting and self.trace is not None and self.trace.live:
            event.stop()
            event.prevent_default()
        elif self.waiting:
            self.follow()
        else:
            self.draw_descent()


def _expected(spec: Inpaint) -> list[Sequence[int]]:
    """Where the states of each stage will be, counted in steps from their ends."""
    then = spec.model_calls()[1:]
    return [spec.visits()[:-1], *(range(n - 1, -1, -1) for n in then)]


def _heights(levels: Sequence[int]) -> list[float]:
    top = max(levels, default=0)
    return [level / top if top else 0.0 for level in levels]
