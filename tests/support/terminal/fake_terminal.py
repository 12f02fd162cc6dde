"""The far end: a terminal that answers what the bytes ask, once they are there."""

import re

from tests.support.terminal.escape_parser import Part, Splitter
from tests.support.terminal.terminal_replies import Profile

MOVED = re.compile(rb"\x1b\[(\d*)(?:;(\d*))?H")
BACKGROUND = re.compile(rb"\x1b\[(?:\d+;)*48[;:]2[;:][;:]?(\d+)[;:](\d+)[;:](\d+)m")
PASSED = b"\x1bPtmux;"


class Emulated:
    """Replies of one :class:`Profile`; ``size`` in columns and lines, ``cell`` in pixels."""

    def __init__(self, profile: Profile, size: tuple[int, int], cell: tuple[int, int]) -> None:
        self.profile, self.size, self.cell = profile, size, cell
        self.images: set[int] = set()
        """Ids of kitty pictures that are held."""
        self.asked: list[bytes] = []
        """Queries that came, in order, answered or not."""
        self._cursor = (1, 1)
        self._background: tuple[int, ...] | None = None
        self._tells = False
        self._command: dict[str, str] = {}
        self._inner = Splitter()
        self._around = Emulated(profile.within, size, cell) if profile.within else None

    def hear(self, part: Part) -> bytes:
        """What this part of the stream makes the terminal say."""
        reply = b""
        if part.kind == "text":
            reply = self._look(part.data)
        elif part.kind == "query":
            self.asked.append(part.data)
            reply = self._answer(part.data)
        elif part.data.startswith(PASSED) and self._around:
            self._pass(part.data)
        elif part.data.startswith(b"\x1b_G") and self.profile.graphics:
            reply = self._picture(part.data)
        elif part.data.startswith((b"\x1bP$q", b"\x1bP+q")):
            self.asked.append(part.data)
            reply = self._setting(part.data)
        return reply if self.profile.answers else b""

    @property
    def around(self) -> "Emulated":
        """The terminal around tmux, or this one."""
        return self._around or self

    def resized(self, size: tuple[int, int], cell: tuple[int, int]) -> bytes:
        """Another window or font; what the terminal says of it, where that was asked for."""
        self.size, self.cell = size, cell
        if self._around:
            self._around.resized(size, cell)
        return self._report() if self._tells else b""

    def _report(self) -> bytes:
        pixels = self.size[1] * self.cell[1], self.size[0] * self.cell[0]
        return b"\x1b[48;%d;%d;%d;%dt" % (self.size[1], self.size[0], *pixels)

    def _look(self, text: bytes) -> bytes:
        if moves := MOVED.findall(text):
            row, column = moves[-1]
            self._cursor = int(row or 1), int(column or 1)
        if grounds := BACKGROUND.findall(text):
            self._background = tuple(map(int, grounds[-1]))
        if b"\x1b[?2048h" in text and self.profile.replies.get("?2048$p", b"").endswith(b"2$y"):
            self._tells = True
            return self._report()
        return b""

    def _answer(self, query: bytes) -> bytes:
        key = re.sub(r"^([?>=]?)0(?=[a-z])", r"\1", query[2:].decode())
        columns, lines = self.size
        wide, high = self.cell
        own = {
            "5n": b"\x1b[0n",
            "6n": b"\x1b[%d;%dR" % self._cursor,
            "18t": b"\x1b[8;%d;%dt" % (lines, columns),
        }
        if self.profile.pixels:
            own["14t"] = b"\x1b[4;%d;%dt" % (lines * high, columns * wide)
            own["16t"] = b"\x1b[6;%d;%dt" % (high, wide)
        return own.get(key) or self.profile.replies.get(key, b"")

    def _setting(self, query: bytes) -> bytes:
        """XTGETTCAP, which nobody answers for RGB, and DECRQSS of the colours in use."""
        can = self.profile
        if query.startswith(b"\x1bP+q"):
            return b"\x1bP0+r%s\x1b\\" % query[4:-2] if can.capability else b""
        if not can.status:
            return b""
        if not can.truecolor or not self._background or query[4:-2] != b"m":
            return b"\x1bP0$r\x1b\\"
        return b"\x1bP1$r0;48:2::%d:%d:%dm\x1b\\" % self._background

    def _picture(self, command: bytes) -> bytes:
        """kitty's replies; one for a picture, with its last chunk."""
        keys, _, _ = command[3:-2].partition(b";")
        given = dict(pair.split("=") for pair in keys.decode().split(",") if "=" in pair)
        more = given.get("m") == "1"
        self._command = {**self._command, **given}
        if more:
            return b""
        whole, self._command = self._command, {}
        said, number = self._done(whole), int(whole.get("i", 0))
        quiet = {"OK": 1}.get(said, 2)
        if not number or int(whole.get("q", 0)) >= quiet or whole.get("a") == "d":
            return b""
        frame = b",r=%d" % int(whole["r"]) if whole.get("a") == "f" and "r" in whole else b""
        return b"\x1b_Gi=%d%s;%s\x1b\\" % (number, frame, said.encode())

    def _done(self, whole: dict[str, str]) -> str:
        number, action = int(whole.get("i", 0)), whole.get("a", "t")
        if action in "fac" and not self.profile.animation:
            return "ERROR: unimplemented action"
        if action in "fap" and number not in self.images:
            return f"ENOENT:Animation command refers to non-existent image with id: {number}"
        if action in "tT":
            self.images.add(number)
        if action == "d" and whole.get("d", "a") in "AIR":
            self.images -= {number} if whole["d"] == "I" else self.images
        return "OK"

    def _pass(self, data: bytes) -> None:
        """tmux gives it on; what comes back it keeps to itself."""
        assert self._around is not None
        for part in self._inner.feed(data[len(PASSED) : -2].replace(b"\x1b\x1b", b"\x1b")):
            self._around.hear(part)
