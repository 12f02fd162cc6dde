"""The last line of every place: the keys that work now, as many as fit."""

from collections.abc import Iterable
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding
from textual.widget import Widget

from screens.keys import BY_ID

ORDER = {name: at for at, name in enumerate(BY_ID)}
GLYPHS = {
    "left": "←",
    "right": "→",
    "up": "↑",
    "down": "↓",
    "space": "space",
    "enter": "enter",
    "comma": ",",
    "full_stop": ".",
    "colon": ":",
    "slash": "/",
    "question_mark": "?",
    "equals_sign": "=",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
}


def glyph(key: str) -> str:
    """A key as it is written on the line."""
    *modifiers, last = key.split("+")
    return "+".join([*modifiers, GLYPHS.get(last, last)])


def pairs(bindings: Iterable[Binding]) -> list[tuple[str, str]]:
    """(keys, label) in declared order; keys with one label stand together: ``←→ step``."""
    known = [b for b in bindings if b.id in ORDER and b.show]
    keys: dict[str, list[str]] = {}
    for binding in sorted(known, key=lambda b: ORDER[b.id or ""]):
        keys.setdefault(binding.description, []).append(glyph(binding.key))
    return [(_together(found), label) for label, found in keys.items()]


def _together(found: list[str]) -> str:
    short = [key for key in found if len(key) == 1]
    return "".join(short) if len(short) == len(found) else found[0]


class KeyLine(Widget):
    """Made from the active bindings; nothing here knows any key."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"key-line--key", "key-line--label"}
    DEFAULT_CSS = """
    KeyLine { height: 1; width: 1fr; padding: 0 1; background: $panel; }
    KeyLine > .key-line--key { color: $text-accent; background: $panel; }
    KeyLine > .key-line--label { color: $text-muted; background: $panel; }
    """

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, lambda _: self.refresh())

    def render(self) -> Text:
        active = self.screen.active_bindings.values()
        shown = pairs(found.binding for found in active if found.enabled)
        key, label = (self.get_component_rich_style(f"key-line--{p}") for p in ("key", "label"))
        line = Text(no_wrap=True)
        for keys, word in shown:
            piece = Text.assemble((keys, key), " ", (word, label))
            if line.cell_len + piece.cell_len + 2 > self.content_size.width:
                continue
            line.append_text(piece).append("  ")
        return line
