"""Numbers that keep their width while they change. Pure."""

import math
from collections.abc import Sequence
from itertools import pairwise

from rich.cells import cell_len

from engine.events import Frame
from screens.widgets.progress_track import Piece

STAGES = ("I", "II", "III")
RECENT = 9
"""How many steps the pace is taken from."""


def fixed(value: float, width: int = 5) -> str:
    """``value`` in exactly ``width`` columns (at least 5), as many digits as fit."""
    if not math.isfinite(value):
        return str(value).rjust(width)
    for digits in range(width - 2, -1, -1):
        if abs(value) < 10**width and len(text := f"{value:.{digits}f}") <= width:
            return text.rjust(width)
    return f"{value:.0e}".replace("e+0", "e").replace("e-0", "e-").replace("e+", "e").rjust(width)


def clock(seconds: float) -> str:
    """Minutes and seconds, or hours and minutes, in five columns."""
    whole = max(0, round(seconds))
    if whole >= 6000:
        return f"{whole // 3600:2d}h{whole // 60 % 60:02d}"[:5]
    return f"{whole // 60:2d}:{whole % 60:02d}"


def numbers(frame: Frame, steps_width: int, sample: int = 0) -> list[list[Piece]]:
    """The facts of one frame that are known, each a label and a value, most needed first.

    A step back up says the t that it goes to, behind an arrow.
    """
    step = f"{frame.index + 1:>{steps_width}}/{frame.total:<{steps_width}}"
    found = [
        [(f"{STAGES[frame.stage - 1]:<2} step ", "label"), (step, "value")],
        _fact("↑", f"{frame.next_timestep:>3}")
        if frame.goes_up
        else _fact("t", f"{frame.timestep:>3}"),
        _fact("ᾱ", f"{frame.alpha_cumprod:.3f}"),
        _fact("snr", fixed(frame.snr)),
        _fact("‖ε̂‖", fixed(_of(frame, frame.eps_norm, sample))),
        _fact("Δx̂0", fixed(_of(frame, frame.x0_change, sample))),
    ]
    return [fact for fact in found if fact[1][0].strip() != "nan"]


def spread(facts: Sequence[Sequence[Piece]], right: Piece, width: int) -> list[Piece]:
    """Facts from the left, as many as fit, and ``right`` at the right edge."""
    room = width - cell_len(right[0])
    line: list[Piece] = []
    used = 0
    for fact in facts:
        gap = 2 if line else 0
        size = sum(cell_len(text) for text, _ in fact)
        if used + gap + size > room - 1:
            break
        line += [(" " * gap, "label"), *fact]
        used += gap + size
    return [*line, (" " * max(0, room - used), "label"), right]


def left(frames: Sequence[Frame], total: int, done: int) -> float | None:
    """Seconds until the newest frame's stage ends; None while its pace is unknown.

    The pace is the median of the last steps, so that a pause does not count.
    """
    recent = [f.seconds for f in frames[-RECENT:] if f.stage == frames[-1].stage]
    gaps = [b - a for a, b in pairwise(recent)]
    return sorted(gaps)[len(gaps) // 2] * (total - done) if gaps else None


def _fact(label: str, value: str) -> list[Piece]:
    return [(f"{label} ", "label"), (value, "value")]


def _of(frame: Frame, values: Sequence[float], sample: int) -> float:
    """A sample's value among those of a frame's rows."""
    rows = frame.sheet.rows
    return values[rows.index(sample)] if sample in rows[: len(values)] else math.nan
