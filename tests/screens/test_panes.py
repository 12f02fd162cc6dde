"""Which channels are shown, and how large."""

import pytest

from engine.events import CHANNELS
from screens.widgets.panes import chosen, fitting


@pytest.mark.parametrize(
    ("columns", "lines", "expected"),
    [(80, 21, 2), (84, 33, 2), (126, 42, 3), (40, 21, 1), (40, 60, 2), (20, 10, 1)],
)
def test_more_channels_stand_side_by_side_only_where_pictures_stay_large(
    columns: int, lines: int, expected: int
) -> None:
    assert fitting(columns, lines, len(CHANNELS)) == expected


def test_the_last_place_gives_way_to_the_chosen_channel() -> None:
    assert chosen(CHANNELS, 2, "x0") == ["x", "x0"]
    assert chosen(CHANNELS, 2, "delta") == ["x", "delta"]
    assert chosen(CHANNELS, 1, "eps") == ["eps"]
    assert chosen(CHANNELS, 5, "eps") == list(CHANNELS)
    assert chosen(("x", "x0"), 2, "delta") == ["x", "x0"]
