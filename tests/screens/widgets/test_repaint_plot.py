"""t over the steps, in dots."""

from itertools import pairwise

from engine.specs import Inpaint
from screens.widgets.repaint_plot import DOTS, braille


def dots(lines: list[str]) -> list[list[int]]:
    """From the top, the rows of dots that are set, for each of two columns a cell."""
    found = []
    for x in range(2 * len(lines[0])):
        column = [
            bool((ord(lines[y // 4][x // 2]) - 0x2800) & DOTS[y % 4][x % 2])
            for y in range(4 * len(lines))
        ]
        found.append([y for y, is_set in enumerate(column) if is_set])
    return found


def test_a_descent_goes_from_the_top_left_to_the_bottom_right() -> None:
    found = dots(braille([1 - n / 19 for n in range(20)], 10, 3))
    assert (found[0], found[-1]) == ([0], [11])
    assert all(a[0] <= b[0] for a, b in pairwise(found))


def test_jumps_go_up_where_the_run_does() -> None:
    visits = Inpaint(image="a", mask="b", method="repaint", steps=12, jump=3, resample=3).visits()[
        :-1
    ]
    heights = [index / 11 for index in visits]
    found = dots(braille(heights, len(heights), 3))[::2]
    ups = [a[0] > b[0] for a, b in pairwise(found)]
    assert ups == [a < b for a, b in pairwise(visits)]


def test_of_many_steps_in_one_dot_the_whole_span_is_seen() -> None:
    found = dots(braille([0.0, 1.0] * 400, 10, 3))
    assert all(column == list(range(12)) for column in found)
