"""What the emoji data set can say: concepts, colours, styles, and captions that combine them."""

import random
from dataclasses import dataclass
from importlib.resources import files

from engine.vocabulary import Vocabulary, words_of

Colour = tuple[int, int, int]

COLOURS: dict[str, Colour] = {
    "red": (205, 40, 45),
    "orange": (245, 145, 35),
    "yellow": (250, 220, 60),
    "green": (60, 160, 70),
    "blue": (50, 95, 210),
    "purple": (130, 60, 165),
    "pink": (245, 150, 185),
    "gray": (135, 135, 135),
    "black": (12, 12, 14),
    "white": (248, 248, 248),
}

# A style's caption templates; the first is the one that is asked for most.
STYLES: dict[str, tuple[str, ...]] = {
    "plain": ("{}", "{}", "a picture of {}", "an emoji of {}"),
    "photo": ("a photo of {}", "a high quality photo of {}", "a photograph of {}"),
    "oil": ("an oil painting of {}", "an oil painting of {}", "a painting of {}"),
    "pencil": ("a pencil sketch of {}", "a pencil drawing of {}", "a sketch of {}"),
    "lithograph": ("a lithograph of {}", "a lithograph of {}", "a print of {}"),
    "watercolor": ("a watercolor of {}", "a watercolor painting of {}", "a watercolour of {}"),
    "render": ("a 3d render of {}", "a 3d render of {}", "a 3d rendering of {}"),
}
STYLE_SHARES: dict[str, float] = {
    "plain": 0.42, "photo": 0.14, "oil": 0.12, "pencil": 0.08, "lithograph": 0.08,
    "watercolor": 0.08, "render": 0.08,
}  # fmt: skip
ANYTHING = "a high quality photo"


@dataclass(frozen=True)
class Concept:
    """One thing that can be drawn: an emoji's hex code points and the phrases that name it.

    `weight` is how many times as often as others it is rendered.
    """

    code: str
    phrases: tuple[str, ...]
    weight: int = 1


def read_concepts(text: str) -> list[Concept]:
    """Parse lines of `code xWEIGHT | phrase | synonym ...`, the weight 1 where none is written.

    Blank lines and `#` comments are skipped.
    """
    rows = [line.split("|") for line in text.splitlines() if line.strip() and line[0] != "#"]
    return [_concept(*(part.strip() for part in row)) for row in rows]


def _concept(head: str, *phrases: str) -> Concept:
    code, _, weight = head.partition(" x")
    return Concept(code, phrases, int(weight or 1))


def bundled_concepts() -> list[Concept]:
    """The concepts that the bundled cascade is trained on."""
    return read_concepts(bundled_table())


def bundled_table() -> str:
    """Their table (`concepts.txt` beside this file)."""
    return (files("engine.forge") / "concepts.txt").read_text("utf-8")


def spoken(concepts: list[Concept]) -> Vocabulary:
    """What captions of these concepts can say."""
    phrases = [phrase for concept in concepts for phrase in concept.phrases]
    styles = [template for templates in STYLES.values() for template in templates]
    whole = [*phrases, *styles, *COLOURS, ANYTHING, "on a an background"]
    words = sorted({word for text in whole for word in words_of(text)})
    first = [templates[0] for templates in STYLES.values()]
    return Vocabulary(tuple(words), tuple(phrases), tuple(first), tuple(COLOURS))


def pick_style(rng: random.Random) -> str:
    """A style's name, drawn by `STYLE_SHARES`."""
    return rng.choices(list(STYLE_SHARES), list(STYLE_SHARES.values()))[0]


def ground(colour: str) -> str:
    """How a caption names the background: " on a red background"."""
    return f" on {'an' if colour[0] in 'aeiou' else 'a'} {colour} background"


def caption(concept: Concept, style: str, colour: str, rng: random.Random) -> str:
    """A caption that is true of the picture and names its colour seven times in ten.

    One plain or photographic picture in twenty is only "a high quality photo", so that this
    prompt, which asks for nothing in particular, stands for pictures at large.
    """
    if style in ("plain", "photo") and rng.random() < 0.05:
        return ANYTHING
    first = rng.random() < 0.6
    phrase = concept.phrases[0] if first else rng.choice(concept.phrases)
    place = ground(colour) if rng.random() < 0.7 else ""
    return rng.choice(STYLES[style]).format(phrase) + place
