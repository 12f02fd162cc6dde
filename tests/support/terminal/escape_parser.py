"""A terminal's bytes taken apart where someone must look: queries and control strings, and text."""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

Kind = Literal["text", "query", "string"]

MARK = re.compile(rb"\x1b(?:([P_\]^X])|\[[?>=]?[0-9;]*\$?[ncqtpuSx])")
"""The start of a control string, or a whole sequence that could be a query."""
BEGUN = re.compile(rb"\x1b(?:\[[?>=]?[0-9;]*\$?)?$")


class Part(NamedTuple):
    """A piece of the stream: text with its colours and moves, one query, or one control string."""

    kind: Kind
    data: bytes


class Splitter:
    """Takes bytes as they come, in pieces that end anywhere, and gives back whole parts."""

    def __init__(self) -> None:
        self._kept = bytearray()
        self._looked = 0

    def feed(self, data: bytes) -> Iterator[Part]:
        """Parts that are complete now; what is not is kept for the next time."""
        self._kept += data
        at = 0
        while match := MARK.search(self._kept, at):
            if match.start() > at:
                yield Part("text", bytes(self._kept[at : match.start()]))
            at = match.start()
            end = match.end() if match[1] is None else self._end(match.end(), match[1])
            if end < 0:
                break
            yield Part("query" if match[1] is None else "string", bytes(self._kept[at:end]))
            at, self._looked = end, 0
        else:
            begun = BEGUN.search(self._kept, at)
            rest = begun.start() if begun else len(self._kept)
            if rest > at:
                yield Part("text", bytes(self._kept[at:rest]))
            at = rest
        del self._kept[:at]
        self._looked = max(0, len(self._kept) - 2)

    def _end(self, start: int, opened: bytes) -> int:
        """Where a string ends, or -1. Escapes that tmux is to pass on are doubled inside it."""
        at = max(start, self._looked)
        bell = self._kept.find(b"\x07", at) if opened == b"]" else -1
        while (at := self._kept.find(b"\x1b\\", at)) >= 0 and self._kept[at - 1] == 0x1B:
            at += 1
        ends = [
            end for end in (bell + 1 if bell >= 0 else -1, at + 2 if at >= 0 else -1) if end > 0
        ]
        return min(ends, default=-1)
