"""All pixels in another order: two pictures that share nothing but their colours."""

from engine.views.grids import in_blocks, permuted, shuffled
from engine.views.view import LinearMap, Resolution, View


def at(square: Resolution) -> LinearMap:
    """The cells, which are stage I's pixels, in an order that is the same everywhere."""
    return permuted(in_blocks(shuffled(square.cells, "pixels"), square.side))


VIEW = View("every pixel of stage I is put elsewhere", at, place=81)
