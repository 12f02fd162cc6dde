"""The seam: nothing where there is none, the height of a step where there is one."""

import numpy as np
import pytest

from engine.lab.measures import seam

HOLE = np.zeros((32, 32), bool)
HOLE[8:20, 10:24] = True


def smooth() -> np.ndarray:
    rows = np.linspace(0, 200, 32, dtype=np.float32)
    return np.broadcast_to((rows[:, None] + rows)[..., None] / 2, (32, 32, 3)).copy()


def test_a_picture_that_goes_on_smoothly_has_none() -> None:
    assert seam(smooth(), HOLE) == pytest.approx(0, abs=0.2)


def test_a_step_has_its_own_height() -> None:
    picture = np.full((32, 32, 3), 40, np.float32)
    picture[HOLE] = 75
    assert seam(picture, HOLE) == pytest.approx(35)


def test_it_is_the_same_inside_out_and_turned() -> None:
    picture = np.random.default_rng(0).uniform(0, 255, (32, 32, 3)).astype(np.float32)
    picture[HOLE] += 30
    turned = seam(picture.swapaxes(0, 1), HOLE.T)
    assert seam(picture, HOLE) == pytest.approx(turned, abs=1e-3)


@pytest.mark.parametrize("mask", [np.zeros((32, 32), bool), np.ones((32, 32), bool)])
def test_without_a_border_there_is_none(mask: np.ndarray) -> None:
    assert seam(smooth(), mask) == 0
