"""Answers and keys in one stream, cut anywhere."""

import pytest

from screens.picture.probe.reply_filter import LONGEST, MOST, ReplyFilter

ANSWERS = [
    b"\x1bP>|kitty(0.41.1)\x1b\\",
    b"\x1b_Gi=31;OK\x1b\\",
    b"\x1b_Gi=4294967291;ENOENT:Animation command refers to non-existent image\x1b\\",
    b"\x1b[?1;0;256S",
    b"\x1b[?2026;2$y",
    b"\x1b[6;20;10t",
    b"\x1bP1$r0;48:2::1:2:3m\x1b\\",
    b"\x1b[?62;4;22c",
]
KEYS = [
    b"a",
    "é".encode(),
    b"\x1b[A",
    b"\x1b[1;5D",
    b"\x1bOP",
    b"\x1b[15~",
    b"\x1bP",
    b"\x1b",
    b"b",
]
STREAM = b"".join(key + answer for key, answer in zip(KEYS, ANSWERS, strict=False)) + KEYS[-1]


@pytest.mark.parametrize("piece", [1, 2, 3, 5, 7, 1000])
def test_however_it_is_cut_keys_and_answers_are_the_same(piece: int) -> None:
    reply_filter = ReplyFilter()
    cut = [STREAM[at : at + piece] for at in range(0, len(STREAM), piece)]
    keys = b"".join(reply_filter.feed(data) for data in cut)
    assert keys == b"".join([*KEYS[: len(ANSWERS)], KEYS[-1]])
    assert reply_filter.answers == ANSWERS
    assert reply_filter.done
    assert reply_filter.held == b""


def test_a_lone_escape_waits_and_is_a_key_when_given_up() -> None:
    reply_filter = ReplyFilter()
    assert reply_filter.feed(b"x\x1b") == b"x"
    assert not reply_filter.sure
    assert reply_filter.give_up() == b"\x1b"
    assert reply_filter.held == b""


@pytest.mark.parametrize("half", [b"\x1b[?62;", b"\x1b_Gi=3", b"\x1bP>|kit", b"\x1bP1$r0;48"])
def test_half_an_answer_never_becomes_keys(half: bytes) -> None:
    reply_filter = ReplyFilter()
    assert reply_filter.feed(half) == b""
    assert reply_filter.sure
    assert reply_filter.give_up() == b""
    assert reply_filter.feed(b"q") == b"q"


def test_an_answer_that_another_cuts_off_is_dropped() -> None:
    reply_filter = ReplyFilter()
    assert reply_filter.feed(b"\x1b_Gi=31;O\x1b[A\x1b[?62c") == b"\x1b[A"
    assert reply_filter.answers == [b"\x1b[?62c"]


def test_what_the_app_hears_for_itself_is_left_alone() -> None:
    mine = b"\x1b[12;40R\x1b[48;24;80;480;800t\x1b[<0;3;4M\x1b[I\x1b[200~x\x1b[201~"
    assert ReplyFilter().feed(mine) == mine


def test_late_answers_about_modes_go_to_textual() -> None:
    reply_filter = ReplyFilter()
    reply_filter.late = True
    assert reply_filter.feed(b"\x1b[?2026;2$y\x1b[?1;0;256S") == b"\x1b[?2026;2$y"


def test_a_flood_is_bounded() -> None:
    reply_filter = ReplyFilter()
    for _ in range(100):
        reply_filter.feed(b"\x1b_G" + b"x" * 1000)
        assert len(reply_filter.held) <= LONGEST + 4
    reply_filter.feed(b"\x1b[?1c" * 1000)
    assert len(reply_filter.answers) == MOST
