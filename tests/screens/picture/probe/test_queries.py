"""What is asked, and what the answers mean."""

import random

import pytest

from screens.picture.probe import queries
from screens.picture.probe.queries import Facts, batch, read
from screens.picture.probe.reply_filter import ReplyFilter
from tests.screens.picture.probe.test_reply_filter import ANSWERS


def test_the_sentinel_is_asked_last_and_the_cursor_returns() -> None:
    asked = batch()
    assert asked.startswith(b"\x1b7")
    assert asked.endswith(queries.SENTINEL + b"\x1b8\x1b[K")
    assert len(asked) < 256


def test_gnu_screen_is_asked_nothing_that_it_would_hand_on() -> None:
    assert b"\x1bP" not in batch(plain=True)
    assert b"\x1b_" not in batch(plain=True)


def test_every_answer_is_understood() -> None:
    assert read(ANSWERS) == Facts("kitty 0.41.1", True, True, True, 256, True, (10, 20), True)


@pytest.mark.parametrize(
    ("answer", "name", "value"),
    [
        (b"\x1b_Gi=31;ENOTSUP:no\x1b\\", "kitty", False),
        (b"\x1b_Gi=4294967291;ERROR: unimplemented action\x1b\\", "animation", False),
        (b"\x1b[?2026;0$y", "synchronized", False),
        (b"\x1b[?2026;4$y", "synchronized", False),
        (b"\x1b[?62;22c", "sixel", False),
        (b"\x1b[?4c", "sixel", False),
        (b"\x1bP1$r0;48;5;16m\x1b\\", "truecolor", False),
        (b"\x1bP1$r48;2;1;2;3m\x1b\\", "truecolor", True),
        (b"\x1bP1$r48:2:1:2:33m\x1b\\", "truecolor", False),
        (b"\x1bP0$r\x1b\\", "truecolor", None),
        (b"\x1bP>|XTerm(379)\x1b\\", "name", "XTerm 379"),
        (b"\x1bP>|WezTerm 20240203-110809\x1b\\", "name", "WezTerm 20240203-110809"),
        (b"\x1bP>|\x1b\\", "name", ""),
        (b"\x1bP>|a\x00\x9b31mb\xff" + b"c" * 2000 + b"\x1b\\", "name", "a31mb" + "c" * 43),
    ],
)
def test_one_answer(answer: bytes, name: str, value: object) -> None:
    assert getattr(read([answer]), name) == value


def test_garbage_raises_nothing() -> None:
    dice = random.Random(2718)
    alphabet = b"\x1b[?;cSt$yP>|_GiOK=0123456789\\\x07\xff\x00"
    for _ in range(2000):
        reply_filter = ReplyFilter()
        reply_filter.feed(bytes(dice.choices(alphabet, k=dice.randint(1, 60))))
        read([*reply_filter.answers, reply_filter.held])
