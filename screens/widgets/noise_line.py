"""Where on the way from picture to noise: t on a bar, ᾱ and the signal to noise ratio."""

from typing import Any, ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual.widget import Widget

from screens.widgets.numbers import fixed
from screens.widgets.progress_track import AHEAD, CURSOR, DONE

LAST = 999
BAR = 16


class NoiseLine(Widget):
    """One line; what was done to the picture stands at its right, as far as there is room."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"noise--{p}" for p in ("label", "value", "cursor")}
    DEFAULT_CSS = """
    NoiseLine { height: 1; width: 1fr; padding: 0 1; }
    NoiseLine > .noise--label { color: $text-muted; }
    NoiseLine > .noise--value { color: $foreground; }
    NoiseLine > .noise--cursor { color: $accent; }
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.t, self.alpha_bar, self.snr, self.note = 0, 1.0, 0.0, ""
        self.known = False

    def show(self, t: int, level: tuple[float, float] | None, note: str) -> None:
        """``level`` is ᾱ_t and the ratio, None while the picture is not there yet."""
        self.t, self.note, self.known = t, note, level is not None
        if level is not None:
            self.alpha_bar, self.snr = level
        self.refresh()

    def render(self) -> Text:
        label, value, cursor = (
            self.get_component_rich_style(f"noise--{p}") for p in ("label", "value", "cursor")
        )
        at = round(self.t * (BAR - 1) / LAST)
        line = Text.assemble(("t ", label), (f"{self.t:>3} ", value), (DONE * at, label))
        line.append(CURSOR, cursor).append(AHEAD * (BAR - 1 - at), label)
        if self.known:
            line.append("  ᾱ ", label).append(f"{self.alpha_bar:.4f}", value)
            line.append("  snr ", label).append(fixed(self.snr), value)
        room = self.content_size.width - cell_len(line.plain) - 2
        note = Text(f"  {self.note}", label)
        note.truncate(max(0, room), overflow="ellipsis")
        line.append_text(note)
        line.no_wrap = True
        return line
