"""Embeddings that were computed elsewhere: checked, then kept beside our own."""

import json
from collections.abc import Iterator
from pathlib import Path

import torch
from safetensors import safe_open
from torch import Tensor

from engine.checkpoints.text import embedding_cache
from engine.checkpoints.text.embedding_cache import TOKENS
from engine.checkpoints.weights import read_header
from engine.errors import BadInput, Unavailable
from engine.prompt_cache import preprocess

MAX_EMBEDDINGS, MAX_WIDTH = 10_000, 8192
"""Embeddings in a file, and numbers a token: more is a mistake."""
_FLOATS = (torch.float32, torch.float16, torch.bfloat16)


def bring(file: Path) -> list[str]:
    """Keep every embedding of a safetensors file; their prompts as the encoder would read them.

    Each is (77, width) or (1, 77, width); its name is the prompt, or metadata "prompts" has a
    JSON table from names to prompts. Raises BadInput, and keeps none, where one is something else.
    """
    embeddings = list(_read(file))
    for prompt, embedding in embeddings:
        label = embedding_cache.label(prompt, "", embedding.dtype, file.name)
        embedding_cache.write(
            embedding_cache.imported(prompt, embedding.shape[-1]), embedding, label, _refuse
        )
    return [prompt for prompt, _ in embeddings]


def _read(file: Path) -> Iterator[tuple[str, Tensor]]:
    if not file.is_file():
        raise BadInput(f"no file {file}; give a safetensors file of embeddings")
    header = read_header(file)
    names = [name for name in header if name != "__metadata__"]
    if not 0 < len(names) <= MAX_EMBEDDINGS:
        raise BadInput(
            f"{file} holds {len(names)} tensors; 1 to {MAX_EMBEDDINGS} embeddings can be imported"
        )
    prompts = _table(file, header.get("__metadata__") or {})
    with safe_open(file, "pt") as opened:
        for name in names:
            shape = opened.get_slice(name).get_shape()
            _check_shape(file, name, shape)
            yield preprocess(prompts.get(name, name)), _checked(file, name, opened.get_tensor(name))


def _table(file: Path, metadata: dict[str, str]) -> dict[str, str]:
    """From the names of tensors to their prompts, where the file says them apart."""
    try:
        table = json.loads(metadata.get("prompts", "{}"))
    except ValueError:
        table = None
    if not isinstance(table, dict) or not all(isinstance(p, str) for p in table.values()):
        raise BadInput(f'{file}: metadata "prompts" should be a JSON table from names to prompts')
    return table


def _check_shape(file: Path, name: str, shape: list[int]) -> None:
    """Before it is read: a wrong one may be of any size."""
    fits = shape[-2:-1] == [TOKENS] and shape[:-2] in ([], [1]) and 0 < shape[-1] <= MAX_WIDTH
    if not fits:
        raise BadInput(
            f"{file}: {name!r} has shape {tuple(shape)}; an embedding has ({TOKENS}, width) or"
            f" (1, {TOKENS}, width), with IF's T5 a width of 4096"
        )


def _checked(file: Path, name: str, embedding: Tensor) -> Tensor:
    if embedding.dtype not in _FLOATS:
        kind = str(embedding.dtype).removeprefix("torch.")
        raise BadInput(f"{file}: {name!r} is {kind}; float32, float16 or bfloat16 is right")
    if not embedding.isfinite().all():
        raise BadInput(f"{file}: {name!r} holds NaN or infinity; compute it again in bfloat16")
    return embedding.reshape(TOKENS, -1)


def _refuse(line: str) -> None:
    raise Unavailable(line)
