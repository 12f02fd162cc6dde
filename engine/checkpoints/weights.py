"""Safetensors files of one component: which ones, whether they are whole, what is in them."""

import hashlib
import json
import re
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from engine.errors import BadInput

_BLOCK, _BLOCKS, _WHOLE = 1 << 16, 256, 1 << 26


@dataclass(frozen=True)
class Weights:
    """The files of one component and the variant ("fp16" or None) that they are.

    entry is the name of the one file, or of the index of several.
    """

    files: tuple[Path, ...]
    variant: str | None
    entry: str = ""

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return sum(file.stat().st_size for file in self.files)


def find_weights(folder: Path, half: bool) -> Weights:
    """The safetensors of a component folder; `half` prefers the fp16 variant to the plain files.

    Raises BadInput where there are none (and says if a pickle lies there), where a shard is
    missing, or a file is truncated.
    """
    names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    chosen = choose(names, half)
    if chosen is None:
        raise BadInput(_nothing_in(folder, names))
    files = tuple(folder / name for name in _shards(folder, chosen[0]))
    weights = Weights(files, chosen[1], chosen[0])
    for file in weights.files:
        read_header(file)
    return weights


def choose(names: Iterable[str], half: bool) -> tuple[str, str | None] | None:
    """Of the names in a component folder, the weight file or shard index to read, with variant."""
    entries: dict[str | None, str] = {}
    for name in sorted(names, reverse=True):
        if match := _ENTRY.fullmatch(name):
            entries[match["variant"] or match["of_index"]] = name
    order = ("fp16", None) if half else (None, "fp16")
    return next(((entries[variant], variant) for variant in order if variant in entries), None)


_ENTRY = re.compile(
    r"(?:model|diffusion_pytorch_model)(?:\.(?P<variant>fp16))?\.safetensors"
    r"(?:\.index(?:\.(?P<of_index>fp16))?\.json)?"
)


def _shards(folder: Path, name: str) -> list[str]:
    if not name.endswith(".json"):
        return [name]
    shards: Mapping[str, str] = read_json(folder / name).get("weight_map", {})
    return sorted(set(shards.values()))


def _nothing_in(folder: Path, names: Iterable[str]) -> str:
    pickles = sorted(n for n in names if n.endswith((".bin", ".pt", ".pth", ".ckpt")))
    if pickles:
        return (
            f"{folder / pickles[0]} is a pickle, which is never read; get the model's"
            " .safetensors files instead"
        )
    return f"{folder} has no .safetensors weights; the model folder is not whole, copy it again"


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object from a model folder; BadInput where it is missing or not one."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadInput(f"{path} is missing; the model folder is not whole, copy it again") from None
    except (OSError, ValueError) as error:
        raise BadInput(f"{path} cannot be read as JSON ({error}); copy it again") from None
    if not isinstance(value, dict):
        raise BadInput(f"{path} should hold a JSON object; copy it again")
    return value


def read_header(path: Path) -> dict[str, Any]:
    """The header of a safetensors file; BadInput where it is missing, no such file, or cut off."""
    if not path.is_file():
        raise BadInput(f"{path} is missing; the model folder is not whole, copy it again")
    size = path.stat().st_size
    try:
        header, start = _header(path, size)
        ends = [entry["data_offsets"][1] for k, entry in header.items() if k != "__metadata__"]
    except (ValueError, KeyError, TypeError, struct.error, AttributeError):
        raise BadInput(f"{path} is not a whole safetensors file; copy it again") from None
    expected = start + max(ends, default=0)
    if size != expected:
        raise BadInput(
            f"{path} is truncated: {size:,} bytes where its header says {expected:,}; copy it again"
        )
    return header


def _header(path: Path, size: int) -> tuple[dict[str, Any], int]:
    with path.open("rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        if length > size:
            raise ValueError
        return json.loads(file.read(length)), 8 + length


def check_finite(module: nn.Module, weights: Weights) -> None:
    """BadInput naming the tensor and its file where a weight is NaN or infinite."""
    for name, tensor in module.state_dict().items():
        if tensor.is_floating_point() and not torch.isfinite(tensor).all():
            file = next((f for f in weights.files if name in read_header(f)), weights.files[0])
            raise BadInput(
                f"{file}: tensor {name} holds NaN or infinity; the file is damaged, copy it again"
            )


def fingerprint(files: Iterable[Path], root: Path) -> str:
    """sha256 (hex) over files under `root`: their relative names, sizes and contents.

    Files above 64 MiB are sampled, 256 blocks of 64 KiB evenly spread from first to last byte:
    enough to tell two trainings apart, cheap enough to do at every opening.
    """
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(f"{file.relative_to(root).as_posix()}\0{file.stat().st_size}\0".encode())
        _digest(file, digest)
    return digest.hexdigest()


def _digest(path: Path, digest: "hashlib._Hash") -> None:
    size = path.stat().st_size
    with path.open("rb") as file:
        if size <= _WHOLE:
            digest.update(file.read())
            return
        for i in range(_BLOCKS):
            file.seek((size - _BLOCK) * i // (_BLOCKS - 1))
            digest.update(file.read(_BLOCK))
