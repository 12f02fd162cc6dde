"""What was drawn after an epoch, read back: groups of pictures, and steps for a timeline."""

import math
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from engine.errors import BadInput
from engine.runs.digit_samples import EpochSamples, beside

RANDOM = np.random.default_rng(1)


def noise(*shape: int) -> np.ndarray:
    return RANDOM.integers(0, 256, (*shape, 28, 28)).astype(np.uint8)


def test_four_of_each_digit_stand_in_a_column_each_in_whatever_order_they_were_drawn() -> None:
    labels = RANDOM.permutation(np.repeat(np.arange(10), 4))
    x = noise(3, 40)
    (tiles,) = EpochSamples({"x": x, "x0": x, "labels": labels}).tiles()
    assert tiles.pixels.shape == (4, 10, 28, 28)
    for digit in range(10):
        theirs = x[-1][labels == digit]
        assert np.array_equal(tiles.pixels[:, digit], theirs)


@pytest.mark.parametrize(("count", "shape"), [(40, (4, 10)), (7, (1, 7)), (12, (2, 6))])
def test_samples_of_no_class_stand_in_rows(count: int, shape: tuple[int, int]) -> None:
    x = noise(2, count)
    (tiles,) = EpochSamples({"x": x, "x0": x, "labels": np.full(count, -1)}).tiles()
    assert tiles.pixels.shape[:2] == shape
    assert np.array_equal(tiles.pixels.reshape(x[-1].shape), x[-1])


def test_a_denoiser_has_its_rows_and_a_grid_of_noise_levels_it_never_saw() -> None:
    names = ("noisy", "predicted", "clean")
    rows = {name: noise(8) for name in names}
    outside = {"ood_noisy": noise(7, 8), "ood_predicted": noise(7, 8)}
    first, second = EpochSamples({**rows, **outside}).tiles()
    assert all(np.array_equal(first.pixels[i], rows[name]) for i, name in enumerate(names))
    assert second.title == "out of distribution · σ 0 0.2 0.4 0.5 0.6 0.8 1"
    assert np.array_equal(second.pixels[4], outside["ood_noisy"][:, 2])
    assert np.array_equal(second.pixels[5], outside["ood_predicted"][:, 2])
    assert not EpochSamples(rows).frames("r")


def test_kept_states_are_steps_with_all_samples_below_one_another() -> None:
    x, x0 = noise(5, 3), noise(5, 3)
    times = np.array([300, 200, 100, 50, 1])
    frames = EpochSamples({"x": x, "x0": x0, "timesteps": times}).frames("r")
    assert [(f.index, f.timestep, f.next_timestep) for f in frames[-2:]] == [(3, 50, 1), (4, 1, -1)]
    for channel, states in (("x", x), ("x0", x0)):
        picture = frames[2].sheet.picture(channel, 1)
        assert picture is not None
        assert np.array_equal(np.asarray(picture)[..., 0], states[2, 1])
    moved = (x0[2, 1].astype(float) - x0[1, 1]) / 255
    assert frames[2].x0_change[1] == pytest.approx(np.sqrt((moved**2).mean()))
    assert math.isnan(frames[0].x0_change[0])


def test_a_file_that_is_gone_torn_or_anothers_is_said_in_a_line(tmp_path: Path) -> None:
    path = beside(tmp_path / "step-00000010.png")
    assert path.name == "step-00000010.safetensors"
    for fill in (lambda: None, lambda: path.write_bytes(b"torn"), lambda: save_file({}, path)):
        fill()
        with pytest.raises(BadInput, match="step-00000010"):
            EpochSamples.read(path)
