"""The table of near words: what each is drawn as, and what others are only related to.

Its lines are `target: word, word ...`. A target is a known phrase without its article ("dog"), or
shares of several ("blue 0.6 + black 0.4", navy), whose embeddings are mixed so. Words of a line
that begins with `~` are not drawn; their target is what comes nearest by meaning. `#` begins a
comment.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from importlib.resources import files
from pathlib import Path

from engine.errors import BadInput
from engine.vocabulary import Vocabulary

Mixture = tuple[tuple[str, float], ...]
"""Known phrases with their shares, which are 1 together, the largest first."""
WORD = re.compile(r"[a-z0-9]+(?:['-][a-z0-9]+)*(?: [a-z0-9]+(?:['-][a-z0-9]+)*){0,3}")
MOST_BYTES, PER_LINE = 1 << 20, 6


@dataclass(frozen=True)
class Table:
    """What near words and phrases are drawn as; what is nearest to others, which are not drawn."""

    drawn: dict[str, Mixture]
    related: dict[str, str] = field(default_factory=dict)

    def fitting(self, known: Vocabulary) -> "Table":
        """The entries for this vocabulary: of words that it lacks, with targets that it has."""
        spoken = set(known.words)

        def new(word: str) -> bool:
            return not spoken.issuperset(word.split())

        def there(*phrases: str) -> bool:
            return all(spoken.issuperset(phrase.split()) for phrase in phrases)

        drawn = {w: m for w, m in self.drawn.items() if new(w) and there(*(p for p, _ in m))}
        related = {w: p for w, p in self.related.items() if new(w) and there(p) and w not in drawn}
        return Table(drawn, related)

    def told(self, known: Vocabulary) -> Vocabulary:
        """The vocabulary with what a person is to know of this table."""
        near = {word: said(mixture) for word, mixture in self.drawn.items()}
        return replace(known, near=near, related=dict(self.related))

    def to_text(self) -> str:
        """The lines of the table, a target a line."""
        lines = _lines("", ((word, _written(mixture)) for word, mixture in self.drawn.items()))
        return "".join([*lines, *_lines("~ ", self.related.items())])


def said(mixture: Mixture) -> str:
    """How a person is told of a target: "dog", "blue and black"."""
    return " and ".join(phrase for phrase, _ in mixture)


def read(path: Path) -> Table:
    """A table from a file; BadInput where there is none or a line of it is none."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise BadInput(f"{path} is too large for a table of near words; at most 1 MiB")
        return parsed(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"cannot read the table of near words {path}") from error


def bundled() -> Table:
    """The table for the bundled cascade's words (`table.txt` beside this file)."""
    return parsed((files("engine.forge.near_words") / "table.txt").read_text("utf-8"))


def parsed(text: str) -> Table:
    """A table from its lines; BadInput names the first line that is none."""
    drawn: dict[str, Mixture] = {}
    related: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        target, colon, rest = line.partition("#")[0].partition(":")
        words = [word.strip() for word in rest.split(",")]
        mixture = _mixture(target.strip().removeprefix("~"))
        if not line.partition("#")[0].strip():
            continue
        if not (colon and mixture and all(WORD.fullmatch(word) for word in words)):
            raise BadInput(f'line {number} of the table is not "known phrase: word, word"')
        if target.startswith("~"):
            related |= dict.fromkeys(words, said(mixture))
        else:
            drawn |= dict.fromkeys(words, mixture)
    return Table(drawn, related)


def _mixture(text: str) -> Mixture:
    """The shares of "blue 0.6 + black 0.4" or of "dog"; empty where it is neither."""
    found = [re.fullmatch(r"\s*(.+?)(?:\s+(\d*\.\d+))?\s*", part) for part in text.split("+")]
    pairs = [(m[1], float(m[2] or 1)) for m in found if m and WORD.fullmatch(m[1])]
    whole = sum(share for _, share in pairs)
    if len(pairs) < len(found) or not whole:
        return ()
    return tuple(sorted(((phrase, share / whole) for phrase, share in pairs), key=lambda p: -p[1]))


def _written(mixture: Mixture) -> str:
    if len(mixture) == 1:
        return mixture[0][0]
    return " + ".join(f"{phrase} {share:.2f}" for phrase, share in mixture)


def _lines(mark: str, entries: Iterable[tuple[str, str]]) -> list[str]:
    lines: dict[str, list[str]] = {}
    for word, target in entries:
        lines.setdefault(target, []).append(word)
    return [
        f"{mark}{target}: {', '.join(words[first : first + PER_LINE])}\n"
        for target, words in sorted(lines.items())
        for first in range(0, len(words), PER_LINE)
    ]
