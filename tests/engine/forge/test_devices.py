"""A forge on another device gives what it gives on the CPU, and the CPU goes on with it."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor

from engine.forge import objectives, pipeline, sampling
from engine.forge.pipeline import settings
from engine.forge.run_folder import ForgeRun
from engine.specs.forge import Forge
from engine.training import checkpoint
from engine.training.devices import CPU
from engine.training.fit import TrainingCallbacks
from engine.training.trainer import never
from tests.support.fake_accelerator import ELSEWHERE, pretend

Ask = Callable[..., Forge]
FEW = {"precision": "fp32", "widths": (32, 32), "stage2_widths": (8, 32), "prompts": "a red square"}
WATCH = TrainingCallbacks(lambda part, progress: None, never)


PARTS = ("text", "stage1", "stage2")


def train(spec: Forge, device: torch.device, parts: tuple[str, ...] = PARTS) -> None:
    """Parts without the export, which is on the CPU anyway."""
    for part in parts:
        pipeline.PARTS[part](spec, ForgeRun(Path(spec.out)), WATCH, device)


def states(run: Path) -> dict[str, Tensor]:
    """Everything in the newest checkpoints."""
    files = {p: next(checkpoint.newest(run / p / "checkpoints")) for p in pipeline.PARTS}
    return {
        f"{part}.{name}": value
        for part, file in files.items()
        for name, value in checkpoint.read(file)[0].items()
    }


def test_what_another_device_began_goes_on_on_the_cpu_as_if_it_had_begun_there(
    ask: Ask, held_out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sampling.stage1, "__defaults__", (1, "ddpm", sampling.never))
    monkeypatch.setattr(sampling.stage2, "__defaults__", (1, sampling.never))
    once = {"text_steps": 1, "steps": 1, "stage2_steps": 1, "sample_every": 1}
    more = FEW | {"held_out": str(held_out)}
    begun, whole = (ask(tmp_path / "there", **more | steps) for steps in (once, {}))
    with pretend():  # where tensors of the device and of the CPU cannot be mixed
        train(begun, ELSEWHERE, PARTS[:1])
    train(whole, CPU, PARTS[:1])  # the stages learn from the finished encoder in both runs
    with pretend():
        train(begun, ELSEWHERE, PARTS[1:])
    assert len([*(tmp_path / "there").glob("stage*/samples/*.png")]) == 2
    for name in ("there", "here"):
        train(ask(tmp_path / name, **FEW), CPU)
    there, here = states(tmp_path / "there"), states(tmp_path / "here")
    assert there.keys() == here.keys()
    assert all(torch.allclose(there[name], here[name], atol=2e-5) for name in here)


@pytest.mark.parametrize(("kind", "fused"), [("cuda", True), ("mps", False), ("cpu", False)])
def test_the_optimizer_is_one_kernel_where_that_pays(kind: str, fused: bool) -> None:
    assert settings(Forge(folder="data"), 10, 1e-3, torch.device(kind)).fused is fused


def test_precision_is_lowered_on_the_device_that_computes(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[object, ...]] = []
    monkeypatch.setattr(torch, "autocast", lambda *how: asked.append(how))
    objectives.lower("bf16", torch.device("cuda", 1))
    objectives.lower("fp32", torch.device("cuda", 1))
    assert asked == [("cuda", torch.bfloat16)]
