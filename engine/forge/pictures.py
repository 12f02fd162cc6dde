"""A folder of captioned pictures, read once into a cache of bytes."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
import torch
from PIL import Image, UnidentifiedImageError
from safetensors import safe_open
from torch import Tensor

from engine.errors import BadInput
from engine.training.checkpoint import atomic_save


@dataclass(frozen=True)
class Pictures:
    """Captioned pictures: `small` (N,3,s,s) and `large` (N,3,l,l) uint8, and N captions."""

    small: Tensor
    large: Tensor
    captions: list[str]

    def __len__(self) -> int:
        return len(self.captions)


def rows(folder: Path) -> list[tuple[Path, str]]:
    """File and caption of every picture.

    Two forms are read: `metadata*.jsonl` with `file_name` and `text` (Hugging Face's imagefolder),
    or pictures with a `.txt` of the same name beside them. Raises BadInput where there is neither.
    """
    if not folder.is_dir():
        raise BadInput(f"no such folder: {folder}; expected one with captioned pictures")
    found = list(_from_metadata(folder)) or list(_from_text_files(folder))
    if not found:
        raise BadInput(
            f"no captioned pictures in {folder}: expected a metadata.jsonl with file_name and text,"
            " or a .txt beside each picture"
        )
    return found


def _from_metadata(folder: Path) -> Iterator[tuple[Path, str]]:
    for table in sorted(folder.glob("metadata*.jsonl")):
        for number, line in enumerate(table.read_text("utf-8").splitlines(), 1):
            try:
                row = json.loads(line)
                yield folder / row["file_name"], str(row["text"])
            except (ValueError, KeyError, TypeError) as error:
                raise BadInput(
                    f"{table.name}, line {number}: expected JSON with file_name and text"
                ) from error


def _from_text_files(folder: Path) -> Iterator[tuple[Path, str]]:
    for text in sorted(folder.rglob("*.txt")):
        for suffix in (".png", ".jpg", ".jpeg", ".webp"):
            if (picture := text.with_suffix(suffix)).is_file():
                yield picture, text.read_text("utf-8").strip()


def _decode(file: Path, side: int) -> Image.Image:
    try:
        with Image.open(file) as picture:
            square = min(picture.size)
            left, top = (picture.width - square) // 2, (picture.height - square) // 2
            box = (left, top, left + square, top + square)
            return picture.convert("RGB").resize((side, side), Image.Resampling.LANCZOS, box)
    except (OSError, UnidentifiedImageError) as error:
        raise BadInput(f"cannot read picture {file}: {error}") from error


def _decode_all(files: list[Path], small: int, large: int) -> tuple[Tensor, Tensor]:
    smalls = torch.empty(len(files), 3, small, small, dtype=torch.uint8)
    larges = torch.empty(len(files), 3, large, large, dtype=torch.uint8)
    for index, file in enumerate(files):
        picture = _decode(file, large)
        larges[index] = torch.from_numpy(np.asarray(picture).copy()).permute(2, 0, 1)
        shrunk = picture.resize((small, small), Image.Resampling.BOX)
        smalls[index] = torch.from_numpy(np.asarray(shrunk).copy()).permute(2, 0, 1)
    return smalls, larges


def load(folder: Path, small: int, large: int, cache: Path) -> Pictures:
    """Centre-cropped squares of two sides, decoded once into `cache` (safetensors, uint8).

    The cache is remade when the list of files and captions, or a side, is another.
    """
    listed = rows(folder)
    signature = sha256(
        json.dumps([small, large, [(str(f), text) for f, text in listed]]).encode()
    ).hexdigest()
    if not (cache.is_file() and _signature(cache) == signature):
        smalls, larges = _decode_all([file for file, _ in listed], small, large)
        cache.parent.mkdir(parents=True, exist_ok=True)
        atomic_save({"small": smalls, "large": larges}, cache, {"signature": signature})
    with safe_open(cache, framework="pt") as file:
        tensors = file.get_tensor("small"), file.get_tensor("large")
    return Pictures(*tensors, captions=[text.lower().strip() for _, text in listed])


def _signature(cache: Path) -> str:
    with safe_open(cache, framework="pt") as file:
        return str((file.metadata() or {}).get("signature", ""))


def draw_indices(count: int, batch: int, seed: int, step: int) -> Tensor:
    """Indices (batch,) of a step: every epoch is a permutation seeded with (seed, epoch)."""
    positions = torch.arange(step * batch, (step + 1) * batch)
    indices = torch.empty(batch, dtype=torch.long)
    epochs = positions.div(count, rounding_mode="floor")
    for epoch in range(int(epochs[0]), int(epochs[-1]) + 1):
        order = torch.randperm(count, generator=torch.Generator().manual_seed(seed + epoch))
        inside = epochs == epoch
        indices[inside] = order[positions[inside] % count]
    return indices


def to_unit(pictures: Tensor) -> Tensor:
    """uint8 pictures as float32 in [-1, 1]."""
    return pictures.float() / 127.5 - 1


def mirrored(pictures: Tensor, generator: torch.Generator) -> Tensor:
    """Half of the pictures flipped left to right."""
    flip = torch.rand(len(pictures), generator=generator) < 0.5
    return torch.where(flip.view(-1, 1, 1, 1), pictures.flip(-1), pictures)
