"""Numbers that keys move."""

import pytest

from screens.widgets.form.number_field import nudged, wanted

STEPS = (1, 1000)


@pytest.mark.parametrize(
    ("text", "by", "bounds", "whole", "result"),
    [
        ("20", 1, STEPS, True, "21"),
        ("20", -10, STEPS, True, "10"),
        ("5", -10, STEPS, True, "1"),
        ("995", 10, STEPS, True, "1000"),
        ("7.0", 0.5, (0, 100), False, "7.5"),
        ("0.3", -0.1, (0, 100), False, "0.2"),
        ("0.2", -0.5, (0, 100), False, "0.0"),
        ("1000000000", 1, STEPS, True, "1000"),
        ("-3", 1, (None, None), True, "-2"),
        ("abc", 1, STEPS, True, "abc"),
        ("", 1, STEPS, True, ""),
        ("nan", 1, (0, 100), False, "nan"),
        ("inf", 1, (0, 100), False, "100.0"),
        ("7.5", 1, STEPS, True, "7.5"),
    ],
)
def test_nudged(text, by, bounds, whole, result):
    assert nudged(text, by, bounds, whole) == result


@pytest.mark.parametrize(
    ("bounds", "whole", "line"),
    [
        ((1, 1000), True, "a whole number, 1 to 1000"),
        ((0, 4294967295), True, "a whole number, 0 to 4294967295"),
        ((0.0, 100.0), False, "a number, 0 to 100"),
        ((0, None), False, "a number of at least 0"),
        ((None, 5), True, "a whole number up to 5"),
        ((None, None), False, "a number"),
    ],
)
def test_wanted(bounds, whole, line):
    assert wanted(bounds, whole) == line
