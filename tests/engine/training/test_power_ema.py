"""Power averages against the profile that they are defined by."""

import math
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from engine.training import checkpoint, trainer
from engine.training.power_ema import WIDTHS, PowerEma, exponent, newest_share
from tests.engine.training.test_trainer import objective, settings, small, weights


@pytest.mark.parametrize("width", [0.01, 0.05, 0.1, 0.2, 0.288])
def test_the_profile_of_an_exponent_has_the_width_asked_for(width: float) -> None:
    gamma, middles = exponent(width), (torch.arange(200_000, dtype=torch.float64) + 0.5) / 200_000
    profile = (gamma + 1) * middles**gamma / len(middles)
    mean = (profile * middles).sum()
    deviation = (profile * (middles - mean).square()).sum().sqrt()
    assert float(profile.sum()) == pytest.approx(1, abs=1e-6)
    assert float(deviation) == pytest.approx(width, rel=1e-4)


def test_exponents_are_those_of_the_paper() -> None:
    assert exponent(0.05) == pytest.approx(16.97, abs=0.005)
    assert exponent(0.10) == pytest.approx(6.94, abs=0.005)


@pytest.mark.parametrize("width", [0.0, -0.1, 0.3, math.nan])
def test_other_widths_are_refused(width: float) -> None:
    with pytest.raises(ValueError, match="no relative width"):
        exponent(width)


def test_an_average_is_the_profile_over_all_weights_since_it_began() -> None:
    model, began = nn.Linear(3, 2).double(), 11
    averages, seen = PowerEma(model), list[Tensor]()
    averages.begin(model, began)
    for step in range(1, 41):
        nn.init.normal_(model.weight, generator=torch.Generator().manual_seed(step))
        seen.append(model.weight.detach().clone())
        averages.update(model, began + step)
    for width in WIDTHS:
        ends = torch.linspace(0, 1, 41, dtype=torch.float64) ** (exponent(width) + 1)
        shares = ends.diff()
        expected = (shares[:, None, None] * torch.stack(seen)).sum(0)
        torch.testing.assert_close(averages.averages[width]["weight"], expected)


def test_the_newest_weights_count_all_at_first() -> None:
    assert newest_share(6.94, 1) == 1
    assert newest_share(6.94, 40) == pytest.approx(1 - (39 / 40) ** 7.94)


def trained(folder: Path, steps: int, *stops: int, **changes: object) -> trainer.Training:
    """Train, interrupted after each of `stops` and taken up by a new process's worth."""
    how = settings(steps, **changes)
    for last in (*stops, steps):
        training = trainer.begin(small(), how)
        assert trainer.resume(training, folder) == []
        stop = lambda t=training, n=last: t.step >= n  # noqa: E731
        trainer.train(training, objective, how, folder, stop=stop)
    return training


def power(training: trainer.Training) -> PowerEma:
    """Those of a training that has some."""
    assert training.averages is not None
    return training.averages


def test_they_are_resumed_bit_for_bit_and_change_nothing_else(tmp_path: Path) -> None:
    whole = trained(tmp_path / "whole", 12, average_widths=WIDTHS)
    parts = trained(tmp_path / "parts", 12, 3, 4, 9, average_widths=WIDTHS)
    without = weights(trained(tmp_path / "without", 12))
    there = power(parts).tensors()
    assert all(torch.equal(v, there[name]) for name, v in power(whole).tensors().items())
    assert (power(whole).began, power(parts).began) == (0, 0)
    for training in (whole, parts):
        assert all(torch.equal(v, without[name]) for name, v in weights(training).items())


def test_a_checkpoint_without_them_goes_on_and_they_begin_with_its_weights(tmp_path: Path) -> None:
    plain = weights(trained(tmp_path, 4))
    how = settings(8, average_widths=WIDTHS)
    training = trainer.begin(small(), how)
    assert trainer.resume(training, tmp_path) == []
    assert power(training).began == 4
    for average in power(training).averages.values():
        assert all(torch.equal(value, plain[name]) for name, value in average.items())
    later = trained(tmp_path, 8, 6, average_widths=WIDTHS)
    assert power(later).began == 4
    expected = weights(trained(tmp_path / "other", 8))
    assert all(torch.equal(value, expected[name]) for name, value in weights(later).items())


def test_a_checkpoint_grows_by_one_float32_copy_of_the_weights_for_each(tmp_path: Path) -> None:
    sizes = {}
    for widths in ((), WIDTHS):
        trained(tmp_path / str(widths), 4, average_widths=widths)
        (path,) = checkpoint.newest(tmp_path / str(widths))
        sizes[widths] = sum(value.nbytes for value in checkpoint.read(path)[0].values())
    own = sum(value.nbytes for value in small().parameters())
    assert sizes[WIDTHS] - sizes[()] == 2 * own
