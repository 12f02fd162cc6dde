"""What a stage needs of a hub repository in a DeepFloyd IF repository's layout."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

from engine.checkpoints.weights import choose

Role = Literal["stage I", "stage I without its text encoder", "stage II", "safety checker"]
SILENT: Role = "stage I without its text encoder"

_CONFIGS = re.compile(
    r"model_index\.json|[a-z_]*scheduler/.*|(unet|safety_checker|watermarker)/config\.json"
    r"|feature_extractor/.*"
)
_TEXT = re.compile(r"tokenizer/.*|text_encoder/config\.json")
_FILTERS = ("safety_checker", "watermarker")
_PARTS: dict[Role, tuple[str, ...]] = {
    "stage I": ("unet", "text_encoder", *_FILTERS),
    SILENT: ("unet", *_FILTERS),
    "stage II": ("unet", *_FILTERS),
    "safety checker": _FILTERS,
}


@dataclass(frozen=True)
class Wanted:
    """A hub repository, and what is wanted of it.

    Of a stage II that is its network, not the 11 GB of the text encoder that lies there again.
    """

    repo: str
    role: Role = "stage I"


@dataclass(frozen=True)
class File:
    """One file of a repository: bytes, and sha256 (hex) where the hub keeps it as a large file."""

    name: str
    size: int
    sha256: str | None


def needed(names: Iterable[str], half: bool, role: Role = "stage I") -> list[str]:
    """Of a repository's files, the configs and one variant of the safetensors weights."""
    paths = [PurePosixPath(name) for name in names]
    wanted = {str(path) for path in paths if _is_config(str(path), role)}
    for part in _PARTS[role]:
        inside = [path for path in paths if path.parent == PurePosixPath(part)]
        if chosen := choose([path.name for path in inside], half):
            wanted |= {str(p) for p in inside if _belongs(p.name, *chosen)}
    return sorted(wanted)


def _is_config(path: str, role: Role) -> bool:
    if role == "stage I" and _TEXT.fullmatch(path):
        return True
    return _CONFIGS.fullmatch(path) is not None


def _belongs(name: str, entry: str, variant: str | None) -> bool:
    """Whether a file is the chosen entry or, where that is an index, one of its shards."""
    if not entry.endswith(".json"):
        return name == entry
    half_file = "fp16" in name
    return name == entry or (
        name.endswith(".safetensors") and "-of-" in name and half_file == (variant == "fp16")
    )
