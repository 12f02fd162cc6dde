"""What an illusion's picture is to those who look at it: turned, near, or from afar."""

from dataclasses import dataclass
from functools import cache

from PIL import Image

from engine import bands
from engine.forge.captions import bundled_concepts
from engine.pictures.fit import to_array, to_image
from engine.specs import Anagram, Hybrid, Illusion
from engine.views import Resolution, view

CELLS = 32
"""Stage I's side: views of larger pictures are the same at its cells."""
LABEL = 16
"""Letters over a picture of 128 px; of longer phrases the last word is shown."""


@dataclass(frozen=True)
class Reading:
    """A picture as one of its prompts is to be seen in it, and how one has to look for that."""

    way: str
    prompt: str
    picture: Image.Image

    @property
    def concept(self) -> str:
        """The name that the judge has for what the prompt asks."""
        return _phrases()[phrase_of(self.prompt)]

    @property
    def label(self) -> str:
        """For a sheet: "turned: dragon"."""
        ways = {"identity": "", "near": "near: ", "far": "far: "}
        bare = without_article(phrase_of(self.prompt))
        fits = bare if len(bare) <= LABEL else bare.split()[-1]
        return ways.get(self.way, "turned: ") + fits


def readings(spec: Illusion, picture: Image.Image) -> list[Reading]:
    """An anagram through each view; a hybrid as it is (near), and its low band alone (far)."""
    if isinstance(spec, Hybrid):
        return [Reading("near", spec.high, picture), Reading("far", spec.low, low(spec, picture))]
    assert isinstance(spec, Anagram)
    square = Resolution(picture.width, CELLS)
    return [
        Reading(name, prompt, view(name).at(square).seen_image(picture))
        for name, prompt in spec.composition.readings()
    ]


def low(spec: Illusion, picture: Image.Image) -> Image.Image:
    """The band of a picture that is left from afar, at the picture's size."""
    whole = to_array(picture)
    return to_image(bands.band(whole, spec.bands_at(picture.width)["low"]))


def phrase_of(prompt: str) -> str:
    """What a prompt asks for, without its style: the longest known phrase that ends it.

    Raises ValueError where none does.
    """
    said = [phrase for phrase in _phrases() if f" {prompt}".endswith(f" {phrase}")]
    if not said:
        raise ValueError(f"{prompt!r} ends with nothing that the bundled cascade was taught")
    return max(said, key=len)


def without_article(name: str) -> str:
    """A dragon, the moon: dragon, moon."""
    return name.removeprefix("a ").removeprefix("an ").removeprefix("the ")


@cache
def _phrases() -> dict[str, str]:
    """The concept that each phrase of a caption stands for."""
    return {phrase: c.phrases[0] for c in bundled_concepts() for phrase in c.phrases}
