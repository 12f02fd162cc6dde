"""What an illusion is drawn from: its terms together, and how they share the picture's bands."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine import bands
from engine.specs import terms as rules
from engine.specs.terms import PICTURE, Term


@dataclass(frozen=True)
class Composition:
    """The terms of a picture, which is split into one of :data:`engine.bands.FACTORS`."""

    terms: tuple[Term, ...]
    split: str

    def drawn(self) -> tuple[Term, ...]:
        """The terms that have a prompt."""
        return tuple(term for term in self.terms if term.picture is None)

    def taken(self) -> tuple[Term, ...]:
        """The terms whose band is taken from a picture."""
        return tuple(term for term in self.terms if term.picture is not None)

    def mix(self) -> list[list[float]]:
        """The share of each drawn term in each band, in the order of the split's bands.

        ValueError where the weights of a band sum to 0, or nothing draws it.
        """
        return rules.mixing(self.terms, bands.FACTORS[self.split])

    def views(self) -> tuple[str, ...]:
        """The views in which the picture is something, each once, the identity before others."""
        used = dict.fromkeys(term.view for term in self.terms)
        return tuple(sorted(used, key=lambda name: name != "identity"))

    def readings(self) -> tuple[tuple[str, str], ...]:
        """(view, what is to be seen through it) of every view."""
        return tuple((view, " + ".join(self._seen_through(view))) for view in self.views())

    def view_files(self) -> tuple[str, ...]:
        """The views among ``views`` that a person made."""
        return tuple(view for view in self.views() if rules.is_file(view))

    def picture_files(self) -> tuple[str, ...]:
        """The pictures that bands are taken from, each once."""
        return tuple(dict.fromkeys(term.picture for term in self.taken() if term.picture))

    def _seen_through(self, view: str) -> Iterator[str]:
        for term in self.terms:
            if term.view == view and term.weight:
                prompt = term.prompt.removeprefix(PICTURE)
                yield prompt if term.weight > 0 else f"not {prompt}"
