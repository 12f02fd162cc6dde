"""Placeholder cells say, to a terminal, their picture, row and column."""

import unicodedata

import pyte
import pytest
from rich.cells import cell_len

from screens.picture.encode import kitty
from screens.picture.encode.kitty import DIACRITICS
from tests.support.terminal.decoders.placeholders import Part, parts


def screen(lines: list[str], ident: int) -> pyte.Screen:
    found = pyte.Screen(60, 30)
    red, green, blue = kitty.colour(ident)
    text = f"\x1b[38;2;{red};{green};{blue}m" + "\r\n".join(lines)
    pyte.Stream(found).feed(text)
    return found


@pytest.mark.parametrize("ident", [1, 255, 256, 0x123456, 0xFFFFFF])
def test_each_cell_names_its_picture_row_and_column(ident):
    shown = parts(screen(kitty.rows(ident, 40, 20), ident))
    assert shown == {(x, y): Part(ident, y, x) for x in range(40) for y in range(20)}


def test_half_a_line_still_knows_where_it_belongs():
    lines = [line[3 * 10 :] for line in kitty.rows(8, 40, 2)]
    assert parts(screen(lines, 8))[0, 1] == Part(8, 1, 10)


def test_lines_are_as_wide_as_they_say():
    assert [cell_len(line) for line in kitty.rows(8, 297, 3)] == [297] * 3
    assert len(kitty.rows(8, 1, 297)) == 297


def test_an_id_under_256_has_a_colour_of_its_own():
    assert [kitty.numbered(n) for n in (1, 42, 255)] == [1, 42, 255]


def test_diacritics_are_those_of_the_protocol():
    """kitty's rule; the first three and the last as its documentation has them."""
    assert [ord(mark) for mark in DIACRITICS[:3] + DIACRITICS[-1]] == [0x305, 0x30D, 0x30E, 0x1D244]
    assert len(DIACRITICS) == len(set(DIACRITICS)) == 297
    assert sorted(DIACRITICS) == list(DIACRITICS)
    for mark in DIACRITICS:
        assert unicodedata.category(mark) == "Mn"
        assert unicodedata.combining(mark) == 230
        assert unicodedata.bidirectional(mark) == "NSM"
        assert not unicodedata.decomposition(mark)
        assert unicodedata.normalize("NFC", "\U0010eeee" + mark) == "\U0010eeee" + mark
