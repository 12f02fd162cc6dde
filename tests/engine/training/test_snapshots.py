"""Snapshots of power averages: when they are taken, which are kept."""

from itertools import pairwise
from pathlib import Path

import pytest
import torch
from torch import nn

from engine.training import checkpoint, snapshots
from engine.training.power_ema import PowerEma


def history(steps: int) -> list[int]:
    """What is kept of a training by its end."""
    kept: list[int] = []
    for age in range(steps + 1):
        if snapshots.due(age):
            kept = sorted(snapshots.thinned([*kept, age], snapshots.MOST))
    return kept


@pytest.mark.parametrize("steps", [63, 64, 3000, 5000, 70_000, 200_000])
def test_however_long_a_training_few_are_kept_and_they_lie_close_at_its_end(steps: int) -> None:
    kept = history(steps)
    assert len(kept) == min(snapshots.MOST, steps // snapshots.LEAST)
    assert all(after - before <= max(64, steps / 19) for before, after in pairwise(kept))
    newest = [*kept[-8:], steps]
    assert all(after - before <= max(64, steps / 32) for before, after in pairwise(newest))


def test_thinning_keeps_the_first_and_the_last_and_evens_out_the_rest() -> None:
    assert snapshots.thinned([1, 2, 3, 4, 5, 7, 9, 11], 6) == {1, 3, 5, 7, 9, 11}
    assert snapshots.thinned([1, 2], 2) == {1, 2}


def taken(folder: Path, *steps: int, began: int = 0) -> nn.Module:
    model = nn.Linear(4, 3)
    averages = PowerEma(model)
    averages.begin(model, began)
    for step in steps:
        snapshots.take(folder, averages, step)
    return model


def test_one_holds_both_averages_in_half_precision(tmp_path: Path) -> None:
    model = taken(tmp_path, 63, 64, 65)
    (path,) = snapshots.listed(tmp_path).values()
    tensors, state = checkpoint.unseal(path, snapshots.FORMAT, "a snapshot")
    assert state == {"step": 64, "averages_began": 0}
    assert tensors.keys() == {f"power.{w}.{n}" for w in (0.05, 0.1) for n in ("weight", "bias")}
    assert torch.equal(tensors["power.0.05.weight"], model.weight.half())


def test_there_are_never_more_than_the_most(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshots, "MOST", 5)
    taken(tmp_path, *range(64, 1025, 64))
    assert len(snapshots.listed(tmp_path)) == 5
    assert {64, 1024} < snapshots.listed(tmp_path).keys()


def test_a_training_that_goes_on_drops_what_it_has_not_behind_it(tmp_path: Path) -> None:
    taken(tmp_path, 64, 128, 192)
    taken(tmp_path, 36 + 64, began=36)
    (tmp_path / ".step-00000256.safetensors.part").write_bytes(b"half")
    (tmp_path / "step-00000070.safetensors").write_bytes(b"damaged")
    snapshots.drop_others(tmp_path, began=0, step=128)
    assert [path.name for path in sorted(tmp_path.iterdir())] == [
        "step-00000064.safetensors", "step-00000128.safetensors",
    ]  # fmt: skip
