"""What an illusion is drawn from, at each stage's size: prompts, views, bands, given pictures."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from PIL import Image
from torch import Tensor

from engine.checkpoints import Cascade
from engine.checkpoints.cascade import CascadeStage
from engine.diffusion.composite_denoiser import Term, alternating, combined
from engine.diffusion.denoiser import Denoiser, LowRes
from engine.diffusion.inpaint import known_noise
from engine.diffusion.noise import NoiseSource
from engine.diffusion.reference_bands import GivenBands
from engine.diffusion.schedule import alphas_cumprod
from engine.diffusion.view_ops import TensorView
from engine.job import RecordedJob
from engine.pictures import fitted, open_picture, to_array
from engine.runs import source_name
from engine.sampling import seeing
from engine.specs import Illusion
from engine.views import Resolution, View


@dataclass(frozen=True)
class Named:
    """The views and pictures that a spec names, which are opened before any model is loaded."""

    views: dict[str, View]
    pictures: dict[str, Image.Image]

    @classmethod
    def opened(cls, spec: Illusion) -> "Named":
        """BadInput, in one line, where one is not there, or is none."""
        pictures = {name: open_picture(name).image for name in spec.composition.picture_files()}
        return cls(seeing.opened(spec), pictures)


@dataclass(frozen=True)
class Parts:
    """Everything by the names that the spec has for it; `aside` is the given pictures' noise."""

    spec: Illusion
    cells: int
    texts: dict[str, Tensor]
    uncond: Tensor
    views: dict[str, View]
    pictures: dict[str, Image.Image]
    aside: NoiseSource

    @classmethod
    def made(cls, job: RecordedJob, spec: Illusion, cascade: Cascade, named: Named) -> "Parts":
        """BadInput, in one line, where a view cannot be used at the cascade's sizes."""
        seeing.tried(job, spec, cascade, named.views)
        for number, (name, image) in enumerate(named.pictures.items(), 1):
            job.writer.picture(source_name(number), image, shows=name)
        prompts = list(dict.fromkeys(term.prompt for term in spec.composition.drawn()))
        said = cascade.embed([*prompts, spec.negative])
        return cls(
            spec,
            cascade.stage1.sample_size,
            {prompt: said[i : i + 1] for i, prompt in enumerate(prompts)},
            said[-1:],
            named.views,
            named.pictures,
            known_noise(spec.seed, spec.count, cascade.device),
        )

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

    def _look(self, view: str, part: CascadeStage) -> TensorView:
        square = Resolution(part.sample_size, self.cells)
        return TensorView(self.views[view].at(square), part.device)

    def _clean(self, picture: str, view: str, part: CascadeStage) -> Tensor:
        """A given picture (1, 3, H, W) as the term's reading is to show it."""
        image = fitted(self.pictures[picture], part.sample_size)
        clean = torch.from_numpy(to_array(image))[None].to(part.device)
        return self._look(view, part).inverse_view(clean)
