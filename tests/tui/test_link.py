"""The terminal that is far away: what the line does to time, and what the far end says."""

import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.support.terminal import terminal_replies
from tests.support.terminal.escape_parser import Splitter
from tests.support.terminal.fake_terminal import Emulated
from tests.support.terminal.slow_link import TICK, Link, Wire
from tests.support.terminal.terminal_replies import Profile

RAW = "import os, sys, time, tty; tty.setraw(0); os.write(1, b'ready');"
ASKS = (
    RAW + "os.write(1, b'x' * 5000 + b'\\x1b[6n'); a = os.read(0, 99); os.write(1, b'got ' + a[1:])"
)
ECHO = RAW + "os.write(1, b'saw ' + os.read(0, 99))"
MANY = RAW + "begun = time.monotonic(); n = 300_000; os.write(1, b'x' * n);"
MANY += "os.write(1, b'wrote in %d ms.' % (1000 * (time.monotonic() - begun)))"
SIZES = "import fcntl, os, signal, struct, termios;"
SIZES += "told = lambda *_: os.write(1, b'%d %d %d %d.' % struct.unpack('HHHH', "
SIZES += "fcntl.ioctl(1, termios.TIOCGWINSZ, bytes(8)))); signal.signal(signal.SIGWINCH, told);"
SIZES += "told(); [signal.pause() for _ in range(9)]"
Opens = Callable[..., Link]


@pytest.fixture
def opened() -> Iterator[Opens]:
    """``opened(code, ...)``: a Python program on a link."""
    made: list[Link] = []

    def opens(code: str, **options: Any) -> Link:
        made.append(Link(["-c", code], {}, **options))
        return made[-1]

    yield opens
    for link in made:
        link.close()


def test_bytes_take_the_time_of_the_line(opened: Opens) -> None:
    link = opened(ASKS, rate=20_000, latency=0.1)
    link.until(lambda it: it.arrived(b"got ["))
    ready, reply = link.arrived(b"ready"), link.arrived(b"got [")
    assert ready
    assert reply
    assert reply - ready >= 5000 / 20_000 + 2 * 0.1 - TICK


def test_keys_take_the_time_of_the_line(opened: Opens) -> None:
    link = opened(ECHO, latency=0.2)
    link.until(lambda it: it.arrived(b"ready"))
    typed = link.type("k")
    link.until(lambda it: it.arrived(b"saw k"))
    assert (link.arrived(b"saw k") or 0) - typed >= 0.4


def test_keys_come_at_their_moment(opened: Opens) -> None:
    link = opened(ECHO)
    link.until(lambda it: it.arrived(b"ready"))
    when = time.monotonic() + 0.3
    link.type_at(when, "k")
    link.until(lambda it: it.arrived(b"saw k"))
    assert (link.arrived(b"saw k") or 0) >= when


def test_the_writer_waits_for_a_full_line(opened: Opens) -> None:
    link = opened(MANY, rate=400_000, screen=False)
    link.until(lambda it: b"ms." in it.raw)
    assert int(re.findall(rb"in (\d+) ms", link.raw)[0]) > 300


def test_a_network_that_holds_much_stops_nobody() -> None:
    narrow, deep = Wire(1000.0), Wire(1000.0, holds=500)
    for wire in (narrow, deep):
        wire.arrival(10.0, 600)
    assert narrow.ready_at == pytest.approx(10.59)
    assert deep.ready_at == pytest.approx(10.09)


def test_arrival_is_rate_then_latency_and_the_line_is_busy() -> None:
    wire = Wire(100.0, 0.5)
    assert wire.arrival(1.0, 50) == pytest.approx(2.0)
    assert wire.arrival(1.0, 50) == pytest.approx(2.5)
    assert wire.arrival(9.0, 50) == pytest.approx(10.0)


def test_a_window_has_pixels_and_can_change(opened: Opens) -> None:
    link = opened(SIZES)
    link.until(lambda it: b"24 80 800 480." in it.raw)
    link.resize((80, 24), (5, 11))
    link.until(lambda it: b"24 80 400 264." in it.raw)
    link.resize((20, 5))
    link.until(lambda it: b"5 20 100 55." in it.raw)


WHOLE = (
    b"text\x1b[1;2H\x1b[38;2;1;2;3mx\x1b[c\x1b_Gi=1,m=0;AAAA\x1b\\y\x1b[?2026$p"
    b"\x1bPtmux;\x1b\x1b_Ga=d\x1b\x1b\\\x1b\\\x1b]0;t\x07\x1b]0;u\x1b\\\x1bPq#0~\x1b\\end\x1b[>q"
)
STRINGS = [
    b"\x1b_Gi=1,m=0;AAAA\x1b\\",
    b"\x1bPtmux;\x1b\x1b_Ga=d\x1b\x1b\\\x1b\\",
    b"\x1b]0;t\x07",
    b"\x1b]0;u\x1b\\",
    b"\x1bPq#0~\x1b\\",
]


@pytest.mark.parametrize("piece", [1, 2, 3, 7, len(WHOLE)])
def test_parts_are_the_same_however_the_bytes_come(piece: int) -> None:
    splitter, parts = Splitter(), []
    for at in range(0, len(WHOLE), piece):
        parts += splitter.feed(WHOLE[at : at + piece])
    assert b"".join(part.data for part in parts) == WHOLE
    assert [part.data for part in parts if part.kind == "string"] == STRINGS
    queries = [part.data for part in parts if part.kind == "query"]
    assert queries == [b"\x1b[c", b"\x1b[?2026$p", b"\x1b[>q"]


def said(profile: Profile, stream: bytes) -> bytes:
    """Everything a terminal answers to a stream."""
    far = Emulated(profile, (80, 24), (10, 20))
    return b"".join(far.hear(part) for part in Splitter().feed(stream))


ASKED = b"\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\"
PICTURE = b"\x1b_Ga=T,U=1,i=7,f=100,m=1;AAAA\x1b\\\x1b_Gm=0;AAAA\x1b\\"
FRAME = b"\x1b_Ga=f,r=1,i=7,m=0;AAAA\x1b\\"


@pytest.mark.parametrize(
    ("profile", "stream", "reply"),
    [
        (terminal_replies.KITTY, b"\x1b[5;9H\x1b[6n", b"\x1b[5;9R"),
        (terminal_replies.KITTY, b"\x1b[0c\x1b[>0q", b"\x1b[?62;c\x1bP>|kitty(0.41.1)\x1b\\"),
        (terminal_replies.KITTY, ASKED, b"\x1b_Gi=31;OK\x1b\\"),
        (terminal_replies.KITTY, PICTURE + FRAME, b"\x1b_Gi=7;OK\x1b\\\x1b_Gi=7,r=1;OK\x1b\\"),
        (terminal_replies.KITTY, PICTURE.replace(b"i=7", b"i=7,q=2") + FRAME[:-2], b""),
        (terminal_replies.KITTY, b"\x1b[?2048h", b"\x1b[48;24;80;480;800t"),
        (terminal_replies.KITTY, b"\x1b[16t\x1b[14t", b"\x1b[6;20;10t\x1b[4;480;800t"),
        (terminal_replies.SIXEL, ASKED + b"\x1b[16t\x1b[?1;1;0S", b"\x1b[?1;0;256S"),
        (
            terminal_replies.SIXEL,
            b"\x1b[48;2;1;2;3m\x1bP$qm\x1b\\",
            b"\x1bP1$r0;48:2::1:2:3m\x1b\\",
        ),
        (terminal_replies.PLAIN, b"\x1b[48;2;1;2;3m\x1bP$qm\x1b\\\x1b[16t", b"\x1bP0$r\x1b\\"),
        (terminal_replies.KITTY, b"\x1bP+q524742\x1b\\\x1b[6n", b"\x1bP0+r524742\x1b\\\x1b[1;1R"),
        (terminal_replies.SILENT, ASKED + b"\x1b[c\x1b[6n\x1b[?2026$p\x1bP$qm\x1b\\", b""),
        (terminal_replies.TMUX, ASKED + b"\x1b[c\x1bP$qm\x1b\\", b"\x1b[?1;2;4c"),
    ],
)
def test_the_far_end_answers_as_its_kind_does(
    profile: Profile, stream: bytes, reply: bytes
) -> None:
    assert said(profile, stream) == reply


def test_frames_are_refused_where_there_are_none() -> None:
    assert b"ENOENT" in said(terminal_replies.KITTY, FRAME)
    assert b"unimplemented" in said(terminal_replies.GHOSTTY_OLD, PICTURE + FRAME)


def test_pictures_are_held_until_they_are_deleted() -> None:
    far = Emulated(terminal_replies.KITTY, (80, 24), (10, 20))
    held = []
    for stream in (PICTURE, b"\x1b_Ga=d,d=i,i=7\x1b\\", b"\x1b_Ga=d,d=I,i=7\x1b\\"):
        for part in Splitter().feed(stream):
            far.hear(part)
        held.append(set(far.images))
    assert held == [{7}, {7}, set()]


def test_tmux_gives_pictures_to_the_terminal_around_it() -> None:
    far = Emulated(terminal_replies.TMUX, (80, 24), (10, 20))
    wrapped = PICTURE[: PICTURE.index(b"\\") + 1].replace(b"m=1", b"m=0")
    wrapped = b"\x1bPtmux;" + wrapped.replace(b"\x1b", b"\x1b\x1b") + b"\x1b\\"
    assert [far.hear(part) for part in Splitter().feed(wrapped)] == [b""]
    assert far.around.images == {7}
    assert not far.images


def test_a_late_terminal_lets_keys_pass(opened: Opens) -> None:
    code = RAW + "os.write(1, b'\\x1b[c');"
    code += (
        "[os.write(1, b'saw ' + os.read(0, 99).replace(b'\\x1b', b'') + b'.') for _ in range(2)]"
    )
    link = opened(code, profile=terminal_replies.late(terminal_replies.KITTY, 0.4))
    link.until(lambda it: it.far.asked)
    link.type("k")
    link.until(lambda it: it.raw.count(b".") == 2)
    assert re.findall(rb"saw ([^.]*)", link.raw) == [b"k", b"[?62;c"]


def test_text_is_read_and_pictures_are_not(opened: Opens) -> None:
    link = opened("print('\\x1b_Gi=1;QUJD\\x1b\\\\here\\x1bPq~~\\x1b\\\\.')")
    assert link.ended() == 0
    assert link.text.startswith("here.")
