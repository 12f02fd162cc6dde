"""A canvas with all that belongs to it: tools, colours, the pen's line, files."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widget import Widget

from engine.errors import BadInput
from screens.canvas import files
from screens.canvas.files import unused_path
from screens.canvas.sketch import blank
from screens.canvas.stencils import Size
from screens.dialogs.questions import TextPrompt
from screens.messages import send
from screens.widgets.canvas.canvas import Canvas
from screens.widgets.canvas.palette_bar import PaletteBar, Swatches
from screens.widgets.canvas.pen_line import PenLine
from screens.widgets.canvas.tool_line import ToolLine
from screens.widgets.form import input_history
from screens.widgets.form.input_history import History

Answer = TypeVar("Answer")
SIDE = 32
"""Pixels along the canvas until a model says its own."""
BESIDE = 100
"""Columns from which what was made stays in sight beside the canvas."""


class CanvasEditor(Vertical):
    """Put it on a screen; :attr:`canvas` has the picture and says when it changes."""

    DEFAULT_CSS = """
    CanvasEditor { width: 1fr; height: 1fr; }
    """

    def __init__(self, pixels: Size = (64, 64)) -> None:
        self.canvas = Canvas(blank(pixels))
        self.tools, self.colours, self.line = ToolLine(), PaletteBar(), PenLine()
        super().__init__(self.canvas, self.tools, self.colours, self.line)
        self._overwrite = OverwriteGuard()

    def on_mount(self) -> None:
        self.show_pen()

    def on_canvas_moved(self, event: Canvas.Moved) -> None:
        event.stop()
        self.show_pen()

    def show_pen(self) -> None:
        """Say what the hand holds and where it is."""
        sketch = self.canvas.sketch
        self.tools.show(sketch.pen)
        self.colours.show(sketch.pen.colour)
        self.line.show(sketch)

    def on_tool_line_chosen(self, event: ToolLine.Chosen) -> None:
        event.stop()
        self.canvas.sketch.hold(tool=event.tool, filled=event.filled)

    def on_swatches_chosen(self, event: Swatches.Chosen) -> None:
        event.stop()
        self.canvas.sketch.hold(**{"ground" if event.ground else "colour": event.colour})

    def on_palette_bar_typed(self, event: PaletteBar.Typed) -> None:
        event.stop()
        if event.colour is not None:
            self.canvas.sketch.hold(colour=event.colour)
        self.canvas.focus()

    def on_palette_bar_wrong(self, event: PaletteBar.Wrong) -> None:
        event.stop()
        self.line.complain(event.line)

    def on_canvas_requested(self, event: Canvas.Requested) -> None:
        if event.what == "colour":
            self.colours.ask()
        elif event.what == "open":
            size = self.canvas.sketch.drawing.size
            load = lambda name: files.load(name, size)  # noqa: E731
            ask_for_file(self, "draw on which picture?", load, self.canvas.sketch.take)
        elif event.what == "save":
            name = str(unused_path(Path("drawing"), ".png"))
            ask_for_file(self, "save the drawing as", self._save, tell_saved(self), name)

    def _save(self, name: str) -> Path:
        path = self._overwrite.confirmed(files.png(name))
        return files.save(self.canvas.sketch.picture, str(path))


class OverwriteGuard:
    """A file that is there already has to be named twice before it is replaced."""

    def __init__(self) -> None:
        self._named: Path | None = None

    def confirmed(self, path: Path) -> Path:
        """The file; BadInput where it is there already, until it is named again."""
        if path.exists() and path != self._named:
            self._named = path
            raise BadInput(f"{path.name} is there already: enter again replaces it")
        self._named = None
        return path


def ask_for_file(
    widget: Widget,
    title: str,
    act: Callable[[str], Answer],
    then: Callable[[Answer], None],
    text: str = "",
) -> None:
    """Let a file be typed; ``then`` gets what ``act`` made of it, unless nothing was answered."""
    known = History(input_history.folder() / "drawings.jsonl")

    def answered(answer: Answer | None) -> None:
        if answer is not None:
            then(answer)

    widget.app.push_screen(TextPrompt(title, act, known, text), answered)


def tell_saved(widget: Widget) -> Callable[[Path], None]:
    """Say which file was written."""
    return lambda path: widget.notify(str(path), title="saved")


class CanvasPanel(Horizontal):
    """A canvas's ``editor`` beside ``pictures``; it is seen while one draws.

    What is drawn is kept when the canvas is closed, whichever way that happens: where ``changed``
    says that there is something to keep, ``keep`` writes it to a file and returns how a form names
    it, which ``kept`` is told. ``keep`` raises BadInput where no file can be written. ``toggled``
    hears whether the canvas is seen.
    """

    class Left(Message):
        """A person is done with the canvas."""

    class Closed(Message):
        """What was drawn is kept, and the canvas put away."""

    DEFAULT_CSS = """
    CanvasPanel > .editor { display: none; margin-right: 1; }
    CanvasPanel.-drawing > .editor { display: block; }
    CanvasPanel.-drawing.-narrow > Panes { display: none; }
    """

    def __init__(
        self,
        editor: Widget,
        canvas: Canvas,
        pictures: Widget,
        changed: Callable[[], bool],
        keep: Callable[[], str],
        kept: Callable[[str], None],
        toggled: Callable[[bool], object] = lambda drawing: None,
    ) -> None:
        editor.add_class("editor")
        super().__init__(editor, pictures)
        self.canvas = canvas
        self._changed, self._keep, self._kept, self._toggled = changed, keep, kept, toggled

    @property
    def drawing(self) -> bool:
        """Whether the canvas is open."""
        return self.has_class("-drawing")

    def open(self) -> None:
        """Show the canvas and give it the focus."""
        self._show(True)
        self.canvas.focus()

    def close(self) -> bool:
        """Keep what is drawn and put the canvas away; False where it could not be kept."""
        if not self.drawing:
            return True
        try:
            if self._changed():
                self._kept(self._keep())
        except BadInput as error:
            self.notify(str(error), severity="error")
            return False
        self.put_away()
        send(self, self.Closed())
        return True

    def put_away(self) -> None:
        """Close the canvas, whatever is drawn on it."""
        self._show(False)

    def _show(self, drawing: bool) -> None:
        self.set_class(drawing, "-drawing")
        self._toggled(drawing)

    def on_canvas_requested(self, event: Canvas.Requested) -> None:
        event.stop()
        if event.what == "leave":
            send(self, self.Left())

    def on_resize(self) -> None:
        self.set_class(self.size.width < BESIDE, "-narrow")

    def on_unmount(self) -> None:
        if self.drawing and self._changed():
            with suppress(BadInput):  # the screen is gone: nobody is left to be told
                self._keep()
