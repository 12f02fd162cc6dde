"""The figures of Denoise: how far to noise a t is, on a line; how near methods come, in a table."""

from collections.abc import Sequence
from typing import Any, ClassVar

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text
from textual.widget import Widget

from engine.events import METHODS, Measured
from screens.widgets.numbers import fixed
from screens.widgets.progress_track import AHEAD, CURSOR, DONE

LAST = 999
BAR = 16
METHOD_LABELS = {"best-blur": "best blur", "non-local-means": "nl means", "one-step": "one step"}
NAME_COLUMNS, T_COLUMNS = 10, 17
"""Columns of a method's name, and of the three figures of one t."""


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


def metrics_table(
    known: Sequence[Measured], times: Sequence[int], best: Style, quiet: Style
) -> Text:
    """As text, NAME_COLUMNS and as many T_COLUMNS wide as there are times; ``best`` is the nearest.

    Empty where nothing is measured yet; ``quiet`` styles the headings.
    """
    values = {(m.method, m.t): m for m in known if m.t in times}
    methods = [name for name in METHODS if any((name, t) in values for t in times)]
    if not methods:
        return Text("")
    lines = [_heading(times, quiet)]
    for name in methods:
        line = Text(f"{METHOD_LABELS.get(name, name):<{NAME_COLUMNS}}", style=quiet)
        for t in times:
            line.append_text(_figures(values.get((name, t)), _nearest(known, t), best))
        lines.append(line)
    return Text("\n", no_wrap=True).join(lines)


def _heading(times: Sequence[int], quiet: Style) -> Text:
    if len(times) == 1:
        return Text(f"{f't {times[0]}':<{NAME_COLUMNS}} PSNR SSIM Haar", style=quiet)
    return Text(
        " " * NAME_COLUMNS + "".join(f"{f't {t}':^{T_COLUMNS}}" for t in times), style=quiet
    )


def _nearest(known: Sequence[Measured], t: int) -> tuple[float, float, float]:
    mine = [m for m in known if m.t == t]
    return (
        max(m.psnr for m in mine) if mine else 0.0,
        max(m.ssim for m in mine) if mine else 0.0,
        max(m.perceptual for m in mine) if mine else 0.0,
    )


def _figures(measured: Measured | None, nearest: tuple[float, float, float], best: Style) -> Text:
    line = Text(" ")
    if measured is None:
        return line.append(" " * (T_COLUMNS - 1))
    texts = f"{measured.psnr:4.1f}", f"{measured.ssim:4.2f}", f"{measured.perceptual:4.2f}"
    for text, value, top in zip(
        texts, (measured.psnr, measured.ssim, measured.perceptual), nearest, strict=True
    ):
        line.append(text, style=best if value == top else "")
        line.append(" ")
    return line.append(" " * (T_COLUMNS - len(line)))
