"""Hybrids: one picture whose bands show different things, near and from afar."""

from typing import ClassVar, Literal

from pydantic import ValidationInfo, field_validator

from engine import bands
from engine.specs import illusion
from engine.specs.base import param
from engine.specs.illusion import Illusion
from engine.specs.terms import Term

Factor = Literal["frequency", "colour", "motion", "scale"]


class Hybrid(Illusion):
    """Two or three prompts, a band of the picture for each (Geng et al. 2024, 2404.11615).

    In place of a prompt may stand @FILE: the band is that picture's, and the rest is drawn to it.
    """

    kind: ClassVar[str] = "hybrid"
    command: ClassVar[str] = "hybrid"
    summary: ClassVar[str] = "one picture that is one thing from afar, another from near"
    positional: ClassVar[tuple[str, ...]] = (
        "low",
        "high",
    )
    position: ClassVar[int] = 60
    form_first: ClassVar[tuple[str, ...]] = (
        "low", "high", "middle", "factor", "sigma", "kernel", "weight",
    )  # fmt: skip

    low: str = param(
        ..., "seen from afar (or in grey, or in motion); @FILE takes it from a picture",
        max_length=2000, long=True, label="far",
    )  # fmt: skip
    high: str = param(
        ..., "seen from near (or in colour, or standing still); @FILE takes it from a picture",
        max_length=2000, long=True, label="near",
    )  # fmt: skip
    middle: str = param(
        "", "seen from between, where there are three", max_length=2000, long=True, label="between"
    )
    factor: Factor = param(
        "frequency",
        "how the picture is split; scale gives each prompt a share of it",
    )
    sigma: float = illusion.split_sigma()
    kernel: illusion.Kernel = illusion.split_kernel()
    weight: float = param(
        0.5, "scale: the first prompt's share; above 1 leads away from the second",
        ge=-100, le=100, allow_inf_nan=False, step=0.1,
    )  # fmt: skip

    @field_validator("factor")
    @classmethod
    def _three_only_by_frequency(cls, value: Factor, info: ValidationInfo) -> Factor:
        if value != "frequency" and info.data.get("middle", "").strip():
            raise ValueError(f"{value} has two parts: leave the middle empty")
        return value

    @property
    def split(self) -> str:
        if self.factor == "frequency" and self.middle.strip():
            return "triple"
        return "whole" if self.factor == "scale" else self.factor

    def terms(self) -> tuple[Term, ...]:
        prompts = [self.low, *([self.middle] if self.middle.strip() else []), self.high]
        if self.factor == "scale":
            shares = (self.weight, 1 - self.weight)
            return tuple(Term(prompt=p, weight=w) for p, w in zip(prompts, shares, strict=True))
        parts = bands.FACTORS[self.split]
        return tuple(Term(prompt=p, band=b) for p, b in zip(prompts, parts, strict=True))

    def bands_at(self, side: int) -> dict[str, bands.Band]:
        return bands.bands(self.split, side, self.kernel, self.sigma)
