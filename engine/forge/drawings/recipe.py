"""What pictures are rendered from: small enough to be sent to every process."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from engine.errors import BadInput
from engine.forge.captions import Concept, read_concepts
from engine.forge.drawings.catalogue import CATALOGUE, opened
from engine.forge.drawings.rendering import Renderer
from engine.forge.drawings.sets import DrawingSet

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

    def opened(self) -> list[DrawingSet]:
        """The sets, fetched where they are not there yet.

        Raises BadInput where two have one name or where some are held out and some are not,
        Unavailable where one cannot be fetched.
        """
        kinds = {CATALOGUE[name].held_out if name in CATALOGUE else None for name in self.sets}
        if {True, False} <= kinds:
            raise BadInput("some of these sets are held out to examine with; render them apart")
        found = [opened(name, self.cache) for name in self.sets]
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
