"""What a small cascade was trained to draw: its words, and phrases to complete a prompt with.

A cascade folder may hold a `vocabulary.json` with `words` (all that its captions use), `concepts`
(noun phrases with their article), `styles` ("an oil painting of {}") and `colours`; `near` says of
words and phrases that no caption had what they are drawn as, `related` of others what comes nearest
by meaning. Torch-free.
"""

import difflib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path

FILE = "vocabulary.json"
MAX_SUGGESTIONS, MIN_LIKENESS = 3, 0.6
MOST_BYTES, LONGEST = 4 << 20, 60
"""Of a file that may come from anywhere; and letters of an entry of `near` or `related`."""
MOST_WORDS = 4
"""Of a phrase that is drawn as something else."""
TYPED = 4
"""Letters from which on a near word is completed: before that, what was taught is likelier."""


@dataclass(frozen=True)
class Vocabulary:
    """Lower-case words and phrases; `styles` hold a `{}` where the concept goes."""

    words: tuple[str, ...]
    concepts: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()
    colours: tuple[str, ...] = ()
    near: Mapping[str, str] = field(default_factory=dict, hash=False)
    related: Mapping[str, str] = field(default_factory=dict, hash=False)

    def drawn_as(self, prompt: str) -> dict[str, str]:
        """The prompt's near words and phrases, each with what is drawn for it."""
        return {part: self.near[part] for part in self._parts(prompt) if part in self.near}

    def plain(self, prompt: str) -> str:
        """The prompt's words with what is drawn in place of near ones."""
        return " ".join(self.near.get(part, part) for part in self._parts(prompt))

    def unknown(self, prompt: str) -> dict[str, tuple[str, ...]]:
        """The prompt's words that cannot be drawn, each with the nearest words that can.

        Nearest by meaning where that is known, by letters elsewhere.
        """
        parts = dict.fromkeys(self._parts(prompt))
        return {w: self._nearest(w) for w in parts if w not in self._known and w not in self.near}

    def notice(self, prompt: str, model: str) -> str:
        """One line about the prompt's words that are drawn as others, or not at all; or ""."""
        drawn = [f"{word} as {other}" for word, other in self.drawn_as(prompt).items()]
        strange = [f"{w} (near: {', '.join(near)})" if near else w
                   for w, near in self.unknown(prompt).items()]  # fmt: skip
        told = [f"draws {', '.join(drawn)}"] if drawn else []
        told += [f"does not know: {', '.join(strange)}"] if strange else []
        return f"{model} {'; it '.join(told)}" if told else ""

    def completion(self, prompt: str) -> str:
        """The prompt with its last words completed to something known; itself where nothing fits.

        What may follow the words before is tried first: a style, then a concept, then a colour;
        near words come last.
        """
        for least, phrases in ((2, self._phrases), (TYPED, tuple(self.near))):
            for tail in _tails(prompt, least):
                for phrase in phrases:
                    if phrase.startswith(tail.lower()) and len(phrase) > len(tail):
                        return prompt + phrase[len(tail) :]
        return prompt

    def to_json(self) -> str:
        """The text of a `vocabulary.json`."""
        return json.dumps(asdict(self), indent=1)

    def _parts(self, prompt: str) -> Iterator[str]:
        """The prompt's words, but its near phrases as one: the longest, with one blank between."""
        text = prompt.lower()
        found = list(_WORD.finditer(text))
        at = 0
        while at < len(found):
            ends = range(min(at + MOST_WORDS, len(found)), at, -1)
            spans = ((end, text[found[at].start() : found[end - 1].end()]) for end in ends)
            word = at + 1, found[at][0]
            at, part = next((span for span in spans if span[1] in self.near), word)
            yield part

    def _nearest(self, word: str) -> tuple[str, ...]:
        if word in self.related:
            return (self.related[word],)
        return tuple(difflib.get_close_matches(word, self._telling, MAX_SUGGESTIONS, MIN_LIKENESS))

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


_WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")


def words_of(text: str) -> list[str]:
    """The words of a prompt, lower case, without punctuation."""
    return _WORD.findall(text.lower())


def read(folder: Path) -> Vocabulary | None:
    """The vocabulary of a cascade folder; None where it has none that can be read."""
    file = folder / FILE
    try:
        if file.stat().st_size > MOST_BYTES:
            return None
        table = json.loads(file.read_text("utf-8"))
        words, *others = (tuple(map(str, table.get(name, ()))) for name in _LISTS)
        near, related = (_pairs(table.get(name, {})) for name in ("near", "related"))
    except (OSError, ValueError, TypeError, AttributeError):
        return None
    concepts, styles, colours = others
    return Vocabulary(words, concepts, styles, colours, near, related) if words else None


_LISTS = ("words", "concepts", "styles", "colours")


def _pairs(table: dict[str, str]) -> dict[str, str]:
    """What a person may be shown of a table of words."""
    pairs = ((str(word), str(other)) for word, other in table.items())
    return {w: o for w, o in pairs if f"{w}{o}".isprintable() and max(len(w), len(o)) <= LONGEST}


def _tails(prompt: str, least: int) -> Iterator[str]:
    """The prompt's last words, longest first, that are long enough to be completed."""
    starts = [m.start() for m in re.finditer(r"(?<!\S)\S", prompt)]
    yield from (prompt[at:] for at in starts if len(prompt) - at >= least)


def _article(word: str) -> str:
    return "an" if word[0] in "aeiou" else "a"
