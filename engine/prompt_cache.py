"""The prompts whose embeddings are on the disk. Torch-free: only the files' headers are read."""

import difflib
import json
import os
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import platformdirs

LARGEST_HEADER = 1 << 16
"""Bytes; a file with a longer one is not ours."""


@dataclass(frozen=True)
class Kept:
    """One embedding: its prompt as the encoder read it, numbers a token, precision of the encoder.

    encoder is the print of the encoder's files, "" where the embedding was imported from source.
    """

    prompt: str
    width: int
    dtype: str
    encoder: str
    source: str
    file: Path


def cache_folder() -> Path:
    """Where what can be made again is kept: $DIFFUSCOPE_CACHE, or the user's cache directory."""
    chosen = os.environ.get("DIFFUSCOPE_CACHE")
    return Path(chosen) if chosen else Path(platformdirs.user_cache_dir("diffuscope"))


def folder() -> Path:
    """Where embeddings are kept."""
    return cache_folder() / "prompts"


def preprocess(prompt: str) -> str:
    """A prompt as IF's pipelines hand it to T5 with clean_caption off: lower case, stripped."""
    return prompt.lower().strip()


def kept(width: int | None = None) -> list[Kept]:
    """Every embedding that says its prompt (of this width), by prompt."""
    read = (_kept(file) for file in folder().glob("*.safetensors"))
    entries = [entry for entry in read if entry is not None and width in (None, entry.width)]
    return sorted(entries, key=lambda entry: (entry.prompt, entry.dtype, entry.file.name))


def completion(prompt: str, among: Iterable[str]) -> str:
    """The prompt completed to the first of these that begins so; itself where none does."""
    start = prompt.lower().lstrip()
    longer = (
        candidate
        for candidate in among
        if len(start) > 1 and candidate.startswith(start) and candidate != start
    )
    match = next(longer, None)
    return prompt + match[len(start) :] if match else prompt


def near(prompt: str, among: Iterable[str], count: int = 3) -> list[str]:
    """The prompts most like one that is not there."""
    return difflib.get_close_matches(preprocess(prompt), list(dict.fromkeys(among)), count, 0.4)


def _kept(file: Path) -> Kept | None:
    """None for a file from before prompts were written down, or one that is none of ours."""
    try:
        with file.open("rb") as opened:
            (length,) = struct.unpack("<Q", opened.read(8))
            header = json.loads(opened.read(min(length, LARGEST_HEADER)))
        metadata, width = header["__metadata__"], header["embedding"]["shape"][-1]
        source = metadata.get("source", "")
        return Kept(metadata["prompt"], width, metadata["dtype"], metadata["encoder"], source, file)
    except (OSError, ValueError, KeyError, TypeError, IndexError, struct.error):
        return None
