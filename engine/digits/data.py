"""Digits with their labels: all of MNIST, its small set, or a folder of IDX files."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import torch
from safetensors.torch import load_file
from torch import Tensor

from engine.digits.idx import read_idx
from engine.digits.networks import SIDE
from engine.errors import BadInput
from engine.specs.digits import CLASSES as CLASSES

ASSETS = Path(__file__).resolve().parents[2] / "assets" / "digits"
"""All of MNIST in IDX form (LeCun, Cortes, Burges), and which of it are the small set."""
SMALL_SET, SMALL = ASSETS / "small-set.safetensors", 10_000
"""Indices into the first so many of MNIST's training half: 9,000 to train on, 1,000 kept back."""
StatusCallback = Callable[[str], None]
_FILES = ("images-idx3-ubyte", "labels-idx1-ubyte")


@dataclass(frozen=True)
class Digits:
    """Pictures (N,28,28) uint8, white on black, their labels (N,) int64 from 0 to 9.

    ``source`` says in a few words which they are.
    """

    images: Tensor
    labels: Tensor
    source: str

    def __len__(self) -> int:
        return len(self.images)

    def first(self, count: int) -> "Digits":
        """The first so many; all where count is 0 or more than there are."""
        return Digits(self.images[: count or None], self.labels[: count or None], self.source)

    def part(self, chosen: Tensor) -> "Digits":
        """Those at indices (n,), in that order."""
        return Digits(self.images[chosen], self.labels[chosen], self.source)

    def to(self, device: torch.device | str) -> "Digits":
        """The same on a device."""
        return Digits(self.images.to(device), self.labels.to(device), self.source)


class Split(NamedTuple):
    """What is trained on, and what is not."""

    train: Digits
    test: Digits


def mnist() -> Split:
    """All 70,000 digits: 60,000 to train on, 10,000 to test with."""
    return Split(_digits(ASSETS, "train", "MNIST's training half"), mnist_test())


def mnist_test() -> Digits:
    """MNIST's own 10,000 to test with, which nothing that this program ships was trained on."""
    return _digits(ASSETS, "t10k", "MNIST's test half")


def bundled() -> Split:
    """The small set, quick to train on: both parts are of MNIST's training half.

    Pictures and order are those of the 10,000 digits that came along before all of MNIST did.
    """
    source = f"the small set, of the first {SMALL:,} of MNIST's training half"
    first, chosen = _digits(ASSETS, "train", source, SMALL), load_file(SMALL_SET)
    return Split(*(first.part(chosen[part].long()) for part in ("train", "test")))


def from_folder(folder: Path, source: str = "") -> Split:
    """``train-`` and ``t10k-images-idx3-ubyte`` with their ``labels-idx1-``, plain, .gz or .xz."""
    if not folder.is_dir():
        raise BadInput(f"no such data: {folder}; name mnist, bundled, fashion, or a folder of IDX")
    return Split(*(_digits(folder, part, source or str(folder)) for part in ("train", "t10k")))


def _digits(folder: Path, part: str, source: str, first: int = 0) -> Digits:
    pictures, names = (_found(folder, f"{part}-{kind}") for kind in _FILES)
    images, labels = read_idx(pictures, 3, first), read_idx(names, 1, first)
    if images.shape[1:] != (SIDE, SIDE):
        sides = " × ".join(map(str, images.shape[1:]))
        raise BadInput(f"{pictures} holds pictures of {sides} pixels; wanted are {SIDE} × {SIDE}")
    if len(images) != len(labels) or not len(images):
        raise BadInput(f"{folder} has {len(images)} {part} pictures and {len(labels)} labels")
    if labels.max() >= CLASSES:
        raise BadInput(f"{names} has a label {labels.max()}; known are 0 to {CLASSES - 1}")
    return Digits(torch.from_numpy(images), torch.from_numpy(labels).long(), source)


def _found(folder: Path, stem: str) -> Path:
    dotted = stem.replace("-idx", ".idx")  # as some unpack them
    for name in (stem, dotted):
        for ending in (".gz", "", ".xz"):
            if (folder / f"{name}{ending}").is_file():
                return folder / f"{name}{ending}"
    raise BadInput(f"{folder} has no {stem}, plain, .gz or .xz: it is no folder in IDX form")


def to_unit(pictures: Tensor) -> Tensor:
    """uint8 (B,28,28) as float32 (B,1,28,28) in [0,1], in which the digit models work."""
    return pictures[:, None].float() / 255


def to_bytes(pictures: Tensor) -> Tensor:
    """Pictures (...,1,28,28) in [0,1] as uint8 (...,28,28); what lies outside is clamped."""
    return (pictures.squeeze(-3).float().clamp(0, 1) * 255).round().to(torch.uint8)
