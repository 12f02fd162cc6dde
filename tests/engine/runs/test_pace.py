"""How long a run will take, from made-up steps."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from engine.events import Frame
from engine.runs import Run
from engine.runs.timing import duration, expected, known, pace
from engine.specs import Inpaint
from tests.engine.runs.conftest import frame

CHAIN = (900, 600, 300, 0)


def steps(seconds: list[float], stage: int = 1) -> list[Frame]:
    return [replace(frame(stage, i, CHAIN), seconds=s) for i, s in enumerate(seconds)]


def test_the_median_gap_of_each_stage() -> None:
    frames = [*steps([1.0, 1.5, 2.0, 9.0]), *steps([20.0, 22.0, 24.0], stage=2)]
    assert pace(frames) == {1: 0.5, 2: 2.0}


def test_what_went_up_asked_no_model() -> None:
    down, up, *rest = steps([1.0, 1.01, 2.0, 3.0])
    assert pace([down, replace(up, timestep=300, next_timestep=900), *rest]) == {1: 0.995}


def test_a_picture_under_guidance_counts_twice() -> None:
    frames = steps([1.0, 2.0, 3.0])
    sheets = [replace(f.sheet, channels=(*f.sheet.channels, "delta"), count=2) for f in frames]
    both = [replace(f, sheet=s) for f, s in zip(frames, sheets, strict=True)]
    assert pace(both) == {1: 0.25}


def test_a_run_of_a_step_has_no_pace() -> None:
    assert pace(steps([1.0])) == pace([]) == {}


def test_what_is_expected_follows_calls_samples_and_guidance() -> None:
    spec = {"image": "cat", "mask": "m", "method": "repaint", "stage2": "none"}
    guided = Inpaint.parse(spec | {"count": 2})
    alone = Inpaint.parse(spec | {"guidance": 1})
    assert isinstance(guided, Inpaint)
    assert isinstance(alone, Inpaint)
    assert expected(guided, {1: 0.01}) == pytest.approx(303 * 2 * 2 * 0.01)
    assert expected(alone, {1: 0.01}) == pytest.approx(303 * 0.01)
    assert expected(guided.model_copy(update={"stage2": "auto"}), {1: 0.01}) is None


def test_the_newest_run_of_the_same_model_is_asked(
    written: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = written()
    monkeypatch.setenv("DIFFUSCOPE_RUNS", str(run.folder.parent))
    assert known("tiny-if") == {1: 1.0, 2: 1.0}
    assert known("another") == known("tiny-if", "cuda") == {}


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.2, "1 s"), (89, "89 s"), (90, "2 min"), (5400, "1.5 h"), (9e4, "25.0 h")],
)
def test_a_duration_in_its_unit(seconds: float, said: str) -> None:
    assert duration(seconds) == said
