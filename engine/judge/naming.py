"""Which concept a prompt names."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from engine.vocabulary import words_of

ARTICLES = frozenset(("a", "an", "the"))


@dataclass(frozen=True)
class Naming:
    """The phrases of each concept; what a prompt says of style ("an oil painting of {}"), and the
    colours of its ground ("on a red background")."""

    phrases: tuple[tuple[str, ...], ...]
    styles: tuple[str, ...]
    colours: tuple[str, ...]

    @classmethod
    def of(cls, card: dict[str, Any]) -> "Naming":
        """As a card's JSON has it; ValueError, KeyError or TypeError where it has not."""
        phrases = tuple(tuple(map(str, each)) for each in card["concepts"])
        if not phrases or not all(phrases) or not all(map(_bare, sum(phrases, ()))):
            raise ValueError("a concept without a phrase")
        return cls(phrases, tuple(map(str, card["styles"])), tuple(map(str, card["colours"])))

    def concept_of(self, prompt: str) -> int | None:
        """The index of the concept of the longest phrase in a prompt, None where there is none.

        Of equally long ones the first, but in "an orange cat" the last is the thing.
        """
        found = list(self._found(_bare(self._without_style(prompt))))
        if not found:
            return None
        length, start, concept = max(found, key=lambda each: (each[0], -each[1]))
        after = {(size, first): index for size, first, index in found}
        while (length, start + length) in after:
            start += length
            concept = after[length, start]
        return concept

    def _found(self, words: list[str]) -> Iterator[tuple[int, int, int]]:
        """Length and start of every phrase that is in the words, and its concept."""
        for size in self._sizes:
            for start in range(len(words) - size + 1):
                concept = self._known.get(tuple(words[start : start + size]))
                if concept is not None:
                    yield size, start, concept

    def _without_style(self, prompt: str) -> str:
        text = " ".join(words_of(prompt))
        for pattern in self._around:
            text = pattern.sub(" ", text)
        return text

    @cached_property
    def _known(self) -> dict[tuple[str, ...], int]:
        """Each phrase without articles; of concepts that share one, the first has it."""
        known: dict[tuple[str, ...], int] = {}
        for concept, phrases in enumerate(self.phrases):
            for phrase in phrases:
                known.setdefault(tuple(_bare(phrase)), concept)
        return known

    @cached_property
    def _sizes(self) -> list[int]:
        return sorted({len(words) for words in self._known})

    @cached_property
    def _around(self) -> list[re.Pattern[str]]:
        """Of a style what is before and after the thing; the ground in any of the colours."""
        colours = "|".join(map(re.escape, self.colours))
        grounds = rf"\bon (an? |the )?({colours}) background\b"
        parts = {part.strip() for style in self.styles for part in style.split("{}")} - {""}
        ordered = sorted(parts, key=len, reverse=True)
        return [re.compile(grounds), *(re.compile(rf"\b{re.escape(p)}(?=\s|$)") for p in ordered)]


def _bare(phrase: str) -> list[str]:
    return [word for word in words_of(phrase) if word not in ARTICLES]
