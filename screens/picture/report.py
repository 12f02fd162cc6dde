"""What was found of the terminal, in words and, for what is not right, the line to type. Pure."""

from collections.abc import Iterator

from screens.picture.backends.sixel import FEW
from screens.picture.capabilities import Capabilities
from screens.picture.detect import UNTOLD, kept_in
from screens.picture.picture_mode import best, protocol

Finding = tuple[str, bool, str, str]
"""Topic, whether it is right, what was found, what to type."""

XTERM = "xterm -ti vt340 -xrm 'XTerm*numColorRegisters: 256'"
PASS = "tmux set -g allow-passthrough on"


def findings(found: Capabilities, size: tuple[int, int], no_color: bool) -> Iterator[Finding]:
    """One for each topic; ``size`` in columns and lines, ``no_color`` as the environment asks."""
    yield _terminal(found, size)
    yield _colours(found, no_color)
    yield _pictures(found)
    if found.asked:
        yield "protocols", True, "; ".join(_protocols(found)), ""
    if found.tmux:
        yield _tmux(found)
    yield _link(found)


def _terminal(found: Capabilities, size: tuple[int, int]) -> Finding:
    columns, lines = size
    fine = columns >= 80 and lines >= 24
    wide, high = found.cell
    text = f"{found.name or 'unknown'}, {columns}x{lines} cells of {wide}x{high} pixels"
    return "terminal", fine, text, "" if fine else "make the window at least 80x24"


def _colours(found: Capabilities, no_color: bool) -> Finding:
    if no_color:
        return "colours", False, "off: NO_COLOR is set", "unset NO_COLOR"
    if found.truecolor:
        return "colours", True, "truecolor", ""
    if found.tmux:
        advice = "tmux set -as terminal-features ',*:RGB', then attach again"
        return "colours", False, "256: this tmux knows no truecolor terminal around it", advice
    why = "the terminal does not say that it has more" if found.asked else "COLORTERM is not set"
    return "colours", False, f"256: {why}", "diffuscope --color truecolor, if the terminal can"


def _pictures(found: Capabilities) -> Finding:
    used = protocol(best(found))
    if used.pixels:
        return "pictures", True, f"{used.title}, which --images auto takes", ""
    wrong, advice = _hindered(found)
    if wrong:
        return "pictures", False, f"half-blocks: {wrong}", advice
    return "pictures", True, "half-blocks, which every terminal draws", advice


def _hindered(found: Capabilities) -> tuple[str, str]:
    """Why a terminal that could draw pixels does not, and what to type."""
    if kept_in(found):
        return "this tmux lets no pictures through", PASS
    if found.kitty and found.name.startswith("kitty"):
        return f"{found.name} has no placeholders", "install kitty 0.28 or newer"
    xterm = XTERM if found.name.startswith("XTerm") else ""
    if found.sixel and 0 < found.registers < FEW:
        return f"sixel with {found.registers} colours only", xterm
    return "", xterm and f"{xterm} draws real pixels"


def _protocols(found: Capabilities) -> Iterator[str]:
    parts = (("placeholders", found.placeholders), ("frames in place", found.animation))
    details = ", ".join(f"{'' if there else 'no '}{name}" for name, there in parts)
    yield f"kitty graphics ({details})" if found.kitty else "no kitty graphics"
    colours = f" ({found.registers} colours)" if found.registers else ""
    yield f"sixel{colours}" if found.sixel else "no sixel"
    yield "synchronized output" if found.synchronized else "no synchronized output"


def _tmux(found: Capabilities) -> Finding:
    if found.passthrough:
        return "tmux", True, "hands pictures on to the terminal around it", ""
    if found.name.startswith(UNTOLD):
        advice = "diffuscope --images kitty, if it hands pictures on to one"
        return "tmux", True, "does not tell which terminal is around it", advice
    text = "hands no pictures on to the terminal around it"
    return "tmux", not kept_in(found), text, PASS if kept_in(found) else ""


def _link(found: Capabilities) -> Finding:
    where = " in ".join(n for n, on in (("ssh", found.ssh), ("tmux", found.tmux)) if on) or "local"
    if found.asked:
        return "link", True, f"{where}, answers in {found.round_trip * 1000:.0f} ms", ""
    if found.round_trip:
        silent = f"{where}, nothing answered within {found.round_trip:.1f} s"
        return "link", False, silent, "diffuscope --images kitty or sixel, if the terminal has it"
    return "link", True, where, ""
