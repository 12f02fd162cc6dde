"""The first line of every place: the places, and what the engine is and does."""

from collections.abc import Sequence
from typing import Any, ClassVar

from rich.text import Text
from textual import events
from textual.reactive import reactive
from textual.widget import Widget

from screens.messages import EngineLine


class TopBar(Widget):
    """Numbered places at the left, the engine at the right; the engine's words give way."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "top--place",
        "top--here",
        "top--alive",
        "top--wrong",
        "top--quiet",
    }
    DEFAULT_CSS = """
    TopBar { height: 1; width: 1fr; padding: 0 1; background: $panel; }
    TopBar > .top--place { color: $text-muted; background: $panel; }
    TopBar > .top--here { color: $text; background: $panel; text-style: bold; }
    TopBar > .top--quiet { color: $text-muted; background: $panel; }
    TopBar > .top--alive { color: $text-accent; background: $panel; }
    TopBar > .top--wrong { color: $text-error; background: $panel; }
    """
    line: reactive[EngineLine | None] = reactive(None)

    def __init__(self, places: Sequence[str], here: str, **options: Any) -> None:
        super().__init__(**options)
        self._places, self._here = tuple(places), here

    def render(self) -> Text:
        left = Text(no_wrap=True, overflow="ellipsis")
        for place, name in zip(self._places, self._names(), strict=True):
            left.append(name, self._style(place))
            left.append("  ")
        right = self._engine(max(0, self.content_size.width - left.cell_len))
        gap = self.content_size.width - left.cell_len - right.cell_len
        return Text.assemble(left, " " * max(0, gap), right, no_wrap=True)

    def on_click(self, event: events.Click) -> None:
        at = 1
        for place, name in zip(self._places, self._names(), strict=True):
            if at <= event.x < at + len(name):
                self.app.call_later(self.run_action, f"app.switch_mode('{place}')")
            at += len(name) + 2

    def _names(self) -> list[str]:
        """Number and name of every place; of the others the number alone, for want of room."""
        whole = [f"{number} {place.title()}" for number, place in enumerate(self._places, 1)]
        said = len(str(self.line or ""))
        if sum(len(name) + 2 for name in whole) + said <= self.content_size.width:
            return whole
        return [name if self._places[i] == self._here else name[0] for i, name in enumerate(whole)]

    def _engine(self, room: int) -> Text:
        line = self.line
        if line is None:
            return Text()
        kind = "wrong" if line.wrong else "alive" if line.alive else "quiet"
        said = next((text for text in line.shorter() if len(text) <= room), line.doing)
        text = Text(said, self.get_component_rich_style(f"top--{kind}"), no_wrap=True)
        text.truncate(room, overflow="ellipsis")
        return text

    def _style(self, place: str) -> Any:
        return self.get_component_rich_style("top--here" if place == self._here else "top--place")
