"""The tools on one line, the one in hand marked; with the keys that take them while those work."""

from collections.abc import Mapping
from typing import Any, ClassVar

from rich.text import Text
from textual import events
from textual.message import Message
from textual.widget import Widget

from screens.canvas.tools import Pen
from screens.keys import BY_ID
from screens.widgets.key_line import glyph

SHAPES = ("rectangle", "ellipse")
PAINT = {
    tool: f"canvas.{tool}"
    for tool in ("brush", "eraser", "line", "rectangle", "ellipse", "fill", "pick")
}
"""The tools that paint a picture, each with the key that takes it."""


class ToolLine(Widget):
    """A click takes a tool; on a rectangle or an ellipse in hand, the other kind of it."""

    class Chosen(Message):
        """Another tool."""

        def __init__(self, tool: str, filled: bool) -> None:
            super().__init__()
            self.tool, self.filled = tool, filled

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"tool-line--{p}" for p in ("key", "name", "here")}
    DEFAULT_CSS = """
    ToolLine { height: 1; width: 1fr; padding: 0 1; }
    ToolLine > .tool-line--key { color: $text-accent; }
    ToolLine > .tool-line--name { color: $text-muted; }
    ToolLine > .tool-line--here { color: $text; text-style: bold underline; }
    """

    def __init__(self, tools: Mapping[str, str] = PAINT, **options: Any) -> None:
        super().__init__(**options)
        self._tools = tools
        self._pen = Pen()
        self._keys: dict[str, str] = {}

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, lambda _: self._look())
        self._look()

    def _look(self) -> None:
        """The keys that take tools now: none where the canvas has no focus."""
        active = self.screen.active_bindings.items()
        glyphs = {key.binding.id: glyph(name) for name, key in active if key.binding.id}
        keys = {tool: glyphs.get(name, " ") for tool, name in self._tools.items()}
        if keys != self._keys:
            self._keys = keys
            self.refresh()

    def show(self, pen: Pen) -> None:
        """Mark the tool in hand."""
        if (pen.tool, pen.filled) != (self._pen.tool, self._pen.filled):
            self.refresh()
        self._pen = pen

    def render(self) -> Text:
        line = Text(no_wrap=True)
        for tool, name in self._tools.items():
            line.append(
                f"{self._keys.get(tool, ' ')} ", self.get_component_rich_style("tool-line--key")
            )
            kind = "here" if tool == self._pen.tool else "name"
            line.append(word(name), self.get_component_rich_style(f"tool-line--{kind}"))
            line.append("  ")
        return line

    def on_click(self, event: events.Click) -> None:
        at = self.styles.padding.left
        for tool, name in self._tools.items():
            width = len(word(name)) + 4
            if at <= event.x < at + width - 2:
                again = tool in SHAPES and tool == self._pen.tool
                self.post_message(self.Chosen(tool, again and not self._pen.filled))
            at += width


def word(key: str) -> str:
    """What the line calls a tool, by the id of its key."""
    return BY_ID[key].label
