"""The bar: where steps lie, what has arrived, and that nothing moves while a run grows."""

from screens.widgets.progress_track import AHEAD, CURSOR, DONE, MARK, Track
from tests.support.fake_runs import generate


def text(pieces) -> str:
    return "".join(part for part, _ in pieces)


def roles(pieces) -> list[str]:
    return [role for part, role in pieces for _ in part]


def test_slots_run_through_the_stages():
    track = Track((20, 10))
    assert track.length == 30
    assert track.slot(generate.frame(0, 20)) == 0
    assert track.slot(generate.frame(19, 20)) == 19
    assert track.slot(generate.frame(0, 10, stage=2)) == 20


def test_a_frame_tells_its_stages_length():
    track = Track().with_frame(generate.frame(0, 20)).with_frame(generate.frame(0, 10, stage=2))
    assert track.totals == (20, 10)
    assert track.with_frame(generate.frame(1, 20)) is track


def test_bar_has_its_width_and_its_ends():
    track = Track((20, 20))
    for width in (1, 2, 10, 39, 40, 41, 200):
        assert len(text(track.bar(width, [], None))) == width
    bar = text(track.bar(79, range(40), 0))
    assert bar[0] == CURSOR
    assert text(track.bar(79, range(40), 39))[-1] == CURSOR
    assert bar.count(MARK) == 1
    assert bar.index(MARK) in (39, 40)


def test_bar_shows_how_far_the_run_is():
    track = Track((10,))
    for arrived in range(11):
        bar = text(track.bar(100, range(arrived), None))
        assert (DONE in bar) == (arrived > 0)
        assert (AHEAD in bar) == (arrived < 10)
    halves = [roles(track.bar(100, range(n), None)).count("done") for n in range(11)]
    assert halves == sorted(halves)
    assert halves[5] == track.column(4, 100) + 1


def test_a_branch_leaves_its_parents_steps_empty():
    track = Track((20,))
    bar = text(track.bar(40, range(8, 20), None))
    assert bar.startswith(AHEAD * 10)
    assert bar.endswith(DONE * 10)


def test_the_cursor_is_where_its_step_is_however_far_the_run_is():
    track = Track((20, 20))
    places = {roles(track.bar(78, range(arrived), 5)).index("cursor") for arrived in range(6, 41)}
    assert len(places) == 1


def test_more_steps_than_columns():
    bar = text(Track((1000,)).bar(40, range(500), 499))
    assert len(bar) == 40
    assert bar.index(CURSOR) in (19, 20)


def test_nearest_is_the_inverse_of_column():
    track, slots = Track((20, 20)), list(range(8, 40))
    assert [track.nearest(track.column(s, 78), 78, slots) for s in slots] == list(range(32))
    assert track.nearest(0, 78, slots) == 0
    assert track.nearest(5, 78, []) is None


def test_no_steps_at_all():
    assert text(Track().bar(10, [], None)) == AHEAD * 10
    assert Track().bar(0, [], None) == []
