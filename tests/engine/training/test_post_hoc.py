"""Averages made afterwards against those that a training would have kept itself."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from engine.errors import BadInput
from engine.training import post_hoc, snapshots, trainer
from engine.training.power_ema import WIDTHS, PowerEma, exponent
from engine.training.trainer import Settings, Training

STEPS, DRIFT = 4500, 0.05
MADE = (0.02, 0.03, 0.04, 0.075, 0.12, 0.15, 0.2)


def walk(steps: int) -> Tensor:
    """Weights (steps,6) after each step: a random walk on a slope, float32."""
    generator = torch.Generator().manual_seed(7)
    noise = torch.randn(steps, 6, generator=generator) * DRIFT
    return 1 + (noise + torch.linspace(-0.01, 0.01, 6)).cumsum(0)


def trained(folder: Path, steps: int = STEPS, began: int = 0) -> Training:
    """A part whose weights walk; its averages begin after `began` steps."""
    model = nn.Linear(6, 1, bias=False)
    training = trainer.begin(model, Settings(steps, lambda step: 1e-3, average_widths=WIDTHS))
    assert training.averages is not None
    for step, weights in enumerate(walk(steps), 1):
        if step == began:
            training.averages.begin(model, step)
        with torch.no_grad():
            model.weight.copy_(weights)
        training.step = step
        if step > began:
            training.averages.update(model, step)
            snapshots.take(folder / "averages", training.averages, step)
    trainer.save(training, folder / "checkpoints")
    return training


def directly(width: float, steps: int = STEPS, began: int = 0) -> Tensor:
    """The power-function average of the walk, by its definition, (1,6)."""
    ends = torch.linspace(0, 1, steps - began + 1, dtype=torch.float64) ** (exponent(width) + 1)
    return (ends.diff()[:, None] * walk(steps)[began:].double()).sum(0, keepdim=True)


def history(folder: Path) -> post_hoc.History:
    return post_hoc.history(folder / "checkpoints", folder / "averages", WIDTHS)


@pytest.fixture(scope="module")
def part(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a part whose weights walked, with its snapshots and its checkpoint."""
    folder = tmp_path_factory.mktemp("part")
    trained(folder)
    return folder


@pytest.mark.parametrize("width", MADE)
def test_an_average_made_afterwards_is_the_one_kept_all_along(part: Path, width: float) -> None:
    (made,) = history(part).reconstruct([width])
    spread = walk(STEPS)[STEPS // 2 :].std(0).max()
    error = (made.weights["weight"] - directly(width)).abs().max() / spread
    assert error < 0.015
    assert made.profile_error < 0.03
    assert (directly(width) - directly(1.4 * width)).abs().max() / spread > 3 * error


def test_a_width_that_was_kept_is_taken_as_it_was(part: Path) -> None:
    known = history(part)
    made = known.reconstruct(WIDTHS)
    assert [one.profile_error for one in made] == [0.0, 0.0]
    for one in made:
        assert torch.equal(one.weights["weight"], known.newest[f"power.{one.width:g}.weight"])
        torch.testing.assert_close(one.weights["weight"], directly(one.width).float())


@pytest.mark.parametrize("width", [*MADE, *WIDTHS])
def test_what_snapshots_count_adds_up_to_one(width: float) -> None:
    known = [(t, exponent(kept)) for t in range(100, 1001, 50) for kept in WIDTHS]
    shares, off = post_hoc.least_squares(known, (1000, exponent(width)))
    assert shares.sum() == pytest.approx(1, abs=1e-9)
    assert off < 0.1


@pytest.mark.parametrize("kept", WIDTHS)
def test_the_nearest_to_a_profile_that_is_there_is_itself(kept: float) -> None:
    known = [(t, exponent(width)) for t in (400, 700, 1000) for width in WIDTHS]
    shares, off = post_hoc.least_squares(known, (700, exponent(kept)))
    assert off == pytest.approx(0, abs=1e-6)
    np.testing.assert_allclose(shares, np.eye(6)[2 + WIDTHS.index(kept)], atol=1e-6)


def test_overlaps_are_integrals_of_products() -> None:
    middles = (np.arange(400_000) + 0.5) / 400_000 * 7
    profiles = [(5.0, 6.9), (7.0, 17.0), (3.0, 0.5)]
    sampled = [np.where(middles <= t, (g + 1) * (middles / t) ** g / t, 0) for t, g in profiles]
    expected = [[(one * other).mean() * 7 for other in sampled] for one in sampled]
    np.testing.assert_allclose(post_hoc.dot_products(profiles, profiles), expected, rtol=1e-4)


def test_time_is_counted_from_where_the_averages_began(tmp_path: Path) -> None:
    trained(tmp_path, 3000, began=1000)
    known = history(tmp_path)
    assert (known.step, known.began, known.age) == (3000, 1000, 2000)
    (made,) = known.reconstruct([0.08])
    spread = walk(3000)[1000:].std(0).max()
    direct = directly(0.08, 3000, 1000)
    assert (made.weights["weight"] - direct).abs().max() / spread < 0.005
    assert (directly(0.08, 3000) - direct).abs().max() / spread > 0.05


def copied(part: Path, folder: Path) -> Path:
    shutil.copytree(part, folder, dirs_exist_ok=True)
    return folder


def test_a_damaged_snapshot_is_left_out_with_a_line(part: Path, tmp_path: Path) -> None:
    files = list(snapshots.listed(copied(part, tmp_path) / "averages").values())
    files[-3].write_bytes(files[-3].read_bytes()[:-9])
    data = bytearray(files[-5].read_bytes())
    data[-1] ^= 1
    files[-5].write_bytes(data)
    files[-7].write_bytes(b"no tensors")
    known = history(tmp_path)
    assert len(known.files) == len(files) - 3
    assert [line.split(":")[0] for line in known.warnings] == [
        f"{files[index].name} is damaged" for index in (-7, -5, -3)
    ]
    assert all(line.endswith("reconstructing without it") for line in known.warnings)
    spread = walk(STEPS)[STEPS // 2 :].std(0).max()
    (made,) = known.reconstruct([0.075])
    assert (made.weights["weight"] - directly(0.075)).abs().max() / spread < 0.02


def test_snapshots_of_another_network_or_beginning_are_left_out(part: Path, tmp_path: Path) -> None:
    averages = copied(part, tmp_path) / "averages"
    other = PowerEma(nn.Linear(5, 1, bias=False))
    snapshots.take(averages, other, 64)
    other = PowerEma(nn.Linear(6, 1, bias=False))
    other.began = 1
    snapshots.take(averages, other, 65)
    known = history(tmp_path)
    assert not known.files.keys() & {64, 65}
    assert known.warnings == [
        "step-00000064.safetensors is of another network than the newest checkpoint;"
        " reconstructing without it"
    ]


def test_a_part_without_averages_says_so_in_a_line(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no readable checkpoint"):
        history(tmp_path)
    plain = trainer.begin(nn.Linear(6, 1), Settings(1, lambda step: 1e-3))
    plain.step = 9
    trainer.save(plain, tmp_path / "checkpoints")
    with pytest.raises(
        BadInput, match="no snapshots to reconstruct an EMA from: an earlier version"
    ):
        history(tmp_path)
    begun = trainer.begin(nn.Linear(6, 1), Settings(1, lambda step: 1e-3, average_widths=WIDTHS))
    trainer.resume(begun, tmp_path / "checkpoints")
    trainer.save(begun, tmp_path / "checkpoints")
    with pytest.raises(BadInput, match="resume the training to record them"):
        history(tmp_path)
