"""Embeddings on the disk: one safetensors file each, with its prompt in the metadata."""

import hashlib
import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from engine import prompt_cache

TOKENS = 77
"""IF was trained with this many, fewer than T5 takes."""


def computed(encoder: str, dtype: str, prompt: str) -> Path:
    """The file of what an encoder, by its print, makes of a preprocessed prompt."""
    return _named(encoder=encoder, dtype=dtype, prompt=prompt, clean_caption=False)


def imported(prompt: str, width: int) -> Path:
    """The file of an embedding that came from elsewhere."""
    return _named(imported=True, prompt=prompt, width=width)


def read(path: Path, width: int, metadata: dict[str, str] | None = None) -> Tensor | None:
    """The embedding (77, width), None where there is none or it is damaged.

    A file from before metadata was written gets `metadata`.
    """
    try:
        with safe_open(path, "pt") as file:
            embedding: Tensor = file.get_tensor("embedding")
            silent = not file.metadata()
    except (OSError, SafetensorError):
        return None
    if embedding.shape != (TOKENS, width):
        return None
    if silent and metadata:
        write(path, embedding, metadata, lambda _text: None)
    return embedding


def find(prompt: str, width: int, encoder: str) -> Tensor | None:
    """One in any precision: of this encoder, else imported; of any encoder where that is ""."""
    entries = [entry for entry in prompt_cache.kept(width) if entry.prompt == prompt]
    fitting = [entry for entry in entries if entry.encoder in (encoder, "") or not encoder]
    ordered = sorted(fitting, key=lambda entry: not entry.encoder)
    embeddings = (read(entry.file, width) for entry in ordered)
    return next((entry for entry in embeddings if entry is not None), None)


def write(
    path: Path, embedding: Tensor, metadata: dict[str, str], emit: Callable[[str], None]
) -> None:
    """Keep one, renamed into its place; a disk that does not take it is told and no failure."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
        os.close(handle)
        try:
            save_file({"embedding": embedding.detach().contiguous()}, name, metadata)
            Path(name).replace(path)
        finally:
            Path(name).unlink(missing_ok=True)
    except (OSError, SafetensorError) as error:
        emit(f"prompt embedding not kept: {error}")


def label(prompt: str, encoder: str, dtype: torch.dtype | str, source: str = "") -> dict[str, str]:
    """The metadata of an embedding."""
    kind = str(dtype).removeprefix("torch.")
    return {"prompt": prompt, "encoder": encoder, "dtype": kind, "source": source}


def _named(**parts: object) -> Path:
    key = hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
    return prompt_cache.folder() / f"{key}.safetensors"
