"""Masks: white is replaced, black stays, grey blends, and transparent counts as black."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops

from engine.errors import BadInput, shortened
from engine.pictures.fit import How, fitted, squared
from engine.pictures.sources import Loaded, open_picture

SNAP = 8
"""Levels this near to black or white are meant to be that: a JPEG's are never quite."""
TOLERANCE = 0.02
"""Sides in whole pixels do not keep a shape exactly."""
_COLOURED, _TWO_TONED, _GREY = 0.01, 0.99, 0.5
_LOOKED_AT = (256, 256)


@dataclass(frozen=True)
class Mask:
    """A mask of any size (mode L, 255 is replaced), its title, and what was done to it.

    ``warnings`` are lines that a person should read.
    """

    image: Image.Image
    title: str
    note: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def binary(self) -> bool:
        """Whether there is only black and white in it."""
        return sum(self.image.histogram()[1:255]) == 0

    def squared(self, how: How) -> "Mask":
        """The mask over the square that a picture fitted in this way becomes."""
        image = _levels(squared(self.image, how, "black"))
        return Mask(image if not self.binary else _cut(image), self.title, self.note, self.warnings)

    def at(self, side: int) -> Image.Image:
        """A square mask at another size, mode L; black and white alone stay that."""
        image = _levels(fitted(self.image, side, "stretch", "black"))
        return _cut(image) if self.binary else image


def open_mask(name: str, picture: Loaded) -> Mask:
    """The mask that `name` stands for, to be laid over a picture.

    Raises BadInput in one line where it cannot be opened, has not the picture's shape (a square
    one lies over the square that the model takes), or has changed places with the picture.
    """
    try:
        loaded = open_picture(name, ground="black")
    except BadInput as error:
        raise BadInput(f"mask: {error}") from None
    _check_places(loaded, picture)
    _check_shape(loaded, picture)
    mask = Mask(_levels(loaded.image), loaded.title, loaded.note)
    return Mask(mask.image, mask.title, mask.note, tuple(_warnings(mask, loaded.image)))


def region(picture: Image.Image, mask: Image.Image) -> Image.Image:
    """The part of an RGB picture that is replaced, on black; both of one size."""
    return ImageChops.multiply(picture, mask.convert("RGB"))


def pasted(drawn: Image.Image, original: Image.Image, mask: Image.Image) -> Image.Image:
    """What was drawn where the mask is white, the original's own bytes where it is black."""
    share = np.asarray(mask, np.uint32)[..., None]
    new, old = (np.asarray(image, np.uint32) for image in (drawn, original))
    return Image.fromarray(((new * share + old * (255 - share) + 127) // 255).astype(np.uint8))


def _levels(image: Image.Image) -> Image.Image:
    """Brightness, what is nearly black or white made so."""
    near_white = 255 - SNAP
    return image.convert("L").point(lambda v: 0 if v < SNAP else 255 if v > near_white else v)


def _cut(image: Image.Image) -> Image.Image:
    """Black below the middle, white from there on: so do diffusers' pipelines."""
    return image.point(lambda v: 255 if v > 127 else 0)


def _warnings(mask: Mask, image: Image.Image) -> list[str]:
    """The lines that are due to what the mask looks like."""
    if _coloured(image):
        return ["the mask has colours: their brightness counts, white is replaced"]
    if not mask.binary:
        return ["the mask has greys: there the old and the new picture are blended"]
    return []


def _check_shape(mask: Loaded, picture: Loaded) -> None:
    (wide, high), (width, height) = mask.image.size, picture.image.size
    if wide == high or abs(wide * height / (high * width) - 1) <= TOLERANCE:
        return
    raise BadInput(
        f"mask: {shortened(mask.title)} is {wide}×{high} and the picture {width}×{height}: give a"
        f" mask of the picture's shape, or a square one for the square that the model takes"
    )


def _check_places(mask: Loaded, picture: Loaded) -> None:
    if _extremes(picture.image) >= _TWO_TONED and _extremes(mask.image) < _GREY:
        raise BadInput(
            f"picture and mask have changed places: {shortened(picture.title)} is black and white"
            f" alone and {shortened(mask.title)} is not; the picture comes first, then the mask"
        )


def _extremes(image: Image.Image) -> float:
    """The share of pixels that are nearly black or nearly white."""
    levels = _looked_at(image)
    far = 3 * SNAP
    ends = (levels <= far).all(axis=2) | (levels >= 255 - far).all(axis=2)
    return float(ends.mean())


def _coloured(image: Image.Image) -> bool:
    levels = _looked_at(image)
    return float((np.ptp(levels, axis=2) > 3 * SNAP).mean()) > _COLOURED


def _looked_at(image: Image.Image) -> NDArray[np.int16]:
    """Some of the pixels, (256, 256, 3): enough to judge by."""
    return np.asarray(image.resize(_LOOKED_AT, Image.Resampling.NEAREST), np.int16)
