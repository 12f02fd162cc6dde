"""Prompt embeddings: T5's reading of a prompt, computed once and kept on disk."""

import hashlib
import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import platformdirs
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from engine.checkpoints.devices import HEAVY, encoder_device, encoder_dtype
from engine.checkpoints.layout import TextFolder
from engine.checkpoints.loading import load_encoder, load_tokenizer
from engine.diffusion.memory import enough_memory

TOKENS = 77
"""IF was trained with this many, fewer than T5 takes."""


def cache_folder() -> Path:
    """Where embeddings are kept: $DIFFUSCOPE_CACHE, or the user's cache directory."""
    chosen = os.environ.get("DIFFUSCOPE_CACHE")
    return Path(chosen) if chosen else Path(platformdirs.user_cache_dir("diffuscope"))


def preprocess(prompt: str) -> str:
    """A prompt as IF's pipelines hand it to T5 with clean_caption off: lower case, stripped."""
    return prompt.lower().strip()


class PromptEncoder:
    """Prompts to embeddings (77, width), through the cache.

    A small T5 is loaded at once; one of many GB when a prompt is new, and dropped again after.
    """

    def __init__(self, text: TextFolder, device: torch.device, emit: Callable[[str], None]) -> None:
        self.text, self.device = text, encoder_device(device, text.weights.size)
        self.dtype = encoder_dtype(self.device, text.weights.size)
        self.emit = emit
        self.fingerprint = text.fingerprint
        self._loaded: tuple[Any, nn.Module] | None = None
        if not self.heavy:
            self.load()

    @property
    def heavy(self) -> bool:
        """Whether the encoder is too large to be kept beside the UNets."""
        return self.text.weights.size > HEAVY

    def __call__(self, prompts: list[str]) -> Tensor:
        """Embeddings (n, 77, width) fp32 on the CPU."""
        try:
            return torch.stack([self._one(preprocess(prompt)) for prompt in prompts]).float()
        finally:
            if self.heavy:
                self._loaded = None

    def _one(self, prompt: str) -> Tensor:
        path = self.path(prompt)
        found = _read(path)
        if found is None or found.shape != (TOKENS, self.text.width):
            found = self._encode(prompt)
            _write(path, found, self.emit)
        return found

    def path(self, prompt: str) -> Path:
        """The cache file of a preprocessed prompt."""
        parts = {
            "encoder": self.fingerprint,
            "dtype": str(self.dtype),
            "prompt": prompt,
            "clean_caption": False,
        }
        key = hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
        return cache_folder() / "prompts" / f"{key}.safetensors"

    @torch.inference_mode()
    def _encode(self, prompt: str) -> Tensor:
        tokenizer, encoder = self.load()
        self.emit("reading the prompt")
        tokens = tokenizer(
            [prompt],
            padding="max_length",
            max_length=TOKENS,
            truncation=True,
            add_special_tokens=True,
            return_tensors="pt",
        ).to(self.device)
        with enough_memory("the text encoder"):
            states = encoder(tokens.input_ids, attention_mask=tokens.attention_mask)[0]
        found: Tensor = states[0].cpu()
        return found

    def load(self) -> tuple[Any, nn.Module]:
        """The tokenizer and the encoder, loaded where they are not yet."""
        if self._loaded is None:
            self.emit("loading text encoder")
            encoder = load_encoder(self.text, self.device, self.dtype)
            self._loaded = load_tokenizer(self.text), encoder
        return self._loaded


def _read(path: Path) -> Tensor | None:
    try:
        return load_file(path)["embedding"]
    except (OSError, SafetensorError, KeyError):
        return None


def _write(path: Path, embedding: Tensor, emit: Callable[[str], None]) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
        os.close(handle)
        try:
            save_file({"embedding": embedding.contiguous()}, name)
            Path(name).replace(path)
        finally:
            Path(name).unlink(missing_ok=True)
    except (OSError, SafetensorError) as error:
        emit(f"prompt embedding not kept: {error}")
