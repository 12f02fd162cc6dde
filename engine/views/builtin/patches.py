"""Sixty-four square patches in another order."""

from engine.views.grids import check_divides, in_blocks, permuted, shuffled
from engine.views.view import LinearMap, Resolution, View

PATCHES = 8


def at(square: Resolution) -> LinearMap:
    """8 × 8 patches in an order that is the same everywhere and at every size."""
    check_divides("patches", PATCHES, square.side)
    return permuted(in_blocks(shuffled(PATCHES, "patches"), square.side))


VIEW = View("8×8 patches are laid in another order", at, place=80)
