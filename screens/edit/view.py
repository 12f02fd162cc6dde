"""What Edit shows: the original and its edits side by side, the canvas, the timeline."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.containers import Vertical

from engine.runs.run_state import RunState
from screens import keys
from screens.base.canvas_editor import SIDE, CanvasEditor, CanvasPanel
from screens.base.picture_source import PictureSource, read_picture
from screens.base.run_view import RunView
from screens.canvas import files
from screens.session import Session
from screens.widgets.panes import Panes


class EditView(Vertical):
    """A run view with the original before the samples, and a canvas beside them.

    ``titles`` says what the edits are called that the form asks for.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings("picture.draw")]
    DEFAULT_CSS = """
    EditView { width: 1fr; height: 1fr; }
    EditView CanvasEditor { width: 1fr; }
    """

    def __init__(
        self, session: Session, source: PictureSource, titles: Callable[[], Sequence[str]]
    ) -> None:
        self.source, self.titles = source, titles
        self.editor, panes = CanvasEditor((SIDE, SIDE)), Panes()
        self.canvas_panel = CanvasPanel(
            *(self.editor, self.editor.canvas, panes),
            changed=self._changed,
            keep=lambda: str(files.keep(self.editor.canvas.sketch.picture)),
            kept=self._kept,
        )
        self.run_view = RunView(session, panes, (self.canvas_panel,), opening=self._open_together)
        super().__init__(self.run_view)
        panes.together = True

    def show_picture(self) -> None:
        """Another picture's edits are still to come; a run of this one stays as it is."""
        loader, panes = self.source.loader, self.run_view.panes
        if not loader.shows(self.run_view.run):
            panes.original, panes.titles, panes.together = loader.image, self.titles(), True
            panes.see(None)
        self.refresh_bindings()

    def on_run_view_opened(self) -> None:
        self.show_original()

    def on_run_view_updated(self) -> None:
        self.show_original()

    def show_original(self) -> None:
        """The original of the run on the timeline is shown as soon as it is known."""
        run, panes = self.run_view.run, self.run_view.panes
        if run is None:
            return
        panes.titles = run.spec.sample_titles()
        if run.original:
            panes.original = read_picture(run.original)
        panes.again()

    def action_draw(self) -> None:
        """Go on with the drawing, or begin one on the picture that is chosen."""
        image, canvas = self.source.loader.image, self.editor.canvas
        if image is not None and image.tobytes() != canvas.sketch.picture.tobytes():
            canvas.sketch.become(image.size)
            canvas.sketch.take(image)
        self.source.form.add_class("-folded")
        self.canvas_panel.open()
        self.refresh_bindings()

    def _open_together(self, _: RunState) -> None:
        self.run_view.panes.together = True

    def _changed(self) -> bool:
        """Whether the canvas shows something else than the picture."""
        drawn, image = self.editor.canvas.sketch.picture, self.source.loader.image
        return image is None or drawn.tobytes() != image.tobytes()

    def _kept(self, name: str) -> None:
        """What is drawn is the picture from now on."""
        self.source.form.form.set_values({"image": name})
        self.source.load_typed()
