"""The best of several seeds: all are kept, the best is enlarged, and no bit is another's for it."""

import json
import queue
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from engine import bands, events, judge
from engine.events import Event
from engine.pictures import to_array
from engine.runs import Run, compare, metadata
from engine.specs import Anagram, Generate, Hybrid
from engine.views import Resolution, open_view
from engine.worker import Worker
from tests.engine.conftest import Serve, refusal, states
from tests.support import scripted_judge
from tests.support.scripted_judge import ScriptedJudge

FEW = {"steps": 3, "stage2_steps": 2, "prompt": "a rocket"}
TWO = {"first": "a rocket", "second": "a cat", "steps": 3, "stage2_steps": 2}
PAIR = {"low": "a rocket", "high": "a cat", "steps": 3, "stage2_steps": 2}


@pytest.fixture
def judged_by(monkeypatch: pytest.MonkeyPatch) -> Callable[[ScriptedJudge], ScriptedJudge]:
    """Let another judge look."""

    def put(eye: ScriptedJudge) -> ScriptedJudge:
        monkeypatch.setattr(judge, "bundled", lambda: eye)
        return eye

    return put


@pytest.fixture(scope="module")
def taught(tiny_cascade: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(scripted_judge.taught(tiny_cascade, tmp_path_factory.mktemp("taught") / "cascade"))


def level_gap(one: Path, other: Path) -> int:
    """The largest difference of two pictures, in levels of 255."""
    a, b = (np.asarray(Image.open(path).convert("RGB"), np.int16) for path in (one, other))
    return int(np.abs(a - b).max())


def test_all_are_kept_and_the_best_alone_is_enlarged(
    serve: Serve, taught: str, judged_by: Any
) -> None:
    judged_by(ScriptedJudge((0.2, 0.9, 0.5)))
    run = serve(Generate, model=taught, best_of=3, **FEW)
    assert isinstance(run.ending, events.Done), run.ending
    names = ["stage-1-00.png", "result-01.png", "stage-1-02.png"]
    assert [path.name for path in run.state.results] == names
    assert run.state.ranked is not None
    assert run.state.ranked.order == (1, 2, 0)
    assert run.state.ranked.text == "best of 3: seed 2719 (a rocket 90 %)"
    assert states(run)["x"].shape[1] == 3
    sheets = {frame.stage: frame.sheet for frame in run.state.frames}
    assert (sheets[1].count, sheets[1].rows) == (3, (0, 1, 2))
    assert (sheets[2].count, sheets[2].rows, sheets[2].picture("x0", 0)) == (3, (1,), None)
    last = sheets[2].picture("x", 1)
    assert last is not None
    assert last.tobytes() == Image.open(run.state.results[1]).convert("RGB").tobytes()


def test_rank_and_score_are_in_the_pictures(serve: Serve, taught: str, judged_by: Any) -> None:
    judged_by(ScriptedJudge((0.25, 0.75)))
    run = serve(Generate, model=taught, best_of=2, **FEW)
    worse, better = (metadata.read_png(path) for path in run.state.results)
    told = {"rank": 2, "of": 2, "score": 0.25, "probabilities": {"a rocket": 0.25}}
    assert (worse["sample"], worse["ranking"]) == (0, told)
    assert (better["sample"], better["ranking"]["rank"]) == (1, 1)
    assert metadata.spec_of(better) == run.spec
    with Image.open(run.state.results[1]) as picture:
        assert "Rank: 1 of 2, Score: 0.7500" in picture.info["parameters"]


def test_ranking_changes_no_bit_of_what_is_drawn(serve: Serve, taught: str, judged_by: Any) -> None:
    judged_by(ScriptedJudge((0.2, 0.9, 0.5)))
    best = serve(Generate, "best", model=taught, best_of=3, **FEW)
    plain = serve(Generate, "plain", model=taught, count=3, **FEW)
    assert compare.same_trajectory(best, plain)
    for sample in range(3):
        name = f"stage-1-{sample:02d}.png"
        assert level_gap(best.folder / name, plain.folder / name) == 0
    # Of a batch of another size stage II's numbers are rounded otherwise.
    assert level_gap(best.state.results[1], plain.state.results[1]) <= 1


def test_a_replay_is_the_same_bits(serve: Serve, taught: str, judged_by: Any) -> None:
    judged_by(ScriptedJudge((0.2, 0.9), (0.2, 0.9)))
    one, again = (serve(Generate, name, model=taught, best_of=2, **FEW) for name in "ab")
    assert compare.same_trajectory(one, again)
    assert compare.same_pixels(one, again)
    assert one.state.results[1].read_bytes() == again.state.results[1].read_bytes()


def test_where_nothing_can_be_ranked_all_are_enlarged(
    serve: Serve, taught: str, tiny_cascade: Path, judged_by: Any
) -> None:
    judged_by(ScriptedJudge())
    for model, prompt in ((taught, "a xylophone"), (str(tiny_cascade), "a rocket")):
        name = Path(model).name
        run = serve(Generate, name, model=model, best_of=2, **FEW | {"prompt": prompt})
        assert [path.name for path in run.state.results] == ["result-00.png", "result-01.png"]
        assert run.state.ranked is None
        assert any("all are drawn as --count draws them" in line for line in run.state.notices)


def test_a_damaged_judge_is_one_line_before_anything_is_drawn(
    serve: Serve, taught: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judge, "bundled", lambda: judge.opened(tmp_path))
    run = serve(Generate, model=taught, best_of=2, **FEW)
    assert str(tmp_path) in refusal(run)
    assert run.state.frames == []


def test_an_anagram_is_read_through_its_views(serve: Serve, taught: str, judged_by: Any) -> None:
    eye = judged_by(ScriptedJudge((0.9, 0.4), (0.1, 0.3)))
    run = serve(Anagram, model=taught, best_of=2, view="flip,identity", **TWO)
    assert run.state.ranked is not None
    assert run.state.ranked.order == (1, 0)
    assert run.state.ranked.readings == ("a rocket", "a cat")
    upside, upright = eye.looked_at
    assert torch.equal(upside, upright.flip(2))
    kept = to_array(Image.open(run.folder / "stage-1-00.png").convert("RGB"))
    assert np.array_equal(upright[0].numpy(), kept)


@pytest.mark.parametrize(
    ("fields", "lost"),
    [
        ({}, ("high", "")),
        ({"factor": "colour"}, ("colour", "")),
        ({"factor": "motion"}, ("still", "")),
        ({"factor": "scale"}, ("", "")),
        ({"middle": "a cat"}, ("middle high", "high", "")),
    ],
)
def test_a_hybrid_is_read_without_the_bands_that_are_lost_from_afar(
    serve: Serve, taught: str, judged_by: Any, fields: Any, lost: tuple[str, ...]
) -> None:
    eye = judged_by(ScriptedJudge((0.5, 0.5), (0.5, 0.5), (0.5, 0.5)))
    run = serve(Hybrid, model=taught, best_of=2, stage2="none", **PAIR | fields)
    assert isinstance(run.spec, Hybrid)
    whole = to_array(Image.open(run.folder / "stage-1-01.png").convert("RGB"))
    parts = run.spec.bands_at(whole.shape[-1])
    for seen, names in zip(eye.looked_at, lost, strict=True):
        gone = (bands.band(whole, parts[name]) for name in names.split())
        assert np.allclose(seen[1].numpy(), whole - sum(gone), atol=1e-5)


def test_the_best_of_a_hybrid_with_a_given_picture_is_what_it_is_among_others(
    serve: Serve, taught: str, judged_by: Any, photo: Path
) -> None:
    judged_by(ScriptedJudge((0.2, 0.9)))
    fields = PAIR | {"low": f"@{photo}", "model": taught}
    best = serve(Hybrid, "best", best_of=2, **fields)
    plain = serve(Hybrid, "plain", count=2, **fields)
    assert best.state.results[1].name == "result-01.png"
    assert level_gap(best.state.results[1], plain.state.results[1]) <= 1


def test_what_leads_away_is_no_reading(serve: Serve, taught: str, judged_by: Any) -> None:
    eye = judged_by(ScriptedJudge((0.2, 0.9)))
    run = serve(Hybrid, model=taught, best_of=2, factor="scale", weight=1.5, **PAIR)
    assert run.state.ranked is not None
    assert run.state.ranked.readings == ("a rocket",)
    assert len(eye.looked_at) == 1


def test_a_view_of_a_person_is_looked_through_too(
    serve: Serve, taught: str, judged_by: Any, tmp_path: Path
) -> None:
    made = tmp_path / "upside.py"
    made.write_text("def view(x):\n    return x[:, ::-1]\n")
    eye = judged_by(ScriptedJudge((0.5, 0.5), (0.5, 0.5)))
    run = serve(Anagram, model=taught, best_of=2, view=f"identity,{made}", stage2="none", **TWO)
    kept = open_view(str(run.folder / "view-1.safetensors"))
    upright, seen = eye.looked_at
    side = upright.shape[-1]
    assert np.allclose(seen[0], kept.at(Resolution(side)).view(upright[0].numpy()), atol=1e-6)


def test_a_branch_of_all_ranks_them_anew(serve: Serve, taught: str, judged_by: Any) -> None:
    judged_by(ScriptedJudge((0.2, 0.9), (0.8, 0.3)))
    fields = FEW | {"model": taught, "best_of": 2, "keep_stage2": True}
    parent = serve(Generate, "parent", **fields)
    child = serve(Generate, "child", **fields, start_from=f"{parent.folder}:1")
    assert torch.equal(states(child)["x"][-1], states(parent)["x"][-1])
    assert [path.name for path in child.state.results] == ["result-00.png", "stage-1-01.png"]
    assert load_file(parent.folder / "trajectory-2.safetensors")["samples"].tolist() == [1]


def test_a_parent_of_another_number_is_refused(serve: Serve, taught: str, judged_by: Any) -> None:
    judged_by(ScriptedJudge((0.2, 0.9)))
    parent = serve(Generate, "parent", model=taught, best_of=2, stage2="none", **FEW)
    child = serve(
        Generate, "child", model=taught, best_of=3, start_from=f"{parent.folder}:1", **FEW
    )
    assert refusal(child).startswith("best of: the parent has 2 samples; ask for 2")


def test_one_cancelled_among_its_steps_keeps_them(
    cut_short: Callable[..., Run],
    taught: str,
    judged_by: Any,
) -> None:
    eye = judged_by(ScriptedJudge())
    spec = Generate.parse(FEW | {"steps": 1000, "best_of": 2, "model": taught})
    run = cut_short(spec)
    assert 1 <= len(run.state.frames) == len(states(run)["x0"]) < 1000
    assert (run.state.ranked, eye.looked_at) == (None, [])


def test_one_cancelled_while_it_is_ranked_keeps_its_pictures(
    engine: tuple[Worker, queue.Queue[Event]],
    until_end: Callable[[str], list[Event]],
    taught: str,
    judged_by: Any,
    tmp_path: Path,
) -> None:
    eye = judged_by(ScriptedJudge((0.2, 0.9), (0.2, 0.9)))
    spec = Anagram.parse(TWO | {"best_of": 2, "model": taught})
    name = engine[0].submit(spec, tmp_path / "run")
    eye.control = engine[0].control(name)
    assert isinstance(until_end(name)[-1], events.Cancelled)
    run = Run(tmp_path / "run")
    assert len(eye.looked_at) == 1
    assert [path.name for path in run.state.results] == ["stage-1-00.png", "stage-1-01.png"]
    assert (run.state.ranked, {frame.stage for frame in run.state.frames}) == (None, {1})


def test_the_event_is_on_the_wire_as_it_is_told(serve: Serve, taught: str, judged_by: Any) -> None:
    judged_by(ScriptedJudge((0.25, 0.75)))
    run = serve(Generate, model=taught, best_of=2, stage2="none", **FEW)
    lines = (run.folder / "events.jsonl").read_text("utf-8").splitlines()
    told = next(record for record in map(json.loads, lines) if record["event"] == "Ranked")
    assert {name: told[name] for name in ("stage", "order", "scores", "readings")} == {
        "stage": 1,
        "order": [1, 0],
        "scores": [0.25, 0.75],
        "readings": ["a rocket"],
    }
