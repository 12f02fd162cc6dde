"""Terms that draw one picture together: any, and what anagrams and hybrids share with them."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, TypeVar

from pydantic import AfterValidator, BeforeValidator, ValidationError, model_validator

from engine import bands
from engine.specs import cascade, common_fields, terms
from engine.specs.base import Spec, param, problems
from engine.specs.common_fields import MAX_PICTURES, TRAIN_TIMESTEPS
from engine.specs.samplers import SamplerName
from engine.specs.terms import EXAMPLE, PICTURE, Composition, Term

Reduction = Literal["mean", "alternate"]


class Illusion(Spec):
    """One picture that several terms draw, each with its prompt, view, band and weight."""

    activity: ClassVar[str] = "illusion"
    screen: ClassVar[str] = "illusions"
    form_last: ClassVar[tuple[str, ...]] = cascade.NAMES

    model: str = cascade.model_field()
    stage2: str = cascade.stage2_field()
    device: str = cascade.device_field()
    plan: cascade.Plan = cascade.plan_field()
    text_encoder: cascade.TextEncoder = cascade.text_encoder_field()
    precision: cascade.Precision = cascade.precision_field()
    compile: bool = cascade.compiled_field()
    seed: int = common_fields.seed("sample i uses seed + i")
    timesteps: common_fields.Timesteps = common_fields.timesteps("steps")
    start_from: common_fields.StartFrom = common_fields.start_from()
    start_sample: int | None = common_fields.start_sample()
    negative: str = common_fields.negative()
    steps: int = param(20, "model calls in stage I", ge=1, le=TRAIN_TIMESTEPS, step=1)
    stage2_steps: int = common_fields.stage2_steps("then")
    guidance: float = common_fields.guidance(7.0)
    stage2_guidance: float = common_fields.stage2_guidance()
    sampler: SamplerName = common_fields.sampler("ddpm")
    count: int = param(1, "pictures at once", label="samples", ge=1, le=MAX_PICTURES, step=1)
    best_of: common_fields.BestOf = common_fields.best_of()
    noise_level: int = common_fields.noise_level(50)
    keep_stage2: bool = common_fields.keep_stage2()

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

    @property
    def composition(self) -> Composition:
        """The terms together, by drawn and taken ones, views and shares."""
        return Composition(self.terms(), self.split)

    def bands_at(self, side: int) -> dict[str, bands.Band]:
        """The bands of a picture of that side."""
        return bands.bands(self.split, side)

    @property
    def pictures(self) -> int:
        """How many are drawn."""
        return max(self.count, self.best_of)

    def parent(self) -> tuple[str, int] | None:
        """The run and the step that this one branches from."""
        return common_fields.parent(self.start_from)

    def alone(self, sample: int) -> dict[str, Any]:
        """The fields with which one of several samples is drawn by itself."""
        return {"count": 1, "best_of": 1, "seed": self.seed + sample}

    def title(self) -> str:
        return " / ".join(term.prompt for term in self.terms())

    @model_validator(mode="after")
    def _fits_together(self) -> "Illusion":
        try:
            self.composition.mix()
        except ValidationError as error:
            raise ValueError("; ".join(problems(error).values())) from None
        if self.reduced == "alternate" and self.split != "whole":
            raise ValueError("reduction: terms take turns only where none is a band: choose mean")
        return self


S = TypeVar("S", bound=Illusion)


def with_files(spec: S, files: Mapping[str, str]) -> S:
    """The same with other files in place of its views and pictures, by their names."""
    pictures = {PICTURE + name: PICTURE + file for name, file in files.items()}
    update = {name: _replaced(value, files, pictures) for name, value in spec}
    return spec.model_copy(update=update)


def _replaced(value: Any, views: Mapping[str, str], pictures: Mapping[str, str]) -> Any:
    """A field's value with its views changed, which stand in lists, and its @pictures."""
    if isinstance(value, str):
        return pictures.get(value, value)
    if isinstance(value, Term):
        prompt, view = pictures.get(value.prompt, value.prompt), views.get(value.view, value.view)
        return value.model_copy(update={"prompt": prompt, "view": view})
    if isinstance(value, tuple):
        return tuple(
            views.get(item, item) if isinstance(item, str) else _replaced(item, views, pictures)
            for item in value
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


Kernel = Annotated[int | None, common_fields.EMPTY_IS_NONE, AfterValidator(_fitting)]


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
    sigma: float = split_sigma()
    kernel: Kernel = split_kernel()

    def terms(self) -> tuple[Term, ...]:
        return self.term

    @property
    def reduced(self) -> Reduction:
        return self.reduction

    def bands_at(self, side: int) -> dict[str, bands.Band]:
        return bands.bands(self.split, side, self.kernel, self.sigma)
