"""Numbers keep their width, whatever they are."""

import math
from dataclasses import replace

import pytest
from rich.cells import cell_len

from screens.widgets import numbers
from screens.widgets.numbers import clock, fixed, left, spread
from tests.support.fake_runs import generate


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0.000"),
        (1.02, "1.020"),
        (0.04123, "0.041"),
        (12.345, "12.35"),
        (123.45, "123.5"),
        (1234.5, " 1234"),
        (9999.9, "10000"),
        (99999.0, "99999"),
        (123456.0, "  1e5"),
        (9.9999, "10.00"),
        (-1.5, "-1.50"),
        (4.2e9, "  4e9"),
        (math.inf, "  inf"),
        (math.nan, "  nan"),
        (1e-7, "0.000"),
    ],
)
def test_fixed(value, text):
    assert fixed(value) == text


def test_fixed_is_always_as_wide():
    for power in range(-30, 60):
        for digit in (1, 4.99, 9.9949, 9.9999):
            assert len(fixed(digit * 10.0 ** (power / 3))) == 5


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, " 0:00"), (3.4, " 0:03"), (75, " 1:15"), (5999, "99:59"), (7260, " 2h01"), (-1, " 0:00")],
)
def test_clock(seconds, text):
    assert clock(seconds) == text


def test_clock_never_grows():
    assert {len(clock(s)) for s in range(0, 350_000, 77)} == {5}


def line(frame, width, sample=0) -> str:
    facts = numbers.numbers(frame, 2, sample)
    return "".join(text for text, _ in spread(facts, ("0:03 left", "label"), width))


def test_a_step_back_up_says_where_it_goes():
    up = replace(generate.frame(12), timestep=83, next_timestep=333)
    assert "↑ 333" in line(up, 78)
    assert line(up, 78).index("↑ 333") == line(generate.frame(12), 78).index("t 350")


def test_the_whole_line_fits_into_80_columns():
    text = line(generate.frame(12), 78)
    for part in ("I  step 13/20", "t 350", "ᾱ 0.7", "snr", "‖ε̂‖ 1.000", "Δx̂0", "0:03 left"):
        assert part in text
    assert cell_len(text) == 78


@pytest.mark.parametrize("width", [78, 60, 40, 20])
def test_nothing_moves_from_step_to_step(width):
    lines = [line(f, width) for f in generate.frames(20, 20)]
    assert {cell_len(text) for text in lines} == {width}
    for label in ("snr", "‖", "Δ"):
        assert len({text.find(label) for text in lines}) == 1


def test_a_narrow_line_leaves_out_the_last_facts():
    text = line(generate.frame(12), 40)
    assert "step 13/20" in text
    assert "Δx̂0" not in text
    assert text.endswith("0:03 left")


def test_each_sample_has_its_own_norms():
    frame = replace(generate.frame(3, count=2), eps_norm=(1.25, 0.5))
    assert "1.250" in line(frame, 78, 0)
    assert "0.500" in line(frame, 78, 1)
    assert "‖ε̂‖" not in line(frame, 78, 7)


def test_time_left_from_the_pace():
    frames = generate.frames(20, 0)[:10]
    assert left(frames, 20, 10) == pytest.approx(1.0)
    assert left(frames[:1], 20, 1) is None
    assert left([], 20, 0) is None


def test_a_pause_does_not_count_as_pace():
    frames = generate.frames(20, 0)[:10]
    paused = frames[:5] + [replace(f, seconds=f.seconds + 600) for f in frames[5:]]
    assert left(paused, 20, 10) == pytest.approx(1.0)


def test_a_new_stage_has_a_new_pace():
    frames = generate.frames(5, 5)[:6]
    assert left(frames, 5, 1) is None
