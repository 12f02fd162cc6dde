"""What a terminal can, as far as it was found. Pure."""

import array
import fcntl
import termios
from dataclasses import dataclass

CELL = (10, 20)
"""Pixels of a cell, width and height, where nobody tells."""


@dataclass(frozen=True)
class Capabilities:
    """What was found out about a terminal, once, before the app opened.

    ``name`` is the terminal's own name and version ("kitty 0.41.1"), else what the environment
    calls it. ``kitty`` is its graphics protocol, ``placeholders`` pictures that ride on cells of
    text, ``animation`` frames replaced in place (``a=f``). ``sixel`` comes with ``registers``, the
    colours it holds (0: not told). ``synchronized`` is DECSET 2026. ``cell`` is in pixels, width
    and height. ``passthrough`` says whether tmux hands sequences on to the terminal around it.
    ``round_trip`` is in seconds: from the questions to the last answer. ``asked`` is False where
    nothing was asked or nothing answered.
    """

    name: str = ""
    kitty: bool = False
    placeholders: bool = False
    animation: bool = False
    sixel: bool = False
    registers: int = 0
    synchronized: bool = False
    cell: tuple[int, int] = CELL
    truecolor: bool = False
    tmux: bool = False
    passthrough: bool = False
    ssh: bool = False
    round_trip: float = 0.0
    asked: bool = False


def nothing() -> Capabilities:
    """What there is without a terminal, or before one was asked."""
    return Capabilities()


def cell_of(
    pixels: tuple[int, int] | None, cells: tuple[int, int], known: tuple[int, int] = CELL
) -> tuple[int, int]:
    """Pixels of one cell from a window's size in pixels and in cells; ``known`` where untold.

    For Textual's ``Resize.pixel_size`` and ``size``; it is None or zero where the terminal does
    not tell. Follows font zoom, because both come anew with every change.
    """
    if not pixels or min(*pixels, *cells) < 1:
        return known
    width, height = pixels[0] // cells[0], pixels[1] // cells[1]
    return (width, height) if _plausible(width, height) else known


def window_cell(descriptor: int, known: tuple[int, int] = CELL) -> tuple[int, int]:
    """Pixels of one cell by the window size that the kernel keeps (TIOCGWINSZ)."""
    size = array.array("H", (0, 0, 0, 0))
    try:
        fcntl.ioctl(descriptor, termios.TIOCGWINSZ, size)
    except OSError:
        return known
    lines, columns, width, height = size
    return cell_of((width, height), (columns, lines), known)


def _plausible(width: int, height: int) -> bool:
    return 2 <= width <= 200 and 4 <= height <= 400
