"""The model of the runs: nothing is lost, and memory is bounded."""

from pathlib import Path

import pytest
from PIL import Image

from engine import events, runs
from engine.runs import censor
from engine.specs import Denoise, Edit, Generate
from screens import session as module
from screens.session import RunState, Session, branchable
from tests.support.fake_runs import generate

SPEC = Generate(prompt="a rocket", steps=6, stage2_steps=4)


def told(session: Session, spec: Generate = SPEC, run: str = "fake") -> RunState:
    trace = session.begin(run, spec, Path("fake"))
    session.inbox.extend(generate.story(spec, run))
    session.absorb()
    return trace


def test_a_story_leaves_all_frames_the_result_and_an_ending() -> None:
    session = Session(model="tiny-if")
    trace = told(session)
    assert len(trace.frames) == 10
    assert len(trace.steps) == 6
    assert trace.totals == (6, 4)
    assert isinstance(trace.ending, events.Done)
    assert trace.results == (Path("fake/stage-2-00.png"),)
    assert str(session.line()) == "tiny-if · cpu · ready"


def test_a_blocked_sample_is_shown_as_its_folder_shows_it(tmp_path: Path) -> None:
    spec = Generate(prompt="a rocket", steps=3, stage2_steps=2, count=2)
    run = generate.recorded(tmp_path / "run", spec)
    trace = RunState("run", spec, run.folder)
    for event in generate.story(spec, "run"):
        trace.take(event)
    before = [frame.sheet.picture("x0", 1) for frame in trace.frames]
    censor.cover(run.folder, 1, 1, 2, Image.new("RGB", (8, 8), (96, 96, 96)))
    trace.take(events.Blocked("run", 1.0, "picture 2 of stage I was blocked", 1, 1))
    for frame, was in zip(trace.frames, before, strict=True):
        now = frame.sheet.picture("x0", 1)
        assert now is not None
        assert (now.getcolors(1) is not None) == (frame.stage == 1)
        assert frame.stage == 1 or now == was
        assert frame.sheet.picture("x0", 0) is not None
    assert trace.blocked == {(1, 1)}
    assert trace.kept == sum(len(f.sheet.source) for f in trace.frames if f.stage == 2)  # type: ignore[arg-type]


def test_the_line_says_what_the_engine_does_and_what_waits() -> None:
    session = Session(model="tiny-if")
    assert str(session.line()) == "tiny-if · starting"
    session.begin("one", SPEC, Path("one"))
    session.begin("two", SPEC, Path("two"))
    session.inbox += [events.Status("open", 0.0, "loading text encoder")]
    session.absorb()
    assert str(session.line()) == "tiny-if · loading text encoder · 2 queued"
    fetched = "fetching owner/name: 1.0 of 9.0 GB, 50.0 MB/s, 3 min left"
    session.inbox += [events.Fetching("open", 0.0, fetched, 10**9, 9 * 10**9)]
    session.absorb()
    assert str(session.line()) == f"tiny-if · {fetched} · 2 queued"
    session.inbox += [events.Started("one", 0.0, "one", 1), generate.frame(3, run="one")]
    session.absorb()
    assert str(session.line()) == "tiny-if · stage I · step 4/20 · 1 queued"
    session.mark("one", paused=True)
    assert "paused" in str(session.line())
    session.mark("one", cancelling=True)
    assert "cancelling" in str(session.line())


def test_a_model_that_cannot_be_opened_is_said_as_wrong() -> None:
    session = Session(model="gone")
    session.inbox.append(events.Failed("open", 0.1, "no model named 'gone'", 2))
    session.absorb()
    assert session.line().wrong
    assert "no model named" in str(session.line())


def test_a_picture_that_cannot_be_read_is_no_fault_of_the_engine() -> None:
    session = Session(model="tiny-if", ready=True)
    session.inbox.append(events.Failed("prepare", 0.1, "no picture nowhere.png", 2))
    session.absorb()
    assert not session.line().wrong
    assert session.line().doing == "ready"


def test_listeners_hear_each_event_once_in_order() -> None:
    session, heard = Session(), []
    session.listeners.append(heard.extend)
    told(session)
    told(session, run="again")
    assert [type(e) for e in heard[:2]] == [events.Queued, events.Status]
    assert len(heard) == 2 * len(list(generate.story(SPEC)))


def test_old_sheets_leave_memory_and_are_read_from_the_folder_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = generate.recorded(tmp_path / "run", SPEC)
    one = len(generate.sheet(32, 0.5).source)
    monkeypatch.setattr(module, "SHEETS_IN_MEMORY", 3 * one)
    trace = RunState("run", SPEC, run.folder)
    shown = generate.frames(6, 0)
    for frame in shown:
        trace.take(frame)
    assert [isinstance(f.sheet.source, bytes) for f in trace.frames] == [False] * 3 + [True] * 3
    for frame, kept in zip(shown, trace.frames, strict=True):
        assert kept.sheet.picture("x0").tobytes() == frame.sheet.picture("x0").tobytes()


def test_a_folder_whose_process_is_gone_is_not_live(tmp_path: Path) -> None:
    run = generate.recorded(tmp_path / "run", SPEC, until=9)
    lines = (run.folder / "events.jsonl").read_text().replace('"pid": 1', '"pid": 4194300')
    (run.folder / "events.jsonl").write_text(lines)
    trace = RunState.of(runs.Run(run.folder))
    assert not trace.live
    assert trace.frames


def test_the_step_to_branch_from_counts_from_the_runs_own_start() -> None:
    trace = RunState("branch", SPEC, Path("branch"))
    for frame in generate.frames(6, 4)[
        2:
    ]:  # as a branch: it goes on counting at its parent's step 2
        trace.take(frame)
    assert branchable(trace, trace.frames[0]) == 1
    assert branchable(trace, trace.frames[3]) == 4
    assert branchable(trace, trace.frames[-1]) is None


def test_a_sample_is_branched_from_only_after_it_begins() -> None:
    trace = RunState("edit", Edit(image="cat", levels=("t900", "t500")), Path("edit"))
    trace.take(events.Planned("edit", 0.0, ((999, 0),), (900, 500)))
    for frame in generate.frames(10, 0):
        trace.take(frame)
    assert [f.next_timestep for f in trace.frames[:5]] == [800, 700, 600, 500, 400]
    assert branchable(trace, trace.frames[0]) == branchable(trace, trace.frames[0], 0) == 1
    assert branchable(trace, trace.frames[2], 1) is None
    assert branchable(trace, trace.frames[3], 1) == 4


def test_a_run_that_begins_with_a_picture_tells_it_and_what_was_measured() -> None:
    trace = RunState("d", Denoise(image="cat"), Path("d"))
    row = events.Measured("d", 0.2, 250, "noisy", 14.0, 0.5, 0.3, "t250-noisy.png")
    trace.take(events.Original("d", 0.1, "original.png", "cat", "256×256, scaled to 32×32"))
    trace.take(row)
    assert (trace.original, trace.measured) == (Path("d/original.png"), [row])


def test_a_run_in_the_runs_folder_is_named_and_one_elsewhere_is_a_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIFFUSCOPE_RUNS", str(tmp_path))
    assert RunState("one", SPEC, tmp_path / "one").reference == "one"
    assert RunState("one", SPEC, tmp_path / "else" / "one").reference == str(tmp_path / "else/one")
