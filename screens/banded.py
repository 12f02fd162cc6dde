"""A picture of an illusion in its bands, each as far as it can be seen by itself. Pure."""

from PIL import Image

from engine import bands
from engine.pictures import to_array, to_image
from engine.specs import Illusion

GAIN = 3
"""What a band without a brightness of its own is multiplied with, around grey."""


def banded(spec: Illusion, image: Image.Image) -> dict[str, Image.Image]:
    """The bands of a square picture by their names, as the spec splits it."""
    x = to_array(image)
    return {
        name: to_image(bands.band(x, one) * (1 if _bright(one) else GAIN))
        for name, one in spec.bands_at(image.width).items()
    }


def titles(spec: Illusion) -> dict[str, str]:
    """Each band with the gain that it is shown with, and what it is drawn from."""
    found = {}
    for name, one in spec.bands_at(bands.REFERENCE).items():
        said = " + ".join(term.prompt for term in spec.terms() if term.band in (name, "all"))
        found[name] = f"{name}{'' if _bright(one) else f' ×{GAIN}'} · {said}"
    return found


def _bright(one: bands.Band) -> bool:
    """Whether a band of an even picture is that picture, not nothing."""
    return sum(factor for factor, _ in one) != 0
