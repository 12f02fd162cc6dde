"""Which plan is chosen for what memory."""

import pytest

from engine.checkpoints.memory.plan import ENCODER, GB, NAMES, Plan, PlanRequest, Room
from engine.checkpoints.memory.select import choose, fits
from engine.checkpoints.memory.sizes import Component
from engine.errors import Unavailable

T5 = Component(ENCODER, 0, 9 * GB, 0, GB // 4)
ONE = Component("UNet of stage I", 0, 8 * GB, GB, GB // 4)
TWO = Component("UNet of stage II", 0, 2 * GB, GB, GB // 16)
BOXES = {
    4: ("offload", "layers"),
    9: ("offload", "layers"),
    10: ("sequential", "alone"),
    12: ("sequential", "alone"),
    13: ("resident", "alone"),
    23: ("resident", "beside"),
}


def chosen(*free: float, host: float = 64, **more: object) -> Plan:
    devices = {f"cuda:{n}": int(gb * GB) for n, gb in enumerate(free)}
    asked = {"encoder": T5, "stages": [ONE, TWO]} | more
    return choose(PlanRequest(room=Room(devices, int(host * GB)), **asked))  # type: ignore[arg-type]


@pytest.mark.parametrize("box", BOXES)
def test_the_fastest_that_fits(box: int) -> None:
    plan = chosen(box)
    assert (plan.name, plan.text) == BOXES[box]
    assert fits(plan, Room({"cuda:0": box * GB}, 64 * GB))


def test_more_memory_never_gets_a_slower_plan() -> None:
    ranks = [NAMES.index(chosen(box).name) for box in range(4, 40)]
    assert ranks == sorted(ranks, reverse=True)


def test_what_is_asked_for_is_taken() -> None:
    plan = chosen(80, wanted="sequential")
    assert (plan.name, plan.why.rpartition("; ")[2]) == ("sequential", "as asked for")
    assert "not enough" in chosen(4, wanted="resident").why
    assert chosen(80, text="cpu").text == "cpu"
    assert chosen(12, text="device").text == "alone"
    offloaded = chosen(10, text="device", wanted="offload")
    assert (offloaded.text, offloaded.peaks["cuda:0"]) == ("alone", T5.whole)
    assert chosen(80, encoder=None).text == "cached"
    assert chosen(80, encoder=None).encoder is None


def test_two_devices_take_a_stage_each_where_one_is_too_small() -> None:
    plan = chosen(12, 12)
    assert [(place.where, place.when) for place in plan.stages] == [
        ("cuda:0", "always"),
        ("cuda:1", "always"),
    ]
    assert [place.where for place in chosen(24, 24).stages] == ["cuda:0", "cuda:0"]
    beside = chosen(13, 13, stages=[ONE])
    assert beside.encoder is not None
    assert (beside.text, beside.encoder.where) == ("beside", "cuda:1")


def test_why_says_what_the_faster_plan_would_take() -> None:
    plan = chosen(11)
    assert plan.why == (
        "9.0 of 11.0 GB on cuda:0 and 19.0 of 64.0 GB on the host;"
        " resident would take 11.0 of 11.0 GB on cuda:0 and 9.0 of 64.0 GB on the host"
    )


def test_too_small_for_all_is_one_line() -> None:
    with pytest.raises(Unavailable, match=r"even for offload.*--plan offload to try") as caught:
        chosen(4, host=10)
    assert "\n" not in str(caught.value)


def test_the_smaller_plan() -> None:
    assert chosen(40).smaller == "sequential"
    assert chosen(11).smaller == "offload"
    assert chosen(4).smaller is None
    assert chosen(12, stages=[ONE]).smaller == "offload"  # its encoder is away already
    assert chosen().smaller is None


def test_one_memory_has_nothing_to_move() -> None:
    plan = chosen(host=32, keeps=False, wanted="offload")
    assert (plan.name, plan.text, dict(plan.peaks)) == ("resident", "alone", {"cpu": 20 * GB})
    assert "not enough" in chosen(host=16).why
    assert "not enough" not in plan.why
