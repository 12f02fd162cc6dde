"""What a digit model draws after an epoch: a sheet, and its pixels for the screen.

All epochs draw from the same noise, so that they compare.
"""

from contextlib import AbstractContextManager
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor, nn

from engine import files
from engine.diffusion.noise import NoiseSource
from engine.digits import sampling, sampling_process
from engine.digits.data import CLASSES, Digits, to_bytes, to_unit
from engine.digits.networks import SIDE, DigitUNet, is_lower, lowered
from engine.errors import Stopped
from engine.runs.digit_samples import SIGMAS, beside
from engine.specs.train import Train
from engine.training.checkpoint import atomic_save
from engine.training.fit import Drawn, Stop
from engine.training.sample_grid import grid
from engine.training.trainer import Training

SAMPLES_EACH = 4
"""Samples of every digit."""
STATES_KEPT = 32
"""States of a sampling that are kept, evenly spaced, the last among them."""
SHOWN_SIDE = 56
"""Pixels of a picture's side on the sheet."""


class EpochSampler:
    """Draws where an epoch ends that is to be looked at; None at all other steps."""

    def __init__(self, spec: Train, test: Digits, folder: Path, epoch: int, stop: Stop) -> None:
        self.spec, self.folder, self.stop = spec, folder, stop
        self.every = epoch * spec.sample_every
        self.test = one_of_each(test)

    def __call__(self, training: Training) -> Drawn | None:
        if training.step % self.every:
            return None
        net = training.ema.module.eval()
        assert isinstance(net, DigitUNet)
        try:
            with torch.no_grad(), self._lower(net):
                tensors = self._drawn(net)
        except Stopped:  # before all was drawn: it is drawn when the training goes on
            return None
        self.folder.mkdir(parents=True, exist_ok=True)
        file = self.folder / f"step-{training.step:08d}.png"
        atomic_save(tensors, beside(file), {"model": self.spec.model})
        page = sheet(tensors)
        files.write(file, lambda part: page.save(part, "PNG"))
        return Drawn(file, self.captions)

    @property
    def captions(self) -> tuple[str, ...]:
        """What is said of the pictures of the sheet, row by row."""
        if self.spec.model == "denoiser":
            return ("noisy", "predicted", "clean")
        return tuple(map(str, range(CLASSES))) if self.spec.model == "class" else ()

    def _lower(self, net: DigitUNet) -> AbstractContextManager[object]:
        device = next(net.parameters()).device
        return lowered(device, is_lower(self.spec, device))

    def _drawn(self, net: DigitUNet) -> dict[str, Tensor]:
        device = next(net.parameters()).device
        if self.spec.model == "denoiser":
            return denoised(net, to_unit(self.test.images).to(device), self.spec)
        labels = sampling.each(range(CLASSES), SAMPLES_EACH) if self.spec.model == "class" else None
        return sampled(net, labels, self.spec, self.stop)


def one_of_each(digits: Digits) -> Digits:
    """The first of each digit that there is, 0 to 9."""
    there = (digits.labels == kind for kind in range(CLASSES))
    first = torch.stack([is_kind.int().argmax() for is_kind in there if is_kind.any()])
    return Digits(digits.images[first], digits.labels[first], digits.source)


def denoised(net: nn.Module, clean: Tensor, spec: Train) -> dict[str, Tensor]:
    """What a denoiser makes of (B,1,28,28) at its own σ, and at each of SIGMAS.

    Bytes: `noisy`, `predicted`, `clean` (B,28,28), `ood_noisy`, `ood_predicted` (S,B,28,28); all σ
    scale the same noise. uint8, for the sheet.
    """
    noise = NoiseSource.for_seeds(spec.seed, len(clean), clean.device).draw((1, SIDE, SIDE))
    noisy = torch.stack([clean + sigma * noise for sigma in (spec.noise, *SIGMAS)])
    predicted = net(noisy.flatten(0, 1)).reshape(noisy.shape)
    shown = {"noisy": noisy, "predicted": predicted}
    own = {name: to_bytes(value[0]) for name, value in shown.items()}
    outside = {f"ood_{name}": to_bytes(value[1:]) for name, value in shown.items()}
    return {**own, "clean": to_bytes(clean), **outside}


def sampled(net: DigitUNet, labels: Tensor | None, spec: Train, stop: Stop) -> dict[str, Tensor]:
    """Samples on their way: bytes `x` and `x0` (K,B,28,28), and `timesteps` (K,) of those states.

    `labels` (B,) are those asked for; without, there are as many samples, of no class.
    """
    count, device = CLASSES * SAMPLES_EACH, next(net.parameters()).device
    calls = min(spec.look_steps, spec.sample_steps)
    process = sampling_process.process(spec.objective, spec.timesteps, calls)
    noise = NoiseSource.for_seeds(spec.seed, count, device)
    way = sampling.steps(
        net, process, noise, labels, guidance=spec.guidance, calls=calls, stop=stop
    )
    last = calls - 1
    wanted = (
        {round(i * last / (STATES_KEPT - 1)) for i in range(STATES_KEPT)}
        if last >= STATES_KEPT
        else None
    )
    kept = [
        (to_bytes(step.x), to_bytes(step.x0), step.timestep)
        for step in way
        if wanted is None or step.index in wanted
    ]
    x, x0, times = zip(*kept, strict=True)
    states = {"x": torch.stack(x), "x0": torch.stack(x0), "timesteps": torch.tensor(times)}
    return states if labels is None else {**states, "labels": labels}


def sheet(tensors: dict[str, Tensor]) -> Image.Image:
    """A page: samples, a column a digit; or a denoiser's rows, and below one digit at each σ."""
    if "x" in tensors:
        final = tensors["x"][-1].cpu()
        return _rows(final.view(CLASSES, SAMPLES_EACH, SIDE, SIDE).transpose(0, 1))
    own = _rows(torch.stack([tensors[name].cpu() for name in ("noisy", "predicted", "clean")]))
    names = ("ood_noisy", "ood_predicted")
    outside = _rows(torch.stack([tensors[name][:, 0].cpu() for name in names]))
    page = Image.new("RGB", (max(own.width, outside.width), own.height + 8 + outside.height))
    page.paste(own, (0, 0))
    page.paste(outside, (0, own.height + 8))
    return page


def _rows(pictures: Tensor) -> Image.Image:
    """(R,C,28,28) bytes as R rows of C pictures."""
    flat = pictures.flatten(0, 1)[:, None].expand(-1, 3, -1, -1)
    return grid(flat, columns=pictures.shape[1], side=SHOWN_SIDE)
