"""What an illusion is drawn from, at each stage's size: prompts, views, bands, given pictures."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import torch
from PIL import Image
from torch import Tensor

from engine.bands import without_later
from engine.checkpoints import Cascade
from engine.checkpoints.cascade import CascadeStage
from engine.diffusion.band_ops import GivenBands, band
from engine.diffusion.composite_denoiser import Term, alternating, combined
from engine.diffusion.denoiser import Denoiser, LowRes
from engine.diffusion.inpaint import known_noise
from engine.diffusion.noise import NoiseSource
from engine.diffusion.schedule import alphas_cumprod
from engine.diffusion.view_ops import TensorView
from engine.errors import BadInput
from engine.events import Notice
from engine.job import RecordedJob
from engine.pictures import fitted, open_picture, to_array
from engine.runs import source_name, view_name
from engine.sampling.ranking import Reading
from engine.specs import Illusion
from engine.specs.terms import Term as SpecTerm
from engine.views import Resolution, View, open_view
from engine.views import keep as keep_view


@dataclass(frozen=True)
class IllusionSources:
    """The views and pictures that a spec names, which are opened before any model is loaded."""

    views: dict[str, View]
    pictures: dict[str, Image.Image]

    @classmethod
    def opened(cls, spec: Illusion) -> "IllusionSources":
        """BadInput, in one line, where one is not there, or is none."""
        pictures = {name: open_picture(name).image for name in spec.composition.picture_files()}
        return cls(_opened(spec), pictures)


@dataclass(frozen=True)
class IllusionTerms:
    """Everything by the names that the spec has for it; `aside` is the given pictures' noise."""

    spec: Illusion
    cells: int
    texts: dict[str, Tensor]
    uncond: Tensor
    views: dict[str, View]
    pictures: dict[str, Image.Image]
    aside: NoiseSource

    @classmethod
    def made(
        cls, job: RecordedJob, spec: Illusion, cascade: Cascade, sources: IllusionSources
    ) -> "IllusionTerms":
        """BadInput, in one line, where a view cannot be used at the cascade's sizes."""
        _tried(job, spec, cascade, sources.views)
        for number, (name, image) in enumerate(sources.pictures.items(), 1):
            job.writer.picture(source_name(number), image, shows=name)
        prompts = list(dict.fromkeys(term.prompt for term in spec.composition.drawn()))
        embeddings = cascade.embed([*prompts, spec.negative])
        return cls(
            spec,
            cascade.stage1.sample_size,
            {prompt: embeddings[i : i + 1] for i, prompt in enumerate(prompts)},
            embeddings[-1:],
            sources.views,
            sources.pictures,
            known_noise(spec.seed, spec.pictures, cascade.device),
        )

    def of(self, samples: Sequence[int]) -> "IllusionTerms":
        """The same for some of the samples alone; for all where none is named."""
        return replace(self, aside=self.aside.of(samples)) if samples else self

    def readings(self) -> list[Reading]:
        """What is to be seen in the picture, a reading for each of the composition's seen terms."""
        seen = self.spec.composition.seen()
        return [Reading(term.prompt, partial(self._seen, term)) for term in seen]

    def denoiser(
        self,
        part: CascadeStage,
        guidance: float,
        chain: Sequence[int],
        done: int = 0,
        extra: LowRes | None = None,
    ) -> Denoiser:
        """All terms at once, or one after the other along the chain, `done` steps before it."""
        terms, bands = self._terms(part), self.spec.bands_at(part.sample_size)
        if self.spec.reduced == "mean":
            return combined(part.unet, terms, self.uncond, guidance, bands, extra)
        alone = [Term(term.text, term.look, (1.0,)) for term in terms]
        each = [combined(part.unet, [t], self.uncond, guidance, bands, extra) for t in alone]
        turns = {t: number for number, t in enumerate(chain, done)}
        return alternating(each, turns.__getitem__)

    def hooks(self, part: CascadeStage) -> tuple[GivenBands, ...]:
        """What puts the given bands back after each step, where there are any."""
        if not self.pictures:
            return ()
        bands = self.spec.bands_at(part.sample_size)
        self.aside.move(part.device)
        given = {
            name: self._clean(term.picture, term.view, part)
            for term in self.spec.composition.taken()
            for name in bands
            if term.picture is not None and term.band in (name, "all")
        }
        return (GivenBands(given, bands, alphas_cumprod(part.scheduler), self.aside),)

    def _terms(self, part: CascadeStage) -> list[Term]:
        looks = {term.view: self._look(term.view, part) for term in self.spec.composition.drawn()}
        return [
            Term(self.texts[term.prompt], looks[term.view], shares)
            for term, shares in zip(
                self.spec.composition.drawn(), self.spec.composition.mix(), strict=True
            )
        ]

    def _seen(self, term: SpecTerm, pictures: Tensor) -> Tensor:
        """Pictures (B, 3, H, W) as a term is to be seen in them: through its view, and where it
        draws a band without those after it, which are lost from afar, in grey or in motion."""
        side = pictures.shape[-1]
        left = band(pictures, without_later(self.spec.bands_at(side), term.band))
        return TensorView(self.views[term.view].at(Resolution(side, self.cells))).view(left)

    def _look(self, view: str, part: CascadeStage) -> TensorView:
        square = Resolution(part.sample_size, self.cells)
        return TensorView(self.views[view].at(square), part.device)

    def _clean(self, picture: str, view: str, part: CascadeStage) -> Tensor:
        """A given picture (1, 3, H, W) as the term's reading is to show it."""
        image = fitted(self.pictures[picture], part.sample_size)
        clean = torch.from_numpy(to_array(image))[None].to(part.device)
        return self._look(view, part).inverse_view(clean)


def _opened(spec: Illusion) -> dict[str, View]:
    """Every view by the name that the spec has for it; BadInput where there is none."""
    return {name: open_view(name) for name in spec.composition.views()}


def _tried(job: RecordedJob, spec: Illusion, cascade: Cascade, views: dict[str, View]) -> None:
    """See through the views at each stage's size, and keep those that a person made.

    BadInput, in one line, for one that cannot be used. One that is known to fail is used, with a
    notice, for it shows why a view has to be orthogonal.
    """
    parts = [part for part in (cascade.stage1, cascade.stage2) if part is not None]
    squares = [Resolution(part.sample_size, cascade.stage1.sample_size) for part in parts]
    for view in views.values():
        for square in squares:
            view.at(square)
        if not view.orthogonal:
            job.say(Notice, f"{view.name}: {view.text}")
    for number, name in enumerate(spec.composition.view_files(), 1):
        keep_view(views[name], _kept(views[name], squares), job.writer.folder / view_name(number))


def _kept(view: View, squares: list[Resolution]) -> list[Resolution]:
    """The sizes to keep a view at: with stage I alone, that of IF's stage II too where it has one.

    So the run can be enlarged later.
    """
    first = squares[0]
    larger = Resolution(4 * first.side, first.cells)
    if larger in squares:
        return squares
    try:
        view.at(larger)
    except BadInput:
        return squares
    return [*squares, larger]
