"""Any terms together: what anagrams and hybrids are settings of."""

from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, ValidationError

from engine import bands
from engine.specs import illusion
from engine.specs.base import param, problems
from engine.specs.illusion import Illusion, Reduction
from engine.specs.terms import EXAMPLE, Term

BETWEEN = ";"
MAX_TERMS = 16


def _read(value: Any) -> Any:
    """Terms from texts, or from one with semicolons between them."""
    parts = value.split(BETWEEN) if isinstance(value, str) else value
    if not isinstance(parts, list | tuple):
        return value
    terms = [term for term in parts if not isinstance(term, str) or term.strip()]
    if not 1 <= len(terms) <= MAX_TERMS:
        raise ValueError(f"write 1 to {MAX_TERMS} terms, such as {EXAMPLE}{BETWEEN} a hen")
    try:
        return tuple(Term.read(term) if isinstance(term, str) else term for term in terms)
    except ValidationError as error:
        raise ValueError("; ".join(problems(error).values())) from None


class Compose(Illusion):
    """Terms prompt|view|band|weight, added up (Liu et al. 2022, arXiv 2206.01714; and the above).

    The weights of the terms that draw a band are brought to the sum 1; negative ones lead away.
    """

    kind: ClassVar[str] = "compose"
    command: ClassVar[str] = "compose"
    summary: ClassVar[str] = "one picture of any terms: prompt, view, band, weight"
    position: ClassVar[int] = 70
    form_first: ClassVar[tuple[str, ...]] = ("term", "reduction", "sigma", "kernel")

    term: Annotated[tuple[Term, ...], BeforeValidator(_read)] = param(
        ..., "prompt|view|band|weight; only the prompt must be said",
        long=True, repeated=True, label="terms",
    )  # fmt: skip
    reduction: Reduction = param("mean", "all terms at every step, or one term after the other")
    sigma: float = illusion.split_sigma()
    kernel: illusion.Kernel = illusion.split_kernel()

    def terms(self) -> tuple[Term, ...]:
        return self.term

    @property
    def reduced(self) -> Reduction:
        return self.reduction

    def bands_at(self, side: int) -> dict[str, bands.Band]:
        return bands.bands(self.split, side, self.kernel, self.sigma)
