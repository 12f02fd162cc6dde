"""What a training of digits drew after an epoch, read back as pictures. Torch-free.

Beside the sheet ``samples/step-NNNNNN.png`` lies ``step-NNNNNN.safetensors`` with uint8 pixels, so
that a screen can lay the pictures out for its own room and walk through how they came about.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file

from engine.errors import BadInput
from engine.events import Frame, Sheet
from engine.specs.digits import SIGMAS as SIGMAS

STATES, SAMPLES, OUTSIDE = {"x", "x0"}, ("noisy", "predicted", "clean"), "ood_noisy"
COLUMNS = 10
"""Samples beside one another where no class parts them."""
UNKNOWN = float("nan")

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Tiles:
    """Pictures in rows and columns, uint8 (rows, columns, side, side).

    ``together`` rows belong to one another and are not parted; ``free`` columns may be left out
    or go on in the next row.
    """

    title: str
    pixels: Array
    together: int = 1
    free: bool = True


@dataclass(frozen=True)
class EpochSamples:
    """The tensors of one epoch: of a denoiser, or the kept states of samples on their way."""

    tensors: dict[str, Array]

    @classmethod
    def read(cls, path: Path) -> "EpochSamples":
        """The file beside a sheet; :class:`BadInput` where it is gone, torn or another's."""
        try:
            samples = cls(load_file(path))
        except (SafetensorError, OSError):
            raise BadInput(f"{path} is gone or damaged: its epoch cannot be looked at") from None
        if not any(kind <= samples.tensors.keys() for kind in (STATES, {*SAMPLES})):
            raise BadInput(f"{path} holds no samples of digits")
        return samples

    @property
    def captions(self) -> tuple[str, ...]:
        """The digit that each sample was asked to be, as far as it was."""
        labels = self.tensors.get("labels")
        return () if labels is None else tuple(str(n) if n >= 0 else "" for n in labels.tolist())

    def tiles(self) -> list[Tiles]:
        """The pictures to show, group by group."""
        if "x" in self.tensors:
            return [Tiles("samples", by_digit(self.tensors["x"][-1], self.tensors.get("labels")))]
        rows = np.stack([self.tensors[name] for name in SAMPLES])
        groups = [Tiles(" · ".join(SAMPLES), rows, len(SAMPLES))]
        if OUTSIDE in self.tensors:
            pairs = np.stack([self.tensors[OUTSIDE], self.tensors["ood_predicted"]])
            groups.append(_outside(pairs))
        return groups

    def frames(self, run: str) -> list[Frame]:
        """The kept states as steps of a timeline; what is not known of them is NaN."""
        if "x" not in self.tensors:
            return []
        states, clean = self.tensors["x"], self.tensors["x0"]
        times = _times(self.tensors.get("timesteps"), len(states))
        sheets = [_sheet(x, x0) for x, x0 in zip(states, clean, strict=True)]
        return [
            _frame(run, index, times, sheet, _change(clean, index))
            for index, sheet in enumerate(sheets)
        ]


def beside(sheet: Path) -> Path:
    """Where the tensors of a sample sheet lie."""
    return sheet.with_suffix(".safetensors")


def _outside(pairs: Array) -> Tiles:
    """(2, S, B, side, side) as two rows a sample, noisy above predicted, a column a σ."""
    _, count, samples, *side = pairs.shape
    sigmas = " ".join(f"{sigma:g}" for sigma in SIGMAS[:count])
    rows = pairs.transpose(2, 0, 1, 3, 4).reshape(samples * 2, count, *side)
    return Tiles(f"out of distribution · σ {sigmas}", rows, 2, free=False)


def by_digit(pictures: Array, labels: Array | None) -> Array:
    """A column a digit where each was drawn as often; otherwise rows of ten."""
    order = np.arange(len(pictures)) if labels is None else np.argsort(labels, kind="stable")
    kinds = len(pictures) if labels is None else len(np.unique(labels))
    each, rest = divmod(len(pictures), kinds)
    if kinds > 1 and rest == 0 and labels is not None and labels.min() >= 0:
        return pictures[order].reshape(kinds, each, *pictures.shape[1:]).swapaxes(0, 1)
    columns = next(n for n in range(min(COLUMNS, len(pictures)), 0, -1) if len(pictures) % n == 0)
    return pictures.reshape(-1, columns, *pictures.shape[1:])


def _times(found: Array | None, count: int) -> list[int]:
    return [int(t) for t in found] if found is not None else list(range(count - 1, -1, -1))


def _frame(
    run: str, index: int, times: Sequence[int], sheet: Sheet, change: tuple[float, ...]
) -> Frame:
    following = times[index + 1] if index + 1 < len(times) else -1
    unknown = (UNKNOWN,) * sheet.count
    figures = times[index], following, UNKNOWN, UNKNOWN, unknown, change
    return Frame(run, 0.0, 1, index, len(times), *figures, sheet)


def _sheet(x: Array, x0: Array) -> Sheet:
    """One state of all samples, (B, side, side) each, x beside x̂0."""
    count, height, width = x.shape
    grey = np.concatenate([x, x0], axis=2).reshape(count * height, 2 * width)
    return Sheet(("x", "x0"), count, width, height, np.repeat(grey[..., None], 3, 2).tobytes())


def _change(clean: Array, index: int) -> tuple[float, ...]:
    """How far x̂0 moved since the state before, root mean square in units of the data's 0 to 1."""
    if index == 0:
        return (UNKNOWN,) * len(clean[index])
    moved = (clean[index].astype(np.float32) - clean[index - 1]) / 255
    far: list[float] = np.sqrt((moved**2).mean(axis=(1, 2))).tolist()
    return tuple(far)
