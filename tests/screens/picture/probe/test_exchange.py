"""The exchange on a pty: answers read, keys kept, settings back, no end that is no terminal."""

import os
import pty
import termios
from collections.abc import Iterator
from typing import Any

import pytest

from screens.picture.probe.exchange import MOST, Quiet, can_ask
from screens.picture.probe.queries import batch

XTERM = {"TERM": "xterm-256color"}
ANSWER = b"\x1bP>|XTerm(379)\x1b\\\x1b[?63;4c"


@pytest.fixture
def ends() -> Iterator[tuple[int, int]]:
    """The far end of a pty and ours."""
    master, slave = pty.openpty()
    yield master, slave
    os.close(master)
    os.close(slave)


def test_answers_and_keys_are_parted_and_the_settings_return(ends: tuple[int, int]) -> None:
    master, slave = ends
    before = termios.tcgetattr(slave)
    with Quiet(slave, slave) as quiet:
        os.write(master, b"a" + ANSWER + b"b\n\x1b")
        answer = quiet.ask(batch())
        assert not termios.tcgetattr(slave)[3] & (termios.ECHO | termios.ICANON)
    assert answer.whole
    assert answer.replies == (b"\x1bP>|XTerm(379)\x1b\\", b"\x1b[?63;4c")
    assert quiet.taken() == b"ab\r\x1b"
    assert quiet.taken() == b""
    assert termios.tcgetattr(slave) == before
    assert os.read(master, 4096) == batch()


def test_a_terminal_that_says_nothing_costs_the_limit(ends: tuple[int, int]) -> None:
    with Quiet(ends[1], ends[1]) as quiet:
        answer = quiet.ask(batch(), limit=0.05)
    assert (answer.replies, answer.whole) == ((), False)
    assert 0.05 <= answer.seconds < 1


def test_a_flood_of_keys_is_no_answer(ends: tuple[int, int]) -> None:
    quiet = Quiet(*ends)
    quiet.source, other = os.pipe()
    os.set_blocking(other, False)
    os.write(other, b"x" * MOST)
    assert not quiet.ask(b"", limit=60).whole
    assert len(quiet.typed) == MOST
    os.close(quiet.source)
    os.close(other)


def test_the_settings_return_after_an_error(ends: tuple[int, int]) -> None:
    before = termios.tcgetattr(ends[1])
    with pytest.raises(KeyboardInterrupt), Quiet(ends[1], ends[1]):
        raise KeyboardInterrupt
    assert termios.tcgetattr(ends[1]) == before


def test_a_terminal_that_is_gone_raises_nothing() -> None:
    master, slave = pty.openpty()
    os.close(master)
    with Quiet(slave, slave) as quiet:
        assert not quiet.ask(batch(), limit=0.05).whole
    os.close(slave)


def test_what_comes_late_is_thrown_away_where_no_app_reads(ends: tuple[int, int]) -> None:
    master, slave = ends
    with Quiet(slave, slave) as quiet:
        quiet.ask(batch(), limit=0.01)
        os.write(master, ANSWER)
        quiet.sweep()
        os.set_blocking(slave, False)
        with pytest.raises(BlockingIOError):
            os.read(slave, 10)


def test_both_ends_must_be_a_terminal_that_can_answer(ends: tuple[int, int]) -> None:
    with (
        open(ends[1], "r+b", 0, closefd=False) as there,
        open(os.devnull, "r+b", 0) as nothing,  # noqa: PTH123
    ):
        asks: Any = lambda source, sink, environ=XTERM: can_ask(source, sink, environ)  # noqa: E731
        assert asks(there, there)
        assert not asks(nothing, there)
        assert not asks(there, nothing)
        assert not asks(None, there)
        for term in ("", "dumb", "linux"):
            assert not asks(there, there, {"TERM": term})
        assert not asks(there, there, {**XTERM, "TERM_PROGRAM": "Apple_Terminal"})
    assert not can_ask(there, there, XTERM)
