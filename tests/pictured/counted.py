"""Where in a terminal's bytes whole frames of a picture end."""

import re

from tests.tui.sequences import Splitter

SIXEL = re.compile(rb"\x1bP[0-9;]*q")
BEGIN, END = b"\x1b[?2026h", b"\x1b[?2026l"
LEAST = 1000
"""Bytes of an update of the screen that is more than a line of text."""


def whole(stream: bytes, way: str) -> list[int]:
    """The offsets after each frame, oldest first."""
    found = {"kitty": _kitty, "sixel": _sixel, "half": _updates}[way](stream)
    return [end for end, _ in found]


def _strings(stream: bytes) -> list[tuple[int, bytes]]:
    parts, at = [], 0
    for part in Splitter().feed(stream):
        at += len(part.data)
        if part.kind == "string":
            parts.append((at, part.data))
    return parts


def _kitty(stream: bytes) -> list[tuple[int, bytes]]:
    """Pictures and frames that were sent whole; of one that goes in bands the topmost counts."""
    ends, begun = [], None
    for end, string in _strings(stream):
        if not string.startswith(b"\x1b_G"):
            continue
        control, _, data = string[3:-2].partition(b";")
        keys = dict(pair.split(b"=") for pair in control.split(b",") if b"=" in pair)
        begun = begun or keys
        if keys.get(b"m") == b"1":
            continue
        if begun.get(b"a", b"t") in b"tTf" and data and int(begun.get(b"y", 0)) == 0:
            ends.append((end, data))
        begun = None
    return ends


def _sixel(stream: bytes) -> list[tuple[int, bytes]]:
    """Pictures, the same one drawn again not counted."""
    ends: list[tuple[int, bytes]] = []
    for end, string in _strings(stream):
        if SIXEL.match(string) and (not ends or ends[-1][1] != string):
            ends.append((end, string))
    return ends


def _updates(stream: bytes) -> list[tuple[int, bytes]]:
    """Updates of the screen that hold a picture's worth of cells."""
    ends, at = [], 0
    while (begin := stream.find(BEGIN, at)) >= 0:
        at = stream.find(END, begin)
        if at < 0:
            break
        if at - begin >= LEAST:
            ends.append((at + len(END), b""))
    return ends
