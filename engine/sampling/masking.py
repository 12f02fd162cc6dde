"""A picture under a mask: kept at a stage's size, held by its hook, pasted over what was drawn."""

from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from engine.checkpoints.cascade import CascadeStage
from engine.diffusion.inpaint import KnownPixels
from engine.diffusion.noise import NoiseSource
from engine.diffusion.schedule import alphas_cumprod
from engine.events import Difference, Masked, Notice, Original
from engine.job import RecordedJob
from engine.lab.measures import seam
from engine.pictures import Loaded, Mask, fitted, open_mask, open_picture, squared, to_array
from engine.pictures.masks import pasted, region
from engine.runs import ORIGINAL, SOURCE, SOURCE_MASK
from engine.sampling import from_image, step_events
from engine.specs import Inpaint


@dataclass(frozen=True)
class MaskRequest:
    """The picture and the mask as they were given, and as squares of one shape."""

    spec: Inpaint
    loaded: Loaded
    mask: Mask
    picture: Image.Image
    square: Mask

    @classmethod
    def opened(cls, spec: Inpaint) -> "MaskRequest":
        """BadInput, in one line, where one of the two cannot be used."""
        loaded = open_picture(spec.image)
        mask = open_mask(spec.mask, loaded)
        return cls(spec, loaded, mask, squared(loaded.image, spec.fit), mask.squared(spec.fit))

    def keep(self, job: RecordedJob) -> None:
        """Write both squares to the run's folder, from which it can be replayed."""
        job.writer.picture(SOURCE, self.picture, shows="the picture")
        job.writer.picture(SOURCE_MASK, self.square.image, shows="the mask")


@dataclass(frozen=True)
class StageMask:
    """What one stage keeps: the picture (RGB) and the mask (L) at its size."""

    number: int
    picture: Image.Image
    mask: Image.Image

    @classmethod
    def at(cls, request: MaskRequest, number: int, part: CascadeStage) -> "StageMask":
        """Both as stage ``number`` takes them."""
        side = part.sample_size
        return cls(number, fitted(request.picture, side), request.square.at(side))

    def known(self, part: CascadeStage, noise: NoiseSource) -> KnownPixels:
        """Both as tensors on the stage's device, where the noise goes too, one picture a sample."""
        noise.move(part.device)
        device, count = part.device, len(noise.drawn)
        clean = torch.from_numpy(to_array(self.picture))[None].expand(count, -1, -1, -1)
        share = torch.from_numpy(np.asarray(self.mask, np.float32) / 255)[None, None]
        return KnownPixels(
            clean.to(device), share.to(device), alphas_cumprod(part.scheduler), noise
        )

    def finish(self, x: Tensor) -> list[Image.Image]:
        """Drawn states (B, C, H, W) as pictures, the original pasted over them."""
        return [pasted(image, self.picture, self.mask) for image in step_events.images(x)]

    def tell(self, job: RecordedJob, request: MaskRequest) -> None:
        """Write what the stage begins with, and say it."""
        end = "" if self.number == 1 else f"-{self.number}"
        files = (
            job.writer.picture(name, image, shows=shows)
            for name, image, shows in (
                (ORIGINAL.replace(".", f"{end}."), self.picture, "the original"),
                (f"mask{end}.png", self.mask, "the mask"),
                (f"region{end}.png", region(self.picture, self.mask), "the region to replace"),
            )
        )
        first, mask, part = files
        side = self.picture.width
        if self.number == 1:
            note = from_image.size_note(request.loaded, request.spec.fit, side)
            job.say(Original, first, request.loaded.title, note)
        share = float(np.asarray(self.mask, np.float32).mean() / 255)
        note = from_image.size_note(_as_loaded(request.mask), request.spec.fit, side)
        job.say(Masked, self.number, first, mask, part, request.mask.title, note, share)

    def compare(self, job: RecordedJob, x: Tensor) -> None:
        """Say how far the results are from the original, inside the mask and outside it."""
        before, mask = np.asarray(self.picture, np.float32), np.asarray(self.mask)
        drawn = [np.asarray(image, np.float32) for image in self.finish(x)]
        gaps = [np.abs(image - before) for image in drawn]
        inside = tuple(float(gap[mask > 0].mean()) if mask.any() else 0.0 for gap in gaps)
        outside = tuple(int(gap[mask == 0].max(initial=0)) for gap in gaps)
        seams = tuple(seam(image, mask > 127) for image in drawn)
        job.say(Difference, self.number, inside, outside, seams)


def warn(job: RecordedJob, request: MaskRequest, sides: tuple[int, ...], first: StageMask) -> None:
    """Notice what is odd about the mask: greys, colours, its size, nothing or all of it white."""
    size, mask = request.mask.image.size, np.asarray(first.mask)
    lines = [*request.mask.warnings]
    if size != request.loaded.image.size and size not in {(side, side) for side in sides}:
        (wide, high), (width, height) = size, request.loaded.image.size
        lines += [f"the mask is {wide}×{high} and the picture {width}×{height}: it was scaled"]
    if not mask.any():
        lines += ["the mask has no white: nothing is replaced, the result is the original"]
    if mask.min() == 255:
        lines += ["the mask is white everywhere: nothing of the picture is kept"]
    for line in lines:
        job.say(Notice, line)


def _as_loaded(mask: Mask) -> Loaded:
    return Loaded(mask.image, mask.title, mask.note)
