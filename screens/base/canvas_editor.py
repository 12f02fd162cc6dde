"""A canvas with all that belongs to it: tools, colours, the pen's line, files."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from PIL import Image
from textual.app import ComposeResult
from textual.containers import Vertical

from engine.errors import BadInput
from screens.base.export import free
from screens.canvas import files
from screens.canvas.sketch import blank
from screens.canvas.stencils import Size
from screens.dialogs.text_prompt import TextPrompt
from screens.widgets.canvas.canvas import Canvas
from screens.widgets.canvas.palette_bar import PaletteBar, Swatches
from screens.widgets.canvas.pen_line import PenLine
from screens.widgets.canvas.tool_line import ToolLine
from screens.widgets.form import input_history
from screens.widgets.form.input_history import History

Answer = TypeVar("Answer")


class CanvasEditor(Vertical):
    """Put it on a screen; :attr:`canvas` has the picture and says when it changes."""

    DEFAULT_CSS = """
    CanvasEditor { width: 1fr; height: 1fr; }
    """

    def __init__(self, pixels: Size = (64, 64), **options: Any) -> None:
        super().__init__(**options)
        self.canvas: Canvas = self.make_canvas(pixels)
        self.tools, self.colours, self.line = self.make_tools(), PaletteBar(), PenLine()
        self._taken: Path | None = None

    def make_canvas(self, pixels: Size) -> Canvas:
        """What is drawn on."""
        return Canvas(blank(pixels))

    def make_tools(self) -> ToolLine:
        """What it is drawn with."""
        return ToolLine()

    def compose(self) -> ComposeResult:
        yield self.canvas
        yield self.tools
        yield self.colours
        yield self.line

    def on_mount(self) -> None:
        self.say()

    def on_canvas_moved(self, event: Canvas.Moved) -> None:
        event.stop()
        self.say()

    def say(self) -> None:
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

    def on_canvas_asked(self, event: Canvas.Asked) -> None:
        event.stop()
        if event.what == "colour":
            self.colours.ask()
        elif event.what == "open":
            size = self.canvas.sketch.drawing.size
            self._ask("draw on which picture?", lambda name: files.load(name, size), self._opened)
        else:
            name = str(free(Path("drawing"), ".png"))
            self._ask("save the drawing as", self._written, self._saved, name)

    def _ask(
        self,
        title: str,
        act: Callable[[str], Answer],
        then: Callable[[Answer | None], None],
        text: str = "",
    ) -> None:
        known = History(input_history.folder() / "drawings.jsonl")
        self.app.push_screen(TextPrompt(title, act, known, text), then)

    def _opened(self, image: Image.Image | None) -> None:
        if image is not None:
            self.canvas.sketch.take(image)

    def _written(self, name: str) -> Path:
        return files.save(self.canvas.sketch.picture, str(self.once(files.png(name))))

    def once(self, path: Path) -> Path:
        """The file; BadInput where it is there already, until it is named again."""
        if path.exists() and path != self._taken:
            self._taken = path
            raise BadInput(f"{path.name} is there already: enter again replaces it")
        self._taken = None
        return path

    def _saved(self, path: Path | None) -> None:
        if path is not None:
            self.notify(str(path), title="saved")
