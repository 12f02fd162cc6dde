"""The hand on a run: cancel, pause and one step, as the loop sees them."""

import threading

from engine.control import Control


def _asks(control: Control, times: int) -> tuple[threading.Thread, list[bool]]:
    answers: list[bool] = []
    thread = threading.Thread(target=lambda: [answers.append(control.stop()) for _ in range(times)])
    thread.start()
    return thread, answers


def test_runs_on_when_nobody_asks() -> None:
    assert Control().stop() is False


def test_cancel_is_seen_at_the_next_look() -> None:
    control = Control()
    control.cancel()
    assert control.stop()
    assert not control.abandoned


def test_cancel_now_is_seen_inside_a_call_too() -> None:
    control = Control()
    control.cancel(now=True)
    assert control.abandoned


def test_a_second_polite_cancel_does_not_take_back_now() -> None:
    control = Control()
    control.cancel(now=True)
    control.cancel()
    assert control.abandoned


def test_a_paused_run_waits_until_resumed() -> None:
    control = Control()
    control.pause()
    thread, answers = _asks(control, 2)
    thread.join(0.02)
    assert not answers
    control.resume()
    thread.join(5)
    assert answers == [False, False]


def test_one_step_lets_one_call_through() -> None:
    control = Control()
    control.pause()
    control.step()
    thread, answers = _asks(control, 2)
    thread.join(0.05)
    assert answers == [False]
    control.step()
    thread.join(5)
    assert answers == [False, False]


def test_cancel_wakes_a_paused_run() -> None:
    control = Control()
    control.pause()
    thread, answers = _asks(control, 1)
    control.cancel()
    thread.join(5)
    assert answers == [True]


def test_a_wanted_checkpoint_is_told_once() -> None:
    control = Control()
    assert not control.wanted()
    control.keep()
    control.keep()
    assert control.wanted()
    assert not control.wanted()


def test_orders_from_outside_are_obeyed_and_waiting_is_told() -> None:
    control, told = Control(), list[bool]()
    orders = iter([["pause", "nonsense"], [], ["keep"], ["resume"]])
    control.follow(lambda: next(orders, []), told.append)
    assert control.stop() is False
    assert told == [True, False]
    assert control.wanted()


def test_an_order_from_outside_ends_a_paused_run() -> None:
    control, told = Control(), list[bool]()
    orders = iter([[], ["cancel"]])
    control.follow(lambda: next(orders, []), told.append)
    control.pause()
    assert control.stop()
    assert told == [True]
