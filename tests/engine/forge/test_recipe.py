"""The whole recipe at the smallest size: it trains, resumes exactly, and exports for diffusers."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from diffusers import DiffusionPipeline, IFPipeline, IFSuperResolutionPipeline
from PIL import Image

from engine import events
from engine.errors import BadInput
from engine.forge.pipeline import forge
from engine.runs import Run
from engine.runs.training_log import TrainingLog
from engine.runs.training_part import PACE, RATE
from engine.specs.forge import Forge
from engine.training import checkpoint, snapshots

Ask = Callable[..., Forge]


def quiet(part: str, progress: object) -> None:
    """Report nothing."""


def test_the_export_opens_in_plain_diffusers_and_draws(forged: Path) -> None:
    first = DiffusionPipeline.from_pretrained(forged / "cascade" / "stage-1")
    second = DiffusionPipeline.from_pretrained(forged / "cascade" / "stage-2")
    assert isinstance(first, IFPipeline)
    assert isinstance(second, IFSuperResolutionPipeline)
    for pipeline in (first, second):
        pipeline.set_progress_bar_config(disable=True)
        assert pipeline.scheduler.config.variance_type == "learned_range"
    small = first("a red square", num_inference_steps=2, output_type="pt").images
    large = second("a red square", image=small, num_inference_steps=2, output_type="pt").images
    assert (small.shape, large.shape) == ((1, 3, 8, 8), (1, 3, 16, 16))
    assert torch.isfinite(large).all()


def test_the_unets_are_half_precision_and_the_newest_average(forged: Path) -> None:
    unet = DiffusionPipeline.from_pretrained(forged / "cascade" / "stage-1").unet.state_dict()
    newest = next(checkpoint.newest(forged / "stage1" / "checkpoints"))
    average = checkpoint.read(newest)[0]
    assert all(
        torch.equal(unet[name], average[f"ema.module.{name}"].half().float()) for name in unet
    )


def test_progress_is_in_events_and_samples_in_a_picture(forged: Path) -> None:
    parts = TrainingLog.read(forged).parts
    one, two = parts["stage1"], parts["stage2"]
    assert (one.step, one.steps, one.saved) == (2, 2, 2)
    assert one.curves.keys() == {"loss", "simple", "bound", RATE, PACE}
    assert all(isinstance(part.attempt.ending, events.Done) for part in parts.values())
    (sheet,) = two.samples
    assert sheet.step == 2
    assert len(sheet.prompts) == 8
    assert Image.open(forged / sheet.file).width > 16


def test_a_forge_leaves_its_record_beside_the_stages(forged: Path) -> None:
    said = json.loads((forged / "cascade" / "training.json").read_text())
    assert list(said["parts"]) == ["text", "stage1", "stage2"]
    part = said["parts"]["stage1"]
    assert (part["steps"], part["of"], part["batch"], part["pictures"]) == (2, 2, 2, 4)
    assert (part["widths"], part["precision"]) == ([32, 64, 192], "bf16")
    assert part["curve"][-1] == [2, part["loss"]]


def test_a_stopped_forge_resumes_to_the_same_weights(
    ask: Ask, forged: Path, tmp_path: Path
) -> None:
    calls = iter([False, False, False, True])
    forge(ask(tmp_path), quiet, lambda: next(calls, True))
    forge(ask(tmp_path), quiet, lambda: False)
    assert isinstance(Run(tmp_path).ending, events.Done)
    for part in ("text", "stage1", "stage2"):
        whole, resumed = (
            checkpoint.read(next(checkpoint.newest(run / part / "checkpoints")))[0]
            for run in (forged, tmp_path)
        )
        assert all(torch.equal(whole[name], resumed[name]) for name in whole)


def test_the_stages_leave_snapshots_of_their_averages_also_when_stopped(
    ask: Ask, forged: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshots, "LEAST", 2)
    shutil.copytree(forged, tmp_path / "run")
    for steps in (5, 8):
        asked = ask(tmp_path / "run", part="stage2", stage2_steps=steps)
        forge(asked, quiet, lambda: False)
    assert list(snapshots.listed(tmp_path / "run" / "stage2" / "averages")) == [4, 6, 8]
    assert not (tmp_path / "run" / "text" / "averages").exists()


def test_a_stage_without_its_text_encoder_says_so(ask: Ask, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="train the part text first"):
        forge(ask(tmp_path, part="stage1"), quiet, lambda: False)


def test_starting_afresh_never_overwrites(ask: Ask, forged: Path) -> None:
    with pytest.raises(BadInput, match="holds checkpoints"):
        forge(ask(forged, resume=False), quiet, lambda: False)


def test_an_export_takes_the_widths_that_were_trained(
    ask: Ask, forged: Path, tmp_path: Path
) -> None:
    shutil.copytree(forged, tmp_path / "run")
    forge(ask(tmp_path / "run", part="export", widths="64,32"), quiet, lambda: False)
    first = DiffusionPipeline.from_pretrained(tmp_path / "run" / "cascade" / "stage-1")
    there = DiffusionPipeline.from_pretrained(forged / "cascade" / "stage-1")
    assert first.unet.config.block_out_channels == there.unet.config.block_out_channels
