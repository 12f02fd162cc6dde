"""Frames in a stream: each once, when it is whole."""

import pytest

from tests.tools.pictured.counted import whole

PLACED = b"\x1b_Ga=T,U=1,i=7,f=100,m=1;AAAA\x1b\\\x1b_Gq=2,m=0;AAAA\x1b\\"
BANDS = b"\x1b_Ga=f,i=7,r=1,X=1,y=0,m=0;AAAA\x1b\\\x1b_Ga=f,i=7,r=1,X=1,y=32,m=0;AAAA\x1b\\"
OTHERS = b"\x1b_Ga=p,U=1,i=7\x1b\\\x1b_Ga=d,d=I,i=7\x1b\\\x1b_Ga=q,i=1;AAAA\x1b\\"
ONE, TWO = b"\x1bP0;1;0q#0~\x1b\\", b"\x1bPq#0?\x1b\\"
UPPER, LOWER = b"\x1b[2;1H" + ONE, b"\x1b[9;1H" + TWO
UPDATE = b"\x1b[?2026h\x1b7\x1b[1;1H%s\x1b[?2026l"
LATER = UPDATE.replace(b"[1;1H", b"[9;1H")
MANY = 1000 * b"x"


@pytest.mark.parametrize(
    ("way", "stream", "ends"),
    [
        ("kitty", b"text" + PLACED, [4 + len(PLACED)]),
        ("kitty", PLACED[:-3], []),
        ("kitty", BANDS, [BANDS.index(b"\x1b\\") + 2]),
        ("kitty", OTHERS + ONE, []),
        ("sixel", ONE + b"x" + ONE + TWO, [len(ONE), len(ONE + b"x" + ONE + TWO)]),
        ("sixel", b"\x1bP$qm\x1b\\" + PLACED, []),
        ("sixel", UPPER + LOWER, [len(UPPER)]),
        ("half", UPDATE % MANY, [len(UPDATE % MANY)]),
        ("half", UPDATE % MANY + LATER % MANY, [len(UPDATE % MANY)]),
        ("half", UPDATE % b"key 1." + (UPDATE % MANY)[:-1], []),
    ],
)
def test_whole_frames_are_counted(way: str, stream: bytes, ends: list[int]) -> None:
    assert whole(stream, way) == ends
