"""A history that is told at once leaves out what a resumed training took back."""

from engine import events
from engine.runs.training_log import counted
from tests.support.fake_runs.training import begun, progress


def test_what_a_resumed_part_dropped_is_left_out_of_what_was_told() -> None:
    sheet = events.Samples("r", 0.0, "one", 30, "one/samples/a.png")
    first = [("one", begun(0)), ("one", progress(20)), ("one", sheet), ("two", progress(40, "two"))]
    again = [("one", begun(20)), ("one", progress(30))]
    assert counted([*first, *again]) == [first[0], first[1], first[3], *again]
