"""Where in a terminal's bytes whole frames of a picture end."""

import re

from tests.support.terminal.escape_parser import Splitter

SIXEL = re.compile(rb"\x1bP[0-9;]*q")
MOVED = re.compile(rb"\x1b\[(\d+);\d+H")
UPDATE = re.compile(rb"\x1b\[\?2026h(?:\x1b7)?\x1b\[1;1H(.*?)\x1b\[\?2026l", re.DOTALL)
LEAST = 1000
"""Bytes of an update of the screen that is more than a line of text."""


def whole(stream: bytes, way: str) -> list[int]:
    """The offsets after each frame, oldest first. Of one in several pieces the topmost counts."""
    return {"kitty": _kitty, "sixel": _sixel, "half": _updates}[way](stream)


def _strings(stream: bytes) -> list[tuple[int, int, bytes]]:
    """Control strings: where each ends, the line that the cursor was on, and itself."""
    strings, at, line = [], 0, 1
    for part in Splitter().feed(stream):
        at += len(part.data)
        if part.kind == "string":
            strings.append((at, line, part.data))
        elif moves := MOVED.findall(part.data):
            line = int(moves[-1])
    return strings


def _kitty(stream: bytes) -> list[int]:
    """Pictures that were placed, and edits of them from their first row on."""
    ends, begun = [], None
    for end, _, string in _strings(stream):
        if not string.startswith(b"\x1b_G"):
            continue
        control, _, data = string[3:-2].partition(b";")
        keys = dict(pair.split(b"=") for pair in control.split(b",") if b"=" in pair)
        begun = begun or keys
        if keys.get(b"m") == b"1":
            continue
        if begun.get(b"a", b"t") in b"tTf" and data and int(begun.get(b"y", 0)) == 0:
            ends.append(end)
        begun = None
    return ends


def _sixel(stream: bytes) -> list[int]:
    """Pictures on the topmost line of all; the same one drawn again is not counted."""
    found = [(end, line, data) for end, line, data in _strings(stream) if SIXEL.match(data)]
    top = min((line for _, line, _ in found), default=1)
    ends, before = [], b""
    for end, line, data in found:
        if line == top and data != before:
            ends.append(end)
            before = data
    return ends


def _updates(stream: bytes) -> list[int]:
    """Updates of the screen from its first cell on that hold a picture's worth of cells."""
    return [found.end() for found in UPDATE.finditer(stream) if len(found[1]) >= LEAST]
