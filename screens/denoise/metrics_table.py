"""The measures of a Denoise run as a table: a row for each way, three columns for each t."""

from collections.abc import Sequence

from rich.style import Style
from rich.text import Text

from engine.events import METHODS, Measured

NAMES = {"best-blur": "best blur", "non-local-means": "nl means", "one-step": "one step"}
FIRST, GROUP = 10, 17
"""Columns of a way's name, and of the three figures of one t."""


def table(known: Sequence[Measured], times: Sequence[int], best: Style, quiet: Style) -> Text:
    """As text of ``FIRST + GROUP · len(times)`` columns; ``best`` styles what is nearest.

    Empty where nothing is measured yet; ``quiet`` styles the headings.
    """
    found = {(m.method, m.t): m for m in known if m.t in times}
    ways = [way for way in METHODS if any((way, t) in found for t in times)]
    if not ways:
        return Text("")
    lines = [_heading(times, quiet)]
    for way in ways:
        line = Text(f"{NAMES.get(way, way):<{FIRST}}", style=quiet)
        for t in times:
            line.append_text(_figures(found.get((way, t)), _nearest(known, t), best))
        lines.append(line)
    return Text("\n", no_wrap=True).join(lines)


def _heading(times: Sequence[int], quiet: Style) -> Text:
    if len(times) == 1:
        return Text(f"{f't {times[0]}':<{FIRST}} PSNR SSIM Haar", style=quiet)
    return Text(" " * FIRST + "".join(f"{f't {t}':^{GROUP}}" for t in times), style=quiet)


def _nearest(known: Sequence[Measured], t: int) -> tuple[float, float, float]:
    mine = [m for m in known if m.t == t]
    return (
        max(m.psnr for m in mine) if mine else 0.0,
        max(m.ssim for m in mine) if mine else 0.0,
        max(m.perceptual for m in mine) if mine else 0.0,
    )


def _figures(one: Measured | None, nearest: tuple[float, float, float], best: Style) -> Text:
    line = Text(" ")
    if one is None:
        return line.append(" " * (GROUP - 1))
    said = f"{one.psnr:4.1f}", f"{one.ssim:4.2f}", f"{one.perceptual:4.2f}"
    for text, value, top in zip(said, (one.psnr, one.ssim, one.perceptual), nearest, strict=True):
        line.append(text, style=best if value == top else "")
        line.append(" ")
    return line.append(" " * (GROUP - len(line)))
