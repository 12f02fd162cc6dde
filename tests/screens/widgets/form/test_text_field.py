"""Values with commas between them, of which one is changed."""

import pytest

from screens.widgets.form.text_field import turned

USUAL = ("identity", "flip", "negate")


@pytest.mark.parametrize(
    ("text", "at", "by", "expected"),
    [
        ("identity,flip", 1, 1, "identity,negate"),
        ("identity, flip", 1, -1, "identity,identity"),
        ("identity,negate", 1, 1, "identity,identity"),
        ("identity,mine.png", 1, 1, "identity,identity"),
        ("identity,mine.png", 1, -1, "identity,negate"),
        ("", 0, 1, "identity"),
        ("identity", 1, 1, "identity"),
    ],
)
def test_the_value_under_the_cursor_goes_round(text: str, at: int, by: int, expected: str) -> None:
    assert turned(text, at, by, USUAL) == expected
