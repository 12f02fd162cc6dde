"""A mask's canvas with its tools and its files; it knows which of its masks have a name."""

import asyncio
from pathlib import Path
from typing import Any

from PIL import Image
from textual.app import ComposeResult
from textual.binding import Binding
from textual.message import Message
from textual.worker import Worker

from engine.errors import BadInput
from engine.specs.cascade import Fit
from screens.base import user_files
from screens.base.canvas_editor import CanvasEditor
from screens.canvas import files, masks
from screens.canvas.stencils import Size
from screens.dialogs.picker import Picker
from screens.inpaint import saved_masks
from screens.widgets.canvas.canvas import Canvas
from screens.widgets.canvas.mask_canvas import MaskCanvas
from screens.widgets.canvas.pen_line import PenLine
from screens.widgets.canvas.tool_line import SHAPES, ToolLine
from screens.widgets.key_line import KeyLine

AS_DRAWN = "as drawn"
"""What a mask is called that no file has yet."""
TOOLS = {tool: f"canvas.{tool}" for tool in ("brush", "eraser", "line")}
TOOLS |= {tool: f"mask.{tool}" for tool in ("rectangle", "ellipse", "polygon", "wand")}
ANY = "file"


class MaskKeys(KeyLine):
    """The keys that change a mask as a whole, for where the last line of the place is short."""

    DEFAULT_CSS = """
    MaskKeys, MaskKeys > .key-line--key, MaskKeys > .key-line--label { background: $background; }
    """

    def wants(self, binding: Binding) -> bool:
        return (binding.id or "").startswith("mask.")


class MaskEditor(CanvasEditor):
    """``over`` is the picture's name and ``fit`` its fit: a mask that is read has to suit both."""

    class Named(Message):
        """The mask is in a file."""

    def __init__(self, pixels: Size, **options: Any) -> None:
        super().__init__(pixels, **options)
        self.line = PenLine(self.mask.mask_layers.describe)
        self.over = ""
        self.fit: Fit = "crop"
        self._names: dict[bytes, str] = {}

    @property
    def mask(self) -> MaskCanvas:
        """The canvas."""
        assert isinstance(self.canvas, MaskCanvas)
        return self.canvas

    def make_canvas(self, pixels: Size) -> MaskCanvas:
        canvas = MaskCanvas(pixels)
        canvas.sketch.drawing.take(masks.centre(pixels))
        return canvas

    def make_tools(self) -> ToolLine:
        return ToolLine(TOOLS)

    def compose(self) -> ComposeResult:
        yield self.canvas
        yield self.tools
        yield MaskKeys()
        yield self.line

    @property
    def called(self) -> str:
        """The file that the mask on the canvas is in, or AS_DRAWN."""
        return self._names.get(self.canvas.sketch.picture.tobytes(), AS_DRAWN)

    def keep(self) -> str:
        """The file that the mask is in from now on; BadInput where it cannot be written."""
        name = self.called
        if name == AS_DRAWN or not saved_masks.lasts(name):
            name = str(user_files.keep(self.canvas.sketch.picture, saved_masks.KIND))
            self._names[self.canvas.sketch.picture.tobytes()] = name
        return name

    def read(self, name: str) -> tuple[str, Image.Image]:
        """A mask by its name or file, with its full name. Off the event loop, please."""
        name = saved_masks.known(name.strip())
        return name, saved_masks.read(name, self.over, self.fit, self.canvas.sketch.drawing.size[0])

    def take(self, name: str, mask: Image.Image) -> None:
        """Go on with a mask that is in a file."""
        self.canvas.sketch.take(mask)
        self._names[self.canvas.sketch.picture.tobytes()] = name
        self.post_message(self.Named())

    def say(self) -> None:
        self.tools.show(self.canvas.sketch.pen)
        self.line.show(self.canvas.sketch)

    def on_tool_line_chosen(self, event: ToolLine.Chosen) -> None:
        event.stop()
        event.prevent_default()
        self.canvas.sketch.hold(tool=event.tool, filled=event.tool in SHAPES)

    def on_canvas_asked(self, event: Canvas.Asked) -> None:
        event.stop()
        event.prevent_default()
        if event.what == "masks":
            title = "masks · white = replace"
            self.app.push_screen(Picker(title, _choices()), self._chosen)
        else:
            title = "keep the mask as: a name among yours, or a file such as ./mask.png"
            self._ask(title, self._written, self._saved)

    def _chosen(self, key: str | None) -> None:
        kind, _, name = (key or "").partition(":")
        if kind == "preset":
            self.canvas.sketch.take(masks.PRESETS[name](self.canvas.sketch.drawing.size))
        elif kind == "kept":
            self._begin_to_read(name)
        elif kind == ANY:
            title = "which mask? a file, an address, run:NAME, or one of yours"
            self._ask(title, self.read, self._found)

    def _begin_to_read(self, name: str) -> None:
        _: Worker[None] = self.run_worker(self._read(name), group="mask", exclusive=True)

    async def _read(self, name: str) -> None:
        try:
            self.take(*await asyncio.to_thread(self.read, name))
        except BadInput as error:
            self.line.complain(str(error))

    def _found(self, found: tuple[str, Image.Image] | None) -> None:
        if found is not None:
            self.take(*found)

    def _written(self, name: str) -> Path:
        path = self.once(saved_masks.target(name))
        return files.save(self.canvas.sketch.picture, str(path))

    def _saved(self, path: Path | None) -> None:
        super()._saved(path)
        if path is not None:
            self._names[self.canvas.sketch.picture.tobytes()] = str(path)
            self.post_message(self.Named())


def _choices() -> list[tuple[str, str]]:
    kept = [(f"kept:{path}", path.stem) for path in saved_masks.listed()]
    ready = [(f"preset:{name}", name) for name in masks.PRESETS]
    return [*ready, *kept, (ANY, "another: a file, an address, a run …")]
