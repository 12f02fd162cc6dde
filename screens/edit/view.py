"""What Edit shows: the original and its edits side by side, the canvas, the timeline."""

from collections.abc import Sequence
from typing import Any

from PIL import Image
from textual.app import ComposeResult
from textual.containers import Horizontal

from engine.runs.run_state import RunState
from screens.base.canvas_editor import CanvasEditor
from screens.base.canvas_scope import SIDE, CanvasView
from screens.base.image_cache import read
from screens.base.run_view import RunView


class EditView(CanvasView, RunView):
    """A :class:`RunView` with the original before the samples, and an easel beside them."""

    HELP = """
    ## The edits

    The original, and beside it what becomes of it from each noise level: the farther from the
    picture an edit begins, the more of it is the model's own. **↑ ↓** choose one, **Enter** opens
    it by its channels. **d** draws on the picture, **o** takes another one, **ctrl+g** edits it,
    **u** enlarges the chosen edit, **b** goes on from a step of it in Generate.
    """
    DEFAULT_CSS = """
    EditView #work { height: 1fr; }
    EditView Panes { width: 1fr; height: 1fr; }
    EditView CanvasEditor { display: none; width: 1fr; margin-right: 1; }
    EditView.-drawing CanvasEditor { display: block; }
    EditView.-drawing.-narrow Panes { display: none; }
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.easel = CanvasEditor((SIDE, SIDE))
        self.panes.together = True

    def compose(self) -> ComposeResult:
        yield Horizontal(self.easel, self.panes, id="work")
        yield self.timeline

    def open(self, trace: RunState) -> None:
        super().open(trace)
        self.panes.together = True
        self._own()

    def say(self) -> None:
        super().say()
        self._own()

    def wait(self, original: Image.Image | None, titles: Sequence[str]) -> None:
        """Show a picture whose edits are still to be asked for."""
        self.panes.original, self.panes.titles, self.panes.together = original, titles, True
        self.panes.see(None)

    def draw_on(self, picture: Image.Image | None) -> None:
        """Open the canvas with a picture, as one step of its history; None: as it was left."""
        if picture is not None:
            self.easel.canvas.sketch.become(picture.size)
            self.easel.canvas.sketch.take(picture)
        self.add_class("-drawing")
        self.easel.canvas.focus()

    def _own(self) -> None:
        """The original of the run on the timeline, as soon as it is known."""
        if self.trace is None:
            return
        self.panes.titles = self.trace.spec.sample_titles()
        if self.trace.original:
            self.panes.original = read(self.trace.original)
        self.panes.again()
