"""The one reducer of a run's events: nothing is lost, and memory is bounded."""

from pathlib import Path

import pytest
from PIL import Image

from engine import events, runs
from engine.runs import RunState, writer
from engine.runs.run_state import SheetMemory
from engine.specs import Denoise, Generate, Train
from tests.support.fake_runs import generate

SPEC = Generate(prompt="a rocket", steps=6, stage2_steps=4)


def test_a_live_run_and_its_folder_come_to_the_same(tmp_path: Path) -> None:
    run = generate.recorded(tmp_path / "run", SPEC)
    live = RunState("run", SPEC, run.folder)
    for event in generate.story(SPEC, "run"):
        live.take(event)
    read = run.state
    assert (
        [f.index for f in read.frames] == [f.index for f in live.frames] == [*range(6), *range(4)]
    )
    for name in ("totals", "chains", "sides", "results", "doing", "ready", "notices"):
        assert getattr(read, name) == getattr(live, name), name
    assert isinstance(read.ending, events.Done)
    assert read.results == (run.folder / "stage-2-00.png",)


def test_one_that_is_taken_up_again_is_live_again(tmp_path: Path) -> None:
    """A training that was stopped and goes on: its newest attempt counts."""
    state = RunState("run", Train(model="time"), tmp_path)
    state.take(events.Started("run", 0.0, str(tmp_path), 1))
    state.take(events.Paused("run", 1.0))
    state.take(events.Cancelled("run", 2.0))
    assert not state.live
    state.take(events.Started("run", 0.0, str(tmp_path), 1))
    assert state.live
    assert (state.paused, state.doing) == (False, "starting")


def test_a_blocked_sample_is_shown_as_its_folder_shows_it(tmp_path: Path) -> None:
    spec = Generate(prompt="a rocket", steps=3, stage2_steps=2, count=2)
    run = generate.recorded(tmp_path / "run", spec)
    state = RunState("run", spec, run.folder)
    memory = SheetMemory(state)
    for event in generate.story(spec, "run"):
        state.take(event)
        memory.take(event)
    before = [frame.sheet.picture("x0", 1) for frame in state.frames]
    writer.cover(run.folder, 1, 1, 2, Image.new("RGB", (8, 8), (96, 96, 96)))
    blocked = events.Blocked("run", 1.0, "picture 2 of stage I was blocked", 1, 1)
    state.take(blocked)
    memory.take(blocked)
    for frame, was in zip(state.frames, before, strict=True):
        now = frame.sheet.picture("x0", 1)
        assert now is not None
        assert (now.getcolors(1) is not None) == (frame.stage == 1)
        assert frame.stage == 1 or now == was
        assert frame.sheet.picture("x0", 0) is not None
    assert state.blocked == {(1, 1)}
    assert memory.size == sum(len(f.sheet.source) for f in state.frames if f.stage == 2)  # type: ignore[arg-type]


def test_old_sheets_leave_memory_and_are_read_from_the_folder_again(tmp_path: Path) -> None:
    run = generate.recorded(tmp_path / "run", SPEC)
    one = len(generate.sheet(32, 0.5).source)
    state = RunState("run", SPEC, run.folder)
    memory = SheetMemory(state, limit=3 * one)
    shown = generate.frames(6, 0)
    for frame in shown:
        state.take(frame)
        memory.take(frame)
    assert [isinstance(f.sheet.source, bytes) for f in state.frames] == [False] * 3 + [True] * 3
    for frame, kept in zip(shown, state.frames, strict=True):
        assert kept.sheet.picture("x0").tobytes() == frame.sheet.picture("x0").tobytes()


def test_a_folder_whose_process_is_gone_is_not_live(tmp_path: Path) -> None:
    run = generate.recorded(tmp_path / "run", SPEC, until=9)
    lines = (run.folder / "events.jsonl").read_text().replace('"pid": 1', '"pid": 4194300')
    (run.folder / "events.jsonl").write_text(lines)
    state = runs.Run(run.folder).state
    assert not state.live
    assert state.frames


def test_a_run_that_begins_with_a_picture_tells_it_and_what_was_measured() -> None:
    state = RunState("d", Denoise(image="cat"), Path("d"))
    row = events.Measured("d", 0.2, 250, "noisy", 14.0, 0.5, 0.3, "t250-noisy.png")
    state.take(events.Original("d", 0.1, "original.png", "cat", "256×256, scaled to 32×32"))
    state.take(row)
    assert (state.original, state.measured) == (Path("d/original.png"), [row])


def test_a_run_in_the_runs_folder_is_named_and_one_elsewhere_is_a_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIFFUSCOPE_RUNS", str(tmp_path))
    assert RunState("one", SPEC, tmp_path / "one").reference == "one"
    assert RunState("one", SPEC, tmp_path / "else" / "one").reference == str(tmp_path / "else/one")
