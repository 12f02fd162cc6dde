"""The last line of every place: the keys that work now, as many as fit."""

from collections.abc import Iterable
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
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
    "plus": "+",
    "minus": "-",
    "number_sign": "#",
    "less_than_sign": "<",
    "greater_than_sign": ">",
}


def glyph(key: str) -> str:
    """A key as it is written on the line."""
    *modifiers, last = key.split("+")
    held = "".join("^" if name == "ctrl" else f"{name}+" for name in modifiers)
    return held + GLYPHS.get(last, last)


class KeyEntry(NamedTuple):
    """One entry of the line; ``always`` ones get their room first."""

    keys: str
    label: str
    always: bool

    @property
    def width(self) -> int:
        """Columns, with the gap after it."""
        return cell_len(self.keys) + 1 + cell_len(self.label) + 2


def key_entries(bindings: Iterable[Binding]) -> list[KeyEntry]:
    """The entries in declared order; keys with one label stand together: ``←→ step``."""
    known = [b for b in bindings if b.id in ORDER and b.show]
    keys: dict[str, list[Binding]] = {}
    for binding in sorted(known, key=lambda b: ORDER[b.id or ""]):
        keys.setdefault(binding.description, []).append(binding)
    return [
        KeyEntry(_together([glyph(b.key) for b in found]), label, BY_ID[found[0].id or ""].always)
        for label, found in keys.items()
    ]


def fitting(found: Iterable[KeyEntry], width: int) -> list[KeyEntry]:
    """Those that fit, in their order: the ``always`` ones first, then from the left."""
    entries = list(found)
    room, taken = width + 2, set()
    for entry in sorted(entries, key=lambda entry: not entry.always):
        if entry.width <= room:
            room -= entry.width
            taken.add(entry)
    return [entry for entry in entries if entry in taken]


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

    def wants(self, binding: Binding) -> bool:
        """Whether a key has its place on this line."""
        return True

    def render(self) -> Text:
        active = self.screen.active_bindings.values()
        enabled = (found.binding for found in active if found.enabled)
        shown = key_entries(binding for binding in enabled if self.wants(binding))
        key, label = (self.get_component_rich_style(f"key-line--{p}") for p in ("key", "label"))
        line = Text(no_wrap=True)
        for entry in fitting(shown, self.content_size.width):
            line.append_text(Text.assemble((entry.keys, key), " ", (entry.label, label), "  "))
        return line
