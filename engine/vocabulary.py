"""What a small cascade was trained to draw: its words, and phrases to complete a prompt with.

A cascade folder may hold a `vocabulary.json` with `words` (all that its captions use), `concepts`
(noun phrases with their article), `styles` ("an oil painting of {}") and `colours`. Torch-free.
"""

import difflib
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path

FILE = "vocabulary.json"
MAX_SUGGESTIONS, MIN_LIKENESS = 3, 0.6


@dataclass(frozen=True)
class Vocabulary:
    """Lower-case words and phrases; `styles` hold a `{}` where the concept goes."""

    words: tuple[str, ...]
    concepts: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()
    colours: tuple[str, ...] = ()

    def unknown(self, prompt: str) -> dict[str, tuple[str, ...]]:
        """The prompt's words that no caption had, each with the nearest words that one had."""
        strange = dict.fromkeys(w for w in words_of(prompt) if w not in self._known)
        return {
            w: tuple(difflib.get_close_matches(w, self._telling, MAX_SUGGESTIONS, MIN_LIKENESS))
            for w in strange
        }

    def notice(self, prompt: str, model: str) -> str:
        """One line about the prompt's unknown words; empty where all are known."""
        notes = [f"{w} (near: {', '.join(near)})" if near else w
                for w, near in self.unknown(prompt).items()]  # fmt: skip
        return f"{model} does not know: {', '.join(notes)}" if notes else ""

    def completion(self, prompt: str) -> str:
        """The prompt with its last words completed to something known; itself where nothing fits.

        What may follow the words before is tried first: a style, then a concept, then a colour.
        """
        for tail in _tails(prompt):
            for phrase in self._phrases:
                if phrase.startswith(tail.lower()) and len(phrase) > len(tail):
                    return prompt + phrase[len(tail) :]
        return prompt

    def to_json(self) -> str:
        """The text of a `vocabulary.json`."""
        return json.dumps(asdict(self), indent=1)

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(self.words)

    @cached_property
    def _telling(self) -> tuple[str, ...]:
        """Words long enough to mean a thing: "an" is no neighbour of "and"."""
        return tuple(word for word in self.words if len(word) > 2)

    @cached_property
    def _phrases(self) -> tuple[str, ...]:
        styles = [style.partition("{}")[0] for style in self.styles]
        grounds = [f"on {_article(c)} {c} background" for c in self.colours]
        return tuple(dict.fromkeys(p for p in (*styles, *self.concepts, *grounds) if p))


def words_of(text: str) -> list[str]:
    """The words of a prompt, lower case, without punctuation."""
    return re.findall(r"[^\W_]+(?:['-][^\W_]+)*", text.lower())


def read(folder: Path) -> Vocabulary | None:
    """The vocabulary of a cascade folder; None where it has none that can be read."""
    try:
        table = json.loads((folder / FILE).read_text("utf-8"))
        lists = {name: tuple(map(str, table.get(name, ()))) for name in Vocabulary.__annotations__}
    except (OSError, ValueError, TypeError, AttributeError):
        return None
    return Vocabulary(**lists) if lists["words"] else None


def _tails(prompt: str) -> Iterator[str]:
    """The prompt's last words, longest first, that are long enough to be completed."""
    starts = [m.start() for m in re.finditer(r"(?<!\S)\S", prompt)]
    yield from (prompt[at:] for at in starts if len(prompt) - at >= 2)


def _article(word: str) -> str:
    return "an" if word[0] in "aeiou" else "a"
