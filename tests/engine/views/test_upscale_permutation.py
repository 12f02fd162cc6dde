"""Permutations with blocks for pixels: finer detail goes the way of what is around it."""

import numpy as np
import pytest

from engine.views import LinearMap, Resolution, view
from engine.views.upscale_permutation import alike, enlarged
from tests.engine.views.conftest import noise

RIGID = ["flip", "flip-horizontal", "rotate-90", "rotate-180", "rotate-270", "negate"]
PIECEWISE = ["square-hinge", "jigsaw", "patches"]


def at(name: str, side: int, cells: int = 0) -> LinearMap:
    return view(name).at(Resolution(side, cells))


@pytest.mark.parametrize("name", RIGID)
def test_a_rigid_view_enlarged_is_the_view_at_that_size(name: str) -> None:
    found = enlarged(at(name, 32), 128)
    np.testing.assert_array_equal(found.index, at(name, 128).index)
    np.testing.assert_array_equal(found.weight, at(name, 128).weight)


@pytest.mark.parametrize("name", PIECEWISE)
def test_pieces_enlarged_are_turned_as_the_view_turns_them(name: str) -> None:
    found, right = enlarged(at(name, 64), 256), at(name, 256, cells=64)
    assert (found.index == right.index).mean() > 0.98


@pytest.mark.parametrize("name", [*RIGID, *PIECEWISE, "pixels", "skew", "inner-circle"])
def test_enlarged_is_a_permutation_that_sees_the_same(name: str) -> None:
    coarse, x, block = at(name, 32), noise(32), np.ones((1, 3, 3), np.float32)
    found = enlarged(coarse, 96)
    assert found.orthogonal
    np.testing.assert_array_equal(found.view(np.kron(x, block)), np.kron(coarse.view(x), block))


@pytest.mark.parametrize("name", [*RIGID, *PIECEWISE, "pixels", "skew", "inner-circle"])
def test_a_view_is_alike_at_both_sizes(name: str) -> None:
    assert alike(at(name, 256, cells=64), at(name, 64))


def test_other_views_are_not_alike() -> None:
    assert not alike(at("pixels", 256), at("pixels", 64))
    assert not alike(at("flip", 256), at("identity", 64))
    assert not alike(at("negate", 256), at("identity", 64))
    assert not alike(at("white-balance", 256), at("identity", 64))


@pytest.mark.parametrize("name", ["jigsaw", "square-hinge"])
def test_within_a_piece_neighbours_stay_neighbours(name: str) -> None:
    """At stage II as at stage I: a piece is turned as one, not block by block."""
    rows, columns = np.divmod(at(name, 256, cells=64).index.reshape(256, 256), 256)
    steps = np.abs(np.diff(rows, axis=1)) + np.abs(np.diff(columns, axis=1))
    assert (steps == 1).mean() > 0.95
