"""The model of the runs: nothing is lost, and memory is bounded."""

from pathlib import Path

from engine import events
from engine.runs.run_state import RunState
from engine.specs import Edit, Generate
from screens.session import Session, branchable
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
    session.inbox.append(events.Paused("one", 1.0))
    session.mark("one", paused=False)
    assert "paused" not in str(session.line())
    session.inbox.append(events.Paused("one", 2.0))
    session.absorb()
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
