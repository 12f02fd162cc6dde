"""What anagrams, hybrids and compositions share: terms that draw one picture together."""

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import AfterValidator, ValidationError, model_validator

from engine import bands
from engine.specs import common_fields, terms
from engine.specs.base import param, problems
from engine.specs.branched import Branched
from engine.specs.common_fields import TRAIN_TIMESTEPS
from engine.specs.terms import PICTURE, Term

Reduction = Literal["mean", "alternate"]


class Illusion(Branched):
    """One picture that several terms draw, each with its prompt, view, band and weight."""

    negative: str = common_fields.negative()
    steps: int = param(20, "model calls in stage I", ge=1, le=TRAIN_TIMESTEPS, step=1)
    stage2_steps: int = common_fields.stage2_steps("then")
    guidance: float = common_fields.guidance(7.0)
    stage2_guidance: float = common_fields.stage2_guidance()
    sampler: common_fields.Sampler = common_fields.sampler("ddpm")
    count: int = param(1, "pictures at once", label="samples", ge=1, le=64, step=1)
    noise_level: int = common_fields.noise_level(50)
    keep_stage2: bool = common_fields.keep_stage2()
    activity: ClassVar[str] = "illusion"
    order: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def form_fields(cls) -> dict[str, Any]:
        """The fields of a form, what is drawn before how."""
        found = super().form_fields()
        return {name: found.pop(name) for name in cls.order} | found

    @abstractmethod
    def terms(self) -> tuple[Term, ...]:
        """What the picture is drawn from."""

    @property
    def reduced(self) -> Reduction:
        """Whether all terms speak at every step, or one after the other."""
        return "mean"

    @property
    def split(self) -> str:
        """The way in which the picture is split, one of :data:`engine.bands.FACTORS`."""
        return terms.factor_of(self.terms())

    def bands_at(self, side: int) -> dict[str, bands.Band]:
        """The bands of a picture of that side."""
        return bands.bands(self.split, side)

    def drawn(self) -> tuple[Term, ...]:
        """The terms that have a prompt."""
        return tuple(term for term in self.terms() if term.picture is None)

    def taken(self) -> tuple[Term, ...]:
        """The terms whose band is taken from a picture."""
        return tuple(term for term in self.terms() if term.picture is not None)

    def mix(self) -> list[list[float]]:
        """The share of each drawn term in each band, in the order of ``bands_at``."""
        return terms.mixing(self.terms(), bands.FACTORS[self.split])

    def views(self) -> tuple[str, ...]:
        """The views in which the picture is something, each once, the identity before others."""
        used = dict.fromkeys(term.view for term in self.terms())
        return tuple(sorted(used, key=lambda name: name != "identity"))

    def readings(self) -> tuple[tuple[str, str], ...]:
        """(view, what is to be seen through it) of every view."""
        return tuple((view, " + ".join(self._seen_through(view))) for view in self.views())

    def view_files(self) -> tuple[str, ...]:
        """The views among ``views`` that a person made."""
        return tuple(view for view in self.views() if terms.is_file(view))

    def picture_files(self) -> tuple[str, ...]:
        """The pictures that bands are taken from, each once."""
        return tuple(dict.fromkeys(term.picture for term in self.taken() if term.picture))

    def replaced(self, files: Mapping[str, str]) -> Self:
        """The same with other files in place of its views and pictures, by their names."""
        pictures = {PICTURE + name: PICTURE + file for name, file in files.items()}
        update = {name: _replaced(value, files, pictures) for name, value in self}
        return self.model_copy(update=update)

    @property
    def pictures(self) -> int:
        return self.count

    def alone(self, sample: int) -> dict[str, object]:
        return {"count": 1, "seed": self.seed + sample}

    def title(self) -> str:
        return " / ".join(term.prompt for term in self.terms())

    @model_validator(mode="after")
    def _fits_together(self) -> "Illusion":
        try:
            self.mix()
        except ValidationError as error:
            raise ValueError("; ".join(problems(error).values())) from None
        if self.reduced == "alternate" and self.split != "whole":
            raise ValueError("reduction: terms take turns only where none is a band: choose mean")
        return self

    def _seen_through(self, view: str) -> Iterator[str]:
        for term in self.terms():
            if term.view == view and term.weight:
                said = term.prompt.removeprefix(PICTURE)
                yield said if term.weight > 0 else f"not {said}"


def _replaced(value: Any, views: Mapping[str, str], pictures: Mapping[str, str]) -> Any:
    """A field's value with its views changed, which stand in lists, and its @pictures."""
    if isinstance(value, str):
        return pictures.get(value, value)
    if isinstance(value, Term):
        prompt, view = pictures.get(value.prompt, value.prompt), views.get(value.view, value.view)
        return value.model_copy(update={"prompt": prompt, "view": view})
    if isinstance(value, tuple):
        return tuple(
            views.get(one, one) if isinstance(one, str) else _replaced(one, views, pictures)
            for one in value
        )
    return value


def split_kernel() -> Any:
    """The window of the Gaussian that splits low from high; None is the source's own."""
    text = f"window of the Gaussian between the bands, in pixels of 64 [{bands.KERNEL}]"
    return param(None, text, ge=3, step=2, unit="px")


def split_sigma() -> Any:
    """The spread of that Gaussian."""
    return param(
        bands.SIGMA, "spread of that Gaussian, in pixels of 64",
        gt=0, le=bands.REFERENCE, allow_inf_nan=False, step=0.1, unit="px",
    )  # fmt: skip


def _fitting(kernel: int | None) -> int | None:
    """A window has a middle, and lies within the picture: ValueError otherwise."""
    if kernel is not None and kernel > bands.LARGEST_KERNEL:
        raise ValueError(
            f"{kernel} px is wider than the picture: write at most {bands.LARGEST_KERNEL}"
        )
    if kernel is not None and kernel % 2 == 0:
        raise ValueError(f"write an odd number of pixels, such as {kernel + 1}")
    return kernel


Kernel = Annotated[int | None, common_fields.SAID, AfterValidator(_fitting)]
