"""A mask's canvas with its tools and its files; it knows which of its masks have a name."""

import asyncio
from pathlib import Path

from PIL import Image
from textual.binding import Binding
from textual.containers import Vertical
from textual.message import Message
from textual.worker import Worker

from engine.errors import BadInput
from engine.specs.cascade import Fit
from screens.base.canvas_editor import OverwriteGuard, ask_for_file, tell_saved
from screens.canvas import files, masks
from screens.canvas.stencils import Size
from screens.dialogs.questions import Picker
from screens.inpaint import saved_masks
from screens.inpaint.saved_masks import MaskNames
from screens.messages import send
from screens.widgets.canvas.canvas import Canvas
from screens.widgets.canvas.mask_canvas import MaskCanvas
from screens.widgets.canvas.pen_line import PenLine
from screens.widgets.canvas.tool_line import SHAPES, ToolLine
from screens.widgets.key_line import KeyLine

TOOLS = {tool: f"canvas.{tool}" for tool in ("brush", "eraser", "line")}
TOOLS |= {tool: f"mask.{tool}" for tool in ("rectangle", "ellipse", "polygon", "wand")}
OTHER = "file"


class MaskKeys(KeyLine):
    """The keys that change a mask as a whole, for where the last line of the screen is short."""

    DEFAULT_CSS = """
    MaskKeys, MaskKeys > .key-line--key, MaskKeys > .key-line--label { background: $background; }
    """

    def wants(self, binding: Binding) -> bool:
        return (binding.id or "").startswith("mask.")


class MaskEditor(Vertical):
    """``over`` is the picture's name and ``fit`` its fit: a mask that is read has to suit both."""

    class Named(Message):
        """The mask is in a file."""

    def __init__(self, pixels: Size) -> None:
        self.canvas = MaskCanvas(pixels)
        self.canvas.sketch.drawing.take(masks.centre(pixels))
        self.tools = ToolLine(TOOLS)
        self.line = PenLine(self.canvas.mask_layers.describe)
        super().__init__(self.canvas, self.tools, MaskKeys(), self.line)
        self.over = ""
        self.fit: Fit = "crop"
        self.names, self.overwrite = MaskNames(), OverwriteGuard()

    def on_mount(self) -> None:
        self.show_pen()

    @property
    def mask(self) -> Image.Image:
        """What is on the canvas, mode L."""
        return self.canvas.sketch.picture

    @property
    def called(self) -> str:
        """The file that the mask is in, or AS_DRAWN."""
        return self.names.of(self.mask)

    def read(self, name: str) -> tuple[str, Image.Image]:
        """A mask by its name or file, with its full name. Off the event loop, please."""
        name = saved_masks.known(name.strip())
        return name, saved_masks.read(name, self.over, self.fit, self.canvas.sketch.drawing.size[0])

    def take(self, name: str, mask: Image.Image) -> None:
        """Go on with a mask that is in a file."""
        self.canvas.sketch.take(mask)
        self.names.note(self.mask, name)
        send(self, self.Named())

    def show_pen(self) -> None:
        """Say what the hand holds, where it is, and what white means."""
        self.tools.show(self.canvas.sketch.pen)
        self.line.show(self.canvas.sketch)

    def on_canvas_moved(self, event: Canvas.Moved) -> None:
        event.stop()
        self.show_pen()

    def on_tool_line_chosen(self, event: ToolLine.Chosen) -> None:
        event.stop()
        self.canvas.sketch.hold(tool=event.tool, filled=event.tool in SHAPES)

    def on_canvas_requested(self, event: Canvas.Requested) -> None:
        if event.what == "masks":
            offer_masks(self)
        elif event.what == "save":
            ask_where_to_save(self)


def ask_where_to_save(editor: MaskEditor) -> None:
    """Let a person type where the mask is kept."""

    def save(name: str) -> Path:
        path = editor.overwrite.confirmed(saved_masks.target(name))
        return files.save(editor.mask, str(path))

    def saved(path: Path) -> None:
        tell_saved(editor)(path)
        editor.names.note(editor.mask, str(path))
        send(editor, editor.Named())

    title = "keep the mask as: a name among yours, or a file such as ./mask.png"
    ask_for_file(editor, title, save, saved)


def offer_masks(editor: MaskEditor) -> None:
    """Let a person choose among the masks that are ready, those that were kept, and any other."""

    async def read(name: str) -> None:
        try:
            editor.take(*await asyncio.to_thread(editor.read, name))
        except BadInput as error:
            editor.line.complain(str(error))

    def chosen(key: str | None) -> None:
        kind, name = (key or "").partition(":")[::2]
        if kind == "preset":
            editor.canvas.sketch.take(masks.PRESETS[name](editor.canvas.sketch.drawing.size))
        elif kind == "kept":
            _: Worker[None] = editor.run_worker(read(name), group="mask", exclusive=True)
        elif kind == OTHER:
            title = "which mask? a file, an address, run:NAME, or one of yours"
            ask_for_file(editor, title, editor.read, lambda named: editor.take(*named))

    kept = [(f"kept:{path}", path.stem) for path in saved_masks.listed()]
    ready = [(f"preset:{name}", name) for name in masks.PRESETS]
    options = [*ready, *kept, (OTHER, "another: a file, an address, a run …")]
    editor.app.push_screen(Picker("masks · white = replace", options), chosen)
