"""A folder of captioned pictures, read once into a cache of bytes."""

import json
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image, UnidentifiedImageError
from PIL.Image import Resampling
from safetensors import safe_open
from torch import Tensor

from engine.errors import BadInput, Stopped
from engine.training.checkpoint import atomic_save
from engine.training.devices import moved


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
    found = list(_from_metadata(folder)) or list(_from_text_files(folder))
    if not found:
        raise BadInput(
            f"no captioned pictures in {folder}: expected a metadata.jsonl with file_name and text,"
            " or a .txt beside each picture"
        )
    return found


def _from_metadata(folder: Path) -> Iterator[tuple[Path, str]]:
    for name, text in metadata(folder, ("file_name", "text")):
        yield folder / name, text


def metadata(
    folder: Path, fields: tuple[str, ...], optional: tuple[str, ...] = ()
) -> Iterator[tuple[str, ...]]:
    """These fields of every row of `metadata*.jsonl`, as text; of optional ones not there "".

    BadInput names a row without them, and a folder that is not there.
    """
    if not folder.is_dir():
        raise BadInput(f"no such folder: {folder}; expected one with captioned pictures")
    for table in sorted(folder.glob("metadata*.jsonl")):
        for number, line in enumerate(table.read_text("utf-8").splitlines(), 1):
            try:
                row = json.loads(line)
                yield (
                    *(str(row[field]) for field in fields),
                    *(str(row.get(field, "")) for field in optional),
                )
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                wanted = f"{', '.join(fields[:-1])} and {fields[-1]}"
                raise BadInput(
                    f"{table.name}, line {number}: expected JSON with {wanted}"
                ) from error


def _from_text_files(folder: Path) -> Iterator[tuple[Path, str]]:
    for text in sorted(folder.rglob("*.txt")):
        for suffix in (".png", ".jpg", ".jpeg", ".webp"):
            if (picture := text.with_suffix(suffix)).is_file():
                yield picture, text.read_text("utf-8").strip()


def decode(file: Path, side: int, how: Resampling = Resampling.LANCZOS) -> Image.Image:
    """A picture's centre square at a side, RGB; BadInput where it cannot be read."""
    try:
        with Image.open(file) as picture:
            square = min(picture.size)
            left, top = (picture.width - square) // 2, (picture.height - square) // 2
            box = (left, top, left + square, top + square)
            return picture.convert("RGB").resize((side, side), how, box)
    except (OSError, UnidentifiedImageError) as error:
        raise _unreadable(file, error) from error


def _decode_all(files: list[Path], small: int, large: int) -> tuple[Tensor, Tensor]:
    smalls = np.empty((len(files), 3, small, small), np.uint8)
    larges = np.empty((len(files), 3, large, large), np.uint8)

    def read(index: int) -> None:
        whole = decode(files[index], large)
        reduced = whole.resize((small, small), Resampling.BOX)
        larges[index], smalls[index] = (np.moveaxis(np.asarray(p), 2, 0) for p in (whole, reduced))

    with ThreadPoolExecutor() as pool:  # Pillow reads and resizes without holding the interpreter
        deque(pool.map(read, range(len(files))), maxlen=0)
    return torch.from_numpy(smalls), torch.from_numpy(larges)


def levels(picture: Image.Image) -> Tensor:
    """An RGB picture as uint8 (3,h,w)."""
    return torch.from_numpy(np.asarray(picture).copy()).permute(2, 0, 1)


def reduced(
    files: Sequence[Path], side: int, cache: Path, stop: Callable[[], bool] = lambda: False
) -> Tensor:
    """Files as uint8 (N,3,side,side), each pixel the mean of those that it covers, kept in `cache`
    until they are others. Raises Stopped where `stop` says so."""

    def shrink() -> dict[str, Tensor]:
        pictures = torch.empty(len(files), 3, side, side, dtype=torch.uint8)
        for index, file in enumerate(files):
            if stop():
                raise Stopped(index)
            pictures[index] = levels(decode(file, side, Resampling.BOX))
        return {"pictures": pictures}

    return cached([side, [str(file) for file in files]], cache, shrink)["pictures"]


def load(folder: Path, small: int, large: int, cache: Path) -> Pictures:
    """Centre-cropped squares of two sides, decoded once into `cache` (safetensors, uint8).

    The cache is remade when the list of files and captions, or a side, is another.
    """
    listed = rows(folder)
    _check_sides([file for file, _ in listed[:: max(1, len(listed) // 16)]], large)

    def decode() -> dict[str, Tensor]:
        smalls, larges = _decode_all([file for file, _ in listed], small, large)
        return {"small": smalls, "large": larges}

    signature = [small, large, [(str(file), text) for file, text in listed]]
    tensors = cached(signature, cache, decode)
    return Pictures(**tensors, captions=[text.lower().strip() for _, text in listed])


def _check_sides(some: list[Path], wanted: int) -> None:
    """BadInput where every one of these pictures would have to be enlarged."""
    if (most := max(_side(file) for file in some)) < wanted:
        raise BadInput(
            f"pictures of {most} px cannot teach a side of {wanted} px; render larger ones"
            f" (python -m engine.forge.emoji --size {wanted}) or ask for --large {most}"
        )


def _side(file: Path) -> int:
    try:
        with Image.open(file) as picture:
            return min(picture.size)
    except (OSError, UnidentifiedImageError) as error:
        raise _unreadable(file, error) from error


def _unreadable(file: Path, error: Exception) -> BadInput:
    return BadInput(f"cannot read picture {file}: {error}")


def cached(of: Any, cache: Path, make: Callable[[], dict[str, Tensor]]) -> dict[str, Tensor]:
    """The tensors that `make` gives, kept in `cache` until `of` (any JSON value) is another."""
    signature = sha256(json.dumps(of).encode()).hexdigest()
    if not (cache.is_file() and _signature(cache) == signature):
        cache.parent.mkdir(parents=True, exist_ok=True)
        atomic_save(make(), cache, {"signature": signature})
    with safe_open(cache, framework="pt") as file:
        return {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118


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


def picked(pictures: Tensor, chosen: Tensor, device: torch.device) -> Tensor:
    """Those of uint8 pictures, wherever they are, that `chosen` (B,) names; in [-1,1] on a device.

    They go there as bytes, a quarter of what floats would be.
    """
    return to_unit(moved(pictures[chosen.to(pictures.device)], device))


def mirrored(pictures: Tensor, generator: torch.Generator) -> Tensor:
    """Half of the pictures flipped left to right."""
    flip = moved(torch.rand(len(pictures), generator=generator) < 0.5, pictures.device)
    return torch.where(flip.view(-1, 1, 1, 1), pictures.flip(-1), pictures)
