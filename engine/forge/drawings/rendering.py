"""Captioned pictures of drawings: what they are made from, and each by the seed and its index."""

import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PIL import Image

from engine.errors import BadInput
from engine.forge.captions import (
    COLOURS,
    STYLE_SHARES,
    Colour,
    Concept,
    caption,
    pick_style,
    read_concepts,
)
from engine.forge.drawings.catalogue import CATALOGUE, opened
from engine.forge.drawings.install import Say
from engine.forge.drawings.poses import posed
from engine.forge.drawings.sets import DrawingSet
from engine.forge.styles import STYLE_FILTERS

KEPT = 4096
"""Drawings that stay in memory."""
Row = dict[str, str]


class Renderer:
    """Concepts, the sets that draw them, the pictures' side in pixels, and a seed.

    Raises BadInput where no set has a drawing for any concept.
    """

    def __init__(
        self, sets: Sequence[DrawingSet], concepts: Sequence[Concept], side: int, seed: int
    ) -> None:
        self._sets, self._side, self._seed = sets, side, seed
        drawn = [c for c in concepts if any(known.keys(c) for known in sets)]
        self._often = [concept for concept in drawn for _ in range(concept.weight)]
        self._drawing = lru_cache(KEPT)(self._draw)
        if not drawn:
            raise BadInput("none of the sets draws any of the concepts")

    def sample(self, index: int) -> tuple[Image.Image, Row]:
        """Picture `index`, RGB, and what it was made of."""
        rng = random.Random(self._seed * 1_000_003 + index)
        concept = self._often[index % len(self._often)]
        style, colour = pick_style(rng), rng.choice(list(COLOURS))
        style, by, drawing = self._chosen(concept, style, rng)
        picture = STYLE_FILTERS[style](posed(drawing, rng), shade(COLOURS[colour], rng), rng)
        row = {"concept": concept.phrases[0], "style": style, "colour": colour, "set": by}
        return picture, {"text": caption(concept, style, colour, rng), **row}

    def _chosen(
        self, concept: Concept, style: str, rng: random.Random
    ) -> tuple[str, str, Image.Image]:
        """A style, a set's name and its drawing; another style where no set has it in this one."""
        others = [name for name in STYLE_SHARES if name != style]
        for name in (style, *others):
            fit = [known for known in self._sets if not known.styles or name in known.styles]
            while fit:
                known = rng.choices(fit, [one.weight for one in fit])[0]
                drawing = self._drawing(known.name, concept)
                if drawing is not None:
                    return name, known.name, drawing
                fit.remove(known)
        raise BadInput(f"no set can draw {concept.phrases[0]}")

    def _draw(self, name: str, concept: Concept) -> Image.Image | None:
        known = next(one for one in self._sets if one.name == name)
        return known.draw(concept, self._side)


def shade(colour: Colour, rng: random.Random) -> Colour:
    """The colour with up to 10 levels of jitter per channel."""
    red, green, blue = (min(255, max(0, value + rng.randint(-10, 10))) for value in colour)
    return red, green, blue


EDITION = 2
"""Raised where the same recipe gives other pictures."""


@dataclass(frozen=True)
class Recipe:
    """Names or folders of sets, where fetched ones are kept, a table of concepts, side and seed."""

    sets: tuple[str, ...]
    cache: Path
    table: str
    side: int
    seed: int

    def concepts(self) -> list[Concept]:
        """The table, read."""
        return read_concepts(self.table)

    def opened(self, say: Say = lambda line: None) -> list[DrawingSet]:
        """The sets, fetched where they are not there yet, of which `say` hears.

        Raises BadInput where two have one name or where some are held out and some are not,
        Unavailable where one cannot be fetched.
        """
        kinds = {CATALOGUE[name].held_out if name in CATALOGUE else None for name in self.sets}
        if {True, False} <= kinds:
            raise BadInput("some of these sets are held out to examine with; render them apart")
        found = [opened(name, self.cache, say) for name in self.sets]
        if len({known.name for known in found}) < len(found):
            raise BadInput("two sets have the same name; name each once, or rename a folder")
        return found

    def renderer(self) -> Renderer:
        """What a process renders with."""
        return Renderer(self.opened(), self.concepts(), self.side, self.seed)

    def told(self) -> dict[str, object]:
        """What tells the pictures of one recipe from those of another."""
        sets = [CATALOGUE[name].package if name in CATALOGUE else name for name in self.sets]
        table = hashlib.sha256(self.table.encode()).hexdigest()[:16]
        return {"edition": EDITION, "sets": sets, "concepts": table, "side": self.side,
                "seed": self.seed}  # fmt: skip
