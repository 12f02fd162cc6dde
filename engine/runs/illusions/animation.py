"""The animation of an illusion: it turns, goes away and comes back, or loses its colour."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from PIL import Image

from engine.runs.animation import SIDE, Shot, enlarged
from engine.runs.illusions.display import AFAR, IllusionPictures, afar
from engine.specs import Illusion
from engine.views import between
from engine.views.animate import eased

TURN, STEP, REST = 24, 40, 1600
"""Pictures of a turn, and the milliseconds that one of them stays, and that a reading does."""


def moves(spec: object) -> bool:
    """Whether a run of it has an animation of its own, rather than that of its steps."""
    return isinstance(spec, Illusion) and (
        len(spec.composition.views()) > 1 or spec.split != "whole"
    )


def shots(looked: IllusionPictures, sample: int) -> list[Shot]:
    """All readings one after the other, with a rest on each, and back to the first.

    Where there is but one view: to its smallest size, or to its first band, and back.
    """
    if len(looked.views) > 1:
        return list(_turning(looked, sample))
    if looked.has_far:
        return _there_and_back(_going(looked.pictures[sample]))
    first = next(iter(looked.bands(sample).values()))
    return _there_and_back(_fading(looked.pictures[sample], first))


def _turning(looked: IllusionPictures, sample: int) -> Iterator[Shot]:
    picture, views = looked.pictures[sample], [*looked.views.values()]
    for one, other in pairwise([*views, views[0]]):
        frames = between(one, other, picture, TURN, looked.cells)
        yield Shot(frames[0], REST)
        yield from (Shot(frame, STEP) for frame in frames[1:-1])
    yield Shot(frames[-1], STEP)


def _there_and_back(frames: Sequence[Image.Image]) -> list[Shot]:
    first, *way, last = frames
    there = [Shot(frame, STEP) for frame in way]
    back = [*reversed(there), Shot(first, STEP)]
    return [Shot(first, REST), *there, Shot(last, REST), *back]


def _going(picture: Image.Image) -> list[Image.Image]:
    """Sizes that shrink by one factor from picture to picture, slowly at both ends."""
    large = enlarged(picture, max(SIDE, picture.width))
    return [afar(large, AFAR[-1] ** -share) for share in eased(TURN)]


def _fading(picture: Image.Image, band: Image.Image) -> list[Image.Image]:
    return [Image.blend(picture, band, share) for share in eased(TURN)]
