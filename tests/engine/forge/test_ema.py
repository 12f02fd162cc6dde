"""The EMA length chosen post hoc: measured, chosen, exported, recorded."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers import UNet2DConditionModel
from torch import Tensor

from engine.activities import ema as activity
from engine.control import Control
from engine.errors import BadInput, Stopped
from engine.events import Event, Notice, Report
from engine.forge import ema, ema_length
from engine.forge.ema_length import MeasuredEma
from engine.forge.evaluation import card
from engine.forge.pipeline import forge
from engine.forge.run_folder import ForgeRun
from engine.job import Job
from engine.runs import RunWriter
from engine.specs import EmaLength
from engine.specs.forge import Forge
from engine.training import checkpoint, snapshots
from tests.engine.forge.labelled import write

Ask = Callable[..., Forge]
STEPS = 6


@pytest.fixture(scope="module")
def trained(ask: Ask, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A forge of a few steps with a snapshot after each, and held-out art beside it."""
    out = tmp_path_factory.mktemp("trained") / "run"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(snapshots, "LEAST", 1)
        spec = ask(out, steps=STEPS, stage2_steps=STEPS, checkpoint_every=STEPS)
        with RunWriter(out, spec):
            forge(spec, lambda part, progress: None, lambda: False)
    write(out.parent / "art")
    return out


@pytest.fixture
def run(trained: Path, tmp_path: Path) -> ForgeRun:
    """A copy of it to choose in."""
    shutil.copytree(trained, tmp_path / "run")
    return ForgeRun(tmp_path / "run")


def choose(
    run: ForgeRun, trained: Path, control: Control | None = None, **asked: Any
) -> list[Event]:
    """Serve the request; what it said."""
    said: list[Event] = []
    fields = {"training": str(run.folder), "folder": str(trained.parent / "art"), "pictures": 3}
    spec = EmaLength.parse({**fields, "sigma_rel": "0.05,0.1,0.2", **asked})
    activity.run(Job("ema", spec, None, said.append, control or Control()), spec)
    return said


def exported(run: ForgeRun, number: int) -> dict[str, Tensor]:
    folder = run.cascade / f"stage-{number}" / "unet"
    return UNet2DConditionModel.from_pretrained(folder, torch_dtype=torch.float16).state_dict()


def training_of(run: ForgeRun, part: str) -> Any:
    return json.loads((run.cascade / "training.json").read_text())["parts"][part]["ema"]


def kept(run: ForgeRun, part: str, width: str) -> dict[str, Tensor]:
    """What the part's newest checkpoint has of it, as it is exported."""
    found = checkpoint.latest(run.checkpoints(part))
    assert found is not None
    start = f"power.{width}."
    return {k.removeprefix(start): v.half() for k, v in found[0].items() if k.startswith(start)}


def same(ones: dict[str, Tensor], others: dict[str, Tensor]) -> bool:
    return ones.keys() == others.keys() and all(torch.equal(v, others[k]) for k, v in ones.items())


def test_the_least_error_is_exported_and_recorded(run: ForgeRun, trained: Path) -> None:
    before = {number: exported(run, number) for number in (1, 2)}
    assert training_of(run, "stage1") == {"decay": 0.999}
    said = choose(run, trained)
    assert [event.topic for event in said if isinstance(event, Report)] == ["stage1", "stage2"]
    for number in (1, 2):
        part = f"stage{number}"
        told = json.loads(run.ema(part).read_text())
        assert (told["step"], told["since"], told["snapshots"]) == (STEPS, 0, STEPS - 1)
        rows = {row["ema"]: row["relative"] for row in told["measured"]}
        assert list(rows) == ["exponential", 0.05, 0.1, 0.2]
        best = min(rows, key=lambda name: rows[name])
        assert best != "exponential"
        assert training_of(run, part) == told["chosen"] == {"sigma_rel": best, "since": 0}
        assert not same(exported(run, number), before[number])


def test_the_one_named_is_exported_now_and_at_later_exports(
    run: ForgeRun, trained: Path, ask: Ask
) -> None:
    second = exported(run, 2)
    choose(run, trained, part="stage1", export="0.1")
    assert same(exported(run, 1), kept(run, "stage1", "0.1"))
    assert same(exported(run, 2), second)
    assert training_of(run, "stage1") == {"sigma_rel": 0.1, "since": 0}
    assert training_of(run, "stage2") == {"decay": 0.999}
    shutil.rmtree(run.cascade)
    forge(ask(run.folder, part="export"), lambda part, progress: None, lambda: False)
    assert same(exported(run, 1), kept(run, "stage1", "0.1"))
    choose(run, trained, part="stage1", export="exponential")
    assert training_of(run, "stage1") == {"decay": 0.999}


def test_to_measure_only_changes_no_choice(run: ForgeRun, trained: Path) -> None:
    choose(run, trained, part="stage1", export="0.05")
    before = exported(run, 1)
    choose(run, trained, part="stage1", export="none", sigma_rel="0.2")
    told = json.loads(run.ema("stage1").read_text())
    assert told["chosen"] == {"sigma_rel": 0.05, "since": 0}
    assert [row["ema"] for row in told["measured"]] == ["exponential", 0.2]
    assert same(exported(run, 1), before)


def test_errors_are_those_of_the_weights_that_are_exported(run: ForgeRun, trained: Path) -> None:
    choose(run, trained, part="stage2", export="0.05")
    rows = json.loads(run.ema("stage2").read_text())["measured"]
    own = {row["ema"]: row["errors"] for row in rows}
    path = next(checkpoint.newest(run.checkpoints("stage2")))
    assert own[0.05] != own["exponential"]
    tensors, state = checkpoint.read(path)
    power = {k: v for k, v in tensors.items() if k.startswith("power.0.05.")}
    swapped = tensors | {f"ema.module.{k[11:]}": v.clone() for k, v in power.items()}
    checkpoint.seal(swapped, path, state, checkpoint.FORMAT)
    assert same(ema.exponential(swapped), {k[11:]: v for k, v in power.items()})
    choose(run, trained, part="stage2", export="none")
    rows = json.loads(run.ema("stage2").read_text())["measured"]
    assert {row["ema"]: row["errors"] for row in rows}["exponential"] == own[0.05]


def test_the_best_has_the_least_mean_of_relative_errors() -> None:
    spec = EmaLength(training="run", folder="art")
    first = MeasuredEma(None, torch.tensor([1.0, 1.0, 1.0, 0.01]))
    small = MeasuredEma(0.05, torch.tensor([0.8, 0.8, 0.8, 0.02]))
    even = MeasuredEma(0.1, torch.tensor([0.95, 0.95, 0.95, 0.0095]))
    assert ema_length.choose(spec, [first, small, even]) is even
    assert even.relative(first) == pytest.approx(0.95)
    assert ema_length.choose(spec, [first, small]) is first


def test_a_stage_that_kept_none_keeps_its_exponential_average(run: ForgeRun, trained: Path) -> None:
    (path,) = checkpoint.newest(run.checkpoints("stage2"))
    tensors, state = checkpoint.read(path)
    own = {k: v for k, v in tensors.items() if not k.startswith("power.")}
    checkpoint.seal(own, path, {"step": state["step"]}, checkpoint.FORMAT)
    said = choose(run, trained)
    (line,) = [event.text for event in said if isinstance(event, Notice)]
    assert "stage2 has no snapshots to reconstruct an EMA from" in line
    assert training_of(run, "stage1").keys() == {"sigma_rel", "since"}
    assert training_of(run, "stage2") == {"decay": 0.999}
    with pytest.raises(BadInput, match="no snapshots"):
        choose(run, trained, part="stage2")
    run.ema("stage2").write_text('{"chosen": {"sigma_rel": 0.1, "since": 0}}')
    with pytest.raises(BadInput, match=r"delete .*ema.json to export the exponential EMA"):
        ema.load(run, "stage2", torch.nn.Linear(1, 1))


def test_a_damaged_snapshot_costs_a_line(run: ForgeRun, trained: Path) -> None:
    path = run.averages("stage1") / "step-00000003.safetensors"
    path.write_bytes(path.read_bytes()[:-1])
    said = choose(run, trained, part="stage1", export="none")
    (line,) = [event.text for event in said if isinstance(event, Notice)]
    assert line.startswith("step-00000003.safetensors is damaged")
    assert json.loads(run.ema("stage1").read_text())["snapshots"] == STEPS - 2


def test_what_was_chosen_must_be_readable(run: ForgeRun) -> None:
    run.ema("stage1").write_text("{")
    with pytest.raises(BadInput, match=r"ema.json is damaged; choose the EMA again"):
        ema.load(run, "stage1", torch.nn.Linear(1, 1))


def test_it_can_be_stopped(run: ForgeRun, trained: Path) -> None:
    control = Control()
    control.cancel()
    with pytest.raises(Stopped):
        choose(run, trained, control)
    assert not run.ema("stage1").exists()


def test_the_card_says_which_ema_each_part_has() -> None:
    parts = {"text": {"ema": {"decay": 0.999}}, "stage1": {"ema": {"sigma_rel": 0.08, "since": 4}}}
    assert card.ema(parts | {"old": {}}) == ["EMA: text decay 0.999; stage1 post hoc, σ_rel 0.08."]
    assert card.ema({"old": {}}) == []
