"""A term of an illusion: which prompt draws which band of the picture, seen through which view.

And the terms of a picture together.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from engine import bands
from engine.errors import BadInput

EXAMPLE = "a fox|flip|low|1"
_USUAL = ("identity", "all", "1")
PICTURE = "@"
"""Before a file's name in place of a prompt: the band is taken from that picture."""


class Term(BaseModel):
    """One part of the noise estimate: weight · band(view⁻¹(ε(view(x), prompt)))."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    prompt: str = Field(max_length=2000)
    view: str = "identity"
    band: str = "all"
    weight: float = Field(default=1.0, ge=-100, le=100, allow_inf_nan=False)

    @field_validator("prompt")
    @classmethod
    def _says_something(cls, value: str) -> str:
        if not value.strip().removeprefix(PICTURE).strip():
            raise ValueError("a prompt is empty: write what that part of the picture shows")
        return value.strip()

    @field_validator("view")
    @classmethod
    def _view(cls, value: str) -> str:
        return known_view(value)

    @field_validator("band")
    @classmethod
    def _band(cls, value: str) -> str:
        if value not in bands.NAMES:
            raise ValueError(f"{value!r} is no band: there are {', '.join(bands.NAMES)}")
        return value

    def __str__(self) -> str:
        """The shortest text that :meth:`read` makes the same term of."""
        parts = [self.prompt, self.view, self.band, f"{self.weight:g}"]
        while len(parts) > 1 and parts[-1] == _USUAL[len(parts) - 2]:
            parts.pop()
        return "|".join(parts)

    @property
    def picture(self) -> str | None:
        """The picture that the band is taken from; None where a prompt draws it."""
        return self.prompt[len(PICTURE) :].strip() if self.prompt.startswith(PICTURE) else None

    @classmethod
    def read(cls, text: str) -> "Term":
        """``prompt|view|band|weight``, where only the prompt must be said."""
        parts = [part.strip() for part in text.split("|")]
        if len(parts) > len(cls.model_fields):
            raise ValueError(f"{text!r} has {len(parts)} parts: write {EXAMPLE}")
        given = zip(cls.model_fields, parts, strict=False)
        values: dict[str, Any] = {n: v for n, v in given if v or n == "prompt"}
        if "weight" in values:
            values["weight"] = _number(values["weight"])
        return cls(**values)


def is_file(view: str) -> bool:
    """Whether a view is a person's own, in a file."""
    from engine.views import FILES

    return view.lower().endswith(FILES)


def view_names() -> tuple[str, ...]:
    """The built-in views. Asked late: numpy would hold up the first paint."""
    from engine.views import names

    return names()


def known_view(value: str) -> str:
    """The name of a view, or of a file that holds one; ValueError where it can be neither."""
    from engine.views import view

    if not is_file(value):
        try:
            view(value)
        except BadInput as error:
            raise ValueError(str(error)) from None
    return value


def factor_of(terms: Sequence[Term]) -> str:
    """The way to split a picture whose bands the terms name; "all" is a part of every one."""
    used = {term.band for term in terms} - {"all"}
    if not used:
        return "whole"
    for name, parts in bands.FACTORS.items():
        if used <= set(parts):
            return name
    raise ValueError(
        f"bands: {' and '.join(sorted(used))} are not of one kind: "
        + ", or ".join(" ".join(parts) for parts in bands.FACTORS.values() if len(parts) > 1)
    )


def mixing(terms: Sequence[Term], names: Sequence[str]) -> list[list[float]]:
    """The share of each term in each band, such that the shares of a band sum to 1.

    A band that a picture gives is estimated by all prompts together. ValueError where the weights
    of a band sum to 0, or none of the terms draws it.
    """
    prompts = [term for term in terms if term.picture is None]
    given = {b for term in terms if term.picture for b in names if term.band in (b, "all")}
    if not prompts or given == set(names):
        raise ValueError("a prompt is missing: something must be drawn, not only taken")
    columns = [_shares(prompts, name, name in given) for name in names]
    return [list(row) for row in zip(*columns, strict=True)]


def _shares(prompts: Sequence[Term], band: str, given: bool) -> list[float]:
    weights = [t.weight if given or t.band in (band, "all") else 0.0 for t in prompts]
    if not any(weights):
        raise ValueError(f"no term draws the {band} band: add one, such as {_example(band)}")
    if abs(total := sum(weights)) < 1e-6:
        where = "" if band == "all" else f" of the {band} band"
        raise ValueError(f"the weights{where} sum to 0: nothing would be left of the estimate")
    return [weight / total for weight in weights]


def _example(band: str) -> str:
    return f"'a fox|identity|{band}'"


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"{text!r} is no weight: write a number, such as {EXAMPLE}") from None


@dataclass(frozen=True)
class Composition:
    """The terms of a picture, which is split into one of :data:`engine.bands.FACTORS`."""

    terms: tuple[Term, ...]
    split: str

    def drawn(self) -> tuple[Term, ...]:
        """The terms that have a prompt."""
        return tuple(term for term in self.terms if term.picture is None)

    def seen(self) -> tuple[Term, ...]:
        """The terms whose prompts are to be seen: not those that lead away."""
        return tuple(term for term in self.drawn() if term.weight > 0)

    def taken(self) -> tuple[Term, ...]:
        """The terms whose band is taken from a picture."""
        return tuple(term for term in self.terms if term.picture is not None)

    def mix(self) -> list[list[float]]:
        """The share of each drawn term in each band, in the order of the split's bands.

        ValueError where the weights of a band sum to 0, or nothing draws it.
        """
        return mixing(self.terms, bands.FACTORS[self.split])

    def views(self) -> tuple[str, ...]:
        """The views in which the picture is something, each once, the identity before others."""
        used = dict.fromkeys(term.view for term in self.terms)
        return tuple(sorted(used, key=lambda name: name != "identity"))

    def readings(self) -> tuple[tuple[str, str], ...]:
        """(view, what is to be seen through it) of every view."""
        return tuple((view, " + ".join(self._seen_through(view))) for view in self.views())

    def view_files(self) -> tuple[str, ...]:
        """The views among ``views`` that a person made."""
        return tuple(view for view in self.views() if is_file(view))

    def picture_files(self) -> tuple[str, ...]:
        """The pictures that bands are taken from, each once."""
        return tuple(dict.fromkeys(term.picture for term in self.taken() if term.picture))

    def _seen_through(self, view: str) -> Iterator[str]:
        for term in self.terms:
            if term.view == view and term.weight:
                prompt = term.prompt.removeprefix(PICTURE)
                yield prompt if term.weight > 0 else f"not {prompt}"
