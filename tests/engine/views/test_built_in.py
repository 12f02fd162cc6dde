"""Every view is orthogonal, or says that it fails; some are what numpy has a word for."""

import numpy as np
import pytest

from engine.errors import BadInput
from engine.views import LinearMap, Resolution, View, names, view
from engine.views.builtin.jigsaw import cut
from engine.views.checking import check
from engine.views.probe_matrix import read
from engine.views.view import Array
from tests.engine.views.conftest import noise

GOOD = [name for name in names() if view(name).orthogonal]
FAILING = [name for name in names() if not view(name).orthogonal]
SHARP = ["flip", "flip-horizontal", "rotate-90", "rotate-180", "rotate-270", "negate",
         "square-hinge", "jigsaw", "patches", "pixels"]  # fmt: skip
"""Those that stage II sees through exactly as stage I does."""
SIDES = (32, 64, 256)


def at(name: str, side: int, cells: int = 0) -> LinearMap:
    return view(name).at(Resolution(side, cells))


def length(x: Array) -> float:
    return float(np.linalg.norm(x.astype(np.float64)))


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("name", GOOD)
def test_the_way_back_undoes_and_the_norm_is_kept(name: str, side: int) -> None:
    x, moves = noise(side, 2, 3), at(name, side)
    seen = moves.view(x)
    np.testing.assert_allclose(moves.inverse_view(seen), x, atol=1e-6)
    np.testing.assert_allclose(moves.view(moves.inverse_view(x)), x, atol=1e-6)
    assert length(seen) == pytest.approx(length(x), rel=1e-6)
    assert moves.orthogonal
    assert moves.identity == (name == "identity")


@pytest.mark.parametrize("name", GOOD)
def test_half_precision_is_kept_to_the_bit(name: str) -> None:
    x, moves = noise(64, 3, dtype=np.float16), at(name, 64)
    seen = moves.view(x)
    assert seen.dtype == np.float16
    assert moves.inverse_view(seen).dtype == np.float16
    np.testing.assert_array_equal(moves.inverse_view(seen), x)


@pytest.mark.parametrize("name", GOOD)
def test_a_view_passes_the_checker_and_is_read_off_as_it_is(name: str) -> None:
    moves = at(name, 32)
    check(moves.view, name, 32, moves.inverse_view)
    found = read(moves.view, name, 32)
    np.testing.assert_array_equal(found.index, moves.index)
    np.testing.assert_array_equal(found.weight, moves.weight)
    assert found.colour is None


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("name", FAILING)
def test_what_fails_on_purpose_fails(name: str, side: int) -> None:
    x, moves = noise(side), at(name, side)
    assert length(moves.inverse_view(moves.view(x)) - x) > 0.1 * length(x)
    assert abs(length(moves.view(x)) / length(x) - 1) > 0.02
    assert not moves.orthogonal
    assert "fails on purpose" in view(name).text


@pytest.mark.parametrize("name", FAILING)
def test_the_checker_refuses_what_fails_on_purpose(name: str) -> None:
    moves = at(name, 64)
    with pytest.raises(
        BadInput, match=rf"^{name}: not orthogonal: it scales the noise by \d\.\d\d"
    ):
        check(moves.view, name, 64)


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("channels", [3, 6])
def test_back_is_the_transpose_of_seen(name: str, channels: int) -> None:
    x, y, moves = noise(32, channels, dtype=np.float64), noise(32, channels)[::-1], at(name, 32)
    assert np.sum(moves.view(x) * y) == pytest.approx(np.sum(x * moves.inverse_view(y)), rel=1e-5)


@pytest.mark.parametrize("name", names())
def test_nothing_is_written_into(name: str) -> None:
    x, moves = noise(32), at(name, 32)
    for do in (moves.view, moves.inverse_view, moves.inverse_view_variance):
        before = x.copy()
        found = do(x)
        np.testing.assert_array_equal(x, before)
        assert not np.shares_memory(found, x)


@pytest.mark.parametrize("name", SHARP)
def test_stage_two_sees_what_stage_one_saw_enlarged(name: str) -> None:
    x, block = noise(64), np.ones((1, 4, 4), np.float32)
    large = at(name, 256, cells=64).view(np.kron(x, block))
    np.testing.assert_array_equal(large, np.kron(at(name, 64).view(x), block))


@pytest.mark.parametrize("name", sorted({*GOOD} - {*SHARP}))
def test_the_others_are_nearly_the_same_at_stage_two(name: str) -> None:
    """Their borders run finer there: of a smooth picture hardly a pixel looks otherwise."""
    ticks = np.linspace(-1, 1, 64, dtype=np.float32)
    x, block = np.stack([ticks[:, None] * ticks] * 3), np.ones((1, 4, 4), np.float32)
    large = at(name, 256, cells=64).view(np.kron(x, block))
    gap = np.abs(large - np.kron(at(name, 64).view(x), block))
    assert float(gap.mean()) < 0.05


@pytest.mark.parametrize(
    ("name", "quarters"), [("rotate-90", 1), ("rotate-180", 2), ("rotate-270", 3)]
)
def test_rotations_are_numpys(name: str, quarters: int) -> None:
    x = noise(32)
    np.testing.assert_array_equal(at(name, 32).view(x), np.rot90(x, quarters, axes=(-2, -1)))


def test_flips_and_the_negative_are_numpys() -> None:
    x = noise(32)
    np.testing.assert_array_equal(at("flip", 32).view(x), x[..., ::-1, :])
    np.testing.assert_array_equal(at("flip-horizontal", 32).view(x), x[..., ::-1])
    np.testing.assert_array_equal(at("negate", 32).view(x), -x)
    np.testing.assert_array_equal(at("negate", 32).inverse_view_variance(x), x)


def test_a_skewed_column_is_rolled() -> None:
    x, seen = noise(32), at("skew", 32).view(noise(32))
    for column in range(32):
        rolled = np.roll(x[..., column], int(1.5 * (column - 16)), axis=-1)
        np.testing.assert_array_equal(seen[..., column], rolled)


def test_of_the_circle_only_the_disc_turns() -> None:
    moved = (at("inner-circle", 64).index[:, 0] != np.arange(64 * 64)).reshape(64, 64)
    assert moved.mean() == pytest.approx(np.pi * (3 / 8) ** 2, abs=0.01)
    assert not moved[:8].any()
    assert not moved[:, :8].any()


@pytest.mark.parametrize("side", [16, 32, 48, 64, 80, 256])
def test_a_jigsaw_is_cut_into_sixteen_that_all_leave_their_place(side: int) -> None:
    pieces, moves = cut(side), at("jigsaw", side)
    sizes = np.bincount(pieces.ravel())
    assert len(sizes) == 16
    assert sizes.min() > side * side / 32
    assert moves.is_permutation
    came_from = pieces.ravel()[moves.index[:, 0]].reshape(side, side)
    for piece in range(16):
        (one,) = np.unique(came_from[pieces == piece])
        assert one != piece


def test_jigsaw_pieces_have_tabs() -> None:
    pieces = cut(64)
    straight = np.kron(np.arange(16).reshape(4, 4), np.ones((16, 16), int))
    assert 0.05 < (pieces != straight).mean() < 0.25


@pytest.mark.parametrize(
    ("name", "first"),
    [("patches", [32, 44, 29, 19, 15, 17]), ("pixels", [8, 55, 49, 24, 57, 30])],
)
def test_an_order_is_the_same_on_every_machine(name: str, first: list[int]) -> None:
    """Recorded once: with another order, old runs could not be repeated."""
    assert at(name, 8).index[:6, 0].tolist() == first


def test_a_blur_keeps_what_is_plain() -> None:
    x = np.full((3, 64, 64), 0.5, np.float32)
    np.testing.assert_allclose(at("blur", 64).view(x), x, atol=1e-6)
    assert at("blur", 64).index.shape[1] == 25


def test_a_side_that_does_not_divide_is_one_line() -> None:
    with pytest.raises(BadInput, match=r"^patches: needs a side that is a multiple of 8; 100"):
        at("patches", 100)
    with pytest.raises(BadInput, match="multiple"):
        Resolution(100, 64)


def test_a_view_is_its_own_description() -> None:
    assert all(isinstance(view(name), View) and view(name).text for name in names())
