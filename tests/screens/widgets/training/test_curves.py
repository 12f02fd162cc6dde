"""What is done to a curve before it is drawn, against a reference."""

import math

import numpy as np
import pytest

from screens.widgets.training.curves import (
    Series,
    decimated,
    limits,
    log_ticks,
    points,
    smoothed,
    within,
)

NOISY = np.random.default_rng(3).lognormal(size=5000).cumsum() % 7 - 1


@pytest.mark.parametrize("weight", [0.5, 0.9, 0.99])
def test_smoothing_is_the_weighted_mean_of_all_values_until_then(weight: float) -> None:
    values = NOISY[:80].tolist()
    for n, found in enumerate(smoothed(values, weight), 1):
        weights = weight ** np.arange(n)[::-1]
        assert found == pytest.approx(np.average(values[:n], weights=weights))


def test_a_constant_stays_what_it_is_from_its_first_point_on() -> None:
    assert smoothed([3.0] * 9, 0.95) == pytest.approx([3.0] * 9)


def test_a_value_that_is_not_finite_leaves_the_average_as_it_is() -> None:
    found = smoothed([math.nan, 2.0, math.inf, 4.0], 0.5)
    assert math.isnan(found[0])
    assert found[1:3] == [2.0, 2.0]
    assert found[3] == pytest.approx((0.5 * 2 + 1 * 4) / 1.5)


@pytest.mark.parametrize("most", [2, 7, 100, 999])
def test_few_points_keep_every_stretchs_lowest_and_highest(most: int) -> None:
    x = np.arange(len(NOISY), dtype=float)
    few_x, few_y = decimated(x, NOISY, most)
    assert len(few_x) <= most
    assert (np.diff(few_x) > 0).all()
    assert np.array_equal(NOISY[few_x.astype(int)], few_y)
    for stretch in np.array_split(np.arange(len(x)), most // 2):
        inside = few_y[np.isin(few_x, stretch)]
        if len(stretch) * (most // 2) == len(x):
            assert (inside.min(), inside.max()) == (NOISY[stretch].min(), NOISY[stretch].max())
    assert (few_y.min(), few_y.max()) == (NOISY.min(), NOISY.max())


def test_one_peak_among_many_points_is_not_lost() -> None:
    y = np.zeros(30_000)
    y[12_345] = 1.0
    assert 12_345 in decimated(np.arange(30_000.0), y, 200)[0]


def test_a_curve_of_few_points_stays_as_it_is() -> None:
    x = np.arange(9.0)
    assert decimated(x, x, 9) == (x, x)


def test_a_log_axis_leaves_out_what_has_no_logarithm() -> None:
    x, y = points([1, 2, 3, 4, 5], [10.0, 0.0, -1.0, math.nan, 0.1], log=True)
    assert x.tolist() == [1, 5]
    assert y.tolist() == [1.0, -1.0]
    x, y = points([1, 2, 3], [0.0, -1.0, math.inf], log=False)
    assert (x.tolist(), y.tolist()) == ([1, 2], [0.0, -1.0])


def test_only_the_end_of_a_curve() -> None:
    assert within(Series("a", [1, 2, 3], [5.0, 6.0, 7.0], 2), 1.5) == Series(
        "a", [2, 3], [6.0, 7.0], 2
    )
    assert within(Series("a", [1], [5.0]), 9).steps == []


@pytest.mark.parametrize(
    ("low", "high", "marks"),
    [(0.02, 0.6, [0.02, 0.05, 0.1, 0.2, 0.5]), (1e-5, 1, [1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1])],
)
def test_ticks_of_a_log_axis_are_round_numbers(low: float, high: float, marks: list[float]) -> None:
    found = [10**tick for tick in log_ticks(math.log10(low) - 1e-9, math.log10(high) + 1e-9)]
    assert found == pytest.approx(marks)


def test_ticks_of_a_narrow_log_axis_lie_within_it() -> None:
    found = log_ticks(math.log10(0.031), math.log10(0.034))
    assert len(found) == 5
    assert found[0] == math.log10(0.031)


@pytest.mark.parametrize("value", [0.0, 3.0, -1e12, 1e300])
def test_one_value_alone_has_room_around_it(value: float) -> None:
    low, high = limits([np.array([]), np.array([value])])
    assert low < value < high


def test_limits_are_those_of_all_that_is_drawn() -> None:
    assert limits([np.array([3.0, 9.0]), np.array([-1.0])]) == (-1.0, 9.0)
    assert limits([]) == (0.0, 1.0)
