"""Frames in a stream: each once, when it is whole."""

import pytest

from tests.pictured.counted import whole

PLACED = b"\x1b_Ga=T,U=1,i=7,f=100,m=1;AAAA\x1b\\\x1b_Gq=2,m=0;AAAA\x1b\\"
BANDS = b"\x1b_Ga=f,i=7,r=1,X=1,y=0,m=0;AAAA\x1b\\\x1b_Ga=f,i=7,r=1,X=1,y=32,m=0;AAAA\x1b\\"
OTHERS = b"\x1b_Ga=p,U=1,i=7\x1b\\\x1b_Ga=d,d=I,i=7\x1b\\\x1b_Ga=q,i=1;AAAA\x1b\\"
ONE, TWO = b"\x1bP0;1;0q#0~\x1b\\", b"\x1bPq#0?\x1b\\"
UPDATE = b"\x1b[?2026h%s\x1b[?2026l"


@pytest.mark.parametrize(
    ("way", "stream", "ends"),
    [
        ("kitty", b"text" + PLACED, [4 + len(PLACED)]),
        ("kitty", PLACED[:-3], []),
        ("kitty", BANDS, [BANDS.index(b"\x1b\\") + 2]),
        ("kitty", OTHERS + ONE, []),
        ("sixel", ONE + b"x" + ONE + TWO, [len(ONE), len(ONE + b"x" + ONE + TWO)]),
        ("sixel", b"\x1bP$qm\x1b\\" + PLACED, []),
        ("half", UPDATE % (1000 * b"x"), [1016]),
        ("half", UPDATE % b"key 1." + (UPDATE % (1000 * b"x"))[:-1], []),
    ],
)
def test_whole_frames_are_counted(way: str, stream: bytes, ends: list[int]) -> None:
    assert whole(stream, way) == ends
