"""Prompt embeddings: T5's reading of a prompt, computed once and kept on disk."""

import gc
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from engine import prompt_cache as prompts
from engine.checkpoints.layout import TextFolder
from engine.checkpoints.loading import load_encoder, load_int8, load_tokenizer
from engine.checkpoints.memory.plan import Text
from engine.checkpoints.text import embedding_cache
from engine.checkpoints.text.embedding_cache import TOKENS
from engine.diffusion.oom import enough_memory
from engine.errors import BadInput
from engine.prompt_cache import preprocess


@dataclass(frozen=True)
class Reading:
    """How prompts are read: where the encoder runs, in what, and when it is in memory.

    text None, or when "cached": only embeddings that are on the disk. width is numbers a token.
    """

    text: TextFolder | None
    width: int
    when: Text
    device: torch.device
    dtype: torch.dtype
    int8: bool = False

    @property
    def precision(self) -> str:
        """In the name of an embedding's file."""
        return "int8" if self.int8 else str(self.dtype)


class PromptEncoder:
    """Prompts to embeddings (77, width), through the cache.

    An encoder that is not kept "beside" the UNets is loaded when a prompt is new, after `away` has
    made room for it, and dropped again.
    """

    def __init__(
        self, reading: Reading, emit: Callable[[str], None], away: Callable[[], None] = lambda: None
    ) -> None:
        self.reading, self.emit, self.away = reading, emit, away
        self.fingerprint = reading.text.fingerprint if reading.text else ""
        self._loaded: tuple[Any, nn.Module] | None = None
        if reading.when == "beside":
            self.load()

    def __call__(self, prompts: list[str]) -> Tensor:
        """Embeddings (n, 77, width) fp32 on the CPU.

        Raises BadInput where one that is not kept is to come from the disk.
        """
        try:
            return torch.stack([self._one(preprocess(prompt)) for prompt in prompts]).float()
        finally:
            if self.reading.when != "beside" and self._loaded is not None:
                self._drop()

    def _one(self, prompt: str) -> Tensor:
        reading, path = self.reading, self.path(prompt)
        label = embedding_cache.label(prompt, self.fingerprint, reading.precision)
        embedding = embedding_cache.read(path, reading.width, label)
        if embedding is None:
            embedding = embedding_cache.read(
                embedding_cache.imported(prompt, reading.width), reading.width
            )
        if embedding is None and reading.when == "cached":
            embedding = embedding_cache.find(prompt, reading.width, self.fingerprint)
            if embedding is None:
                raise BadInput(_not_kept(prompt, reading.width))
        if embedding is None:
            embedding = self._encode(prompt)
            embedding_cache.write(path, embedding, label, self.emit)
        return embedding

    def path(self, prompt: str) -> Path:
        """The cache file of a preprocessed prompt."""
        return embedding_cache.computed(self.fingerprint, self.reading.precision, prompt)

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
        ).to(self.reading.device)
        with enough_memory("the text encoder"):
            states = encoder(tokens.input_ids, attention_mask=tokens.attention_mask)[0]
        embedding: Tensor = states[0].cpu()
        return embedding

    def load(self) -> tuple[Any, nn.Module]:
        """The tokenizer and the encoder, loaded where they are not yet."""
        if self._loaded is None:
            assert self.reading.text is not None
            self.away()
            self.emit("loading text encoder")
            self._loaded = load_tokenizer(self.reading.text), self._encoder(self.reading.text)
        return self._loaded

    def _encoder(self, text: TextFolder) -> nn.Module:
        reading = self.reading
        if reading.int8:
            return load_int8(text, reading.device)
        if reading.when != "layers":
            return load_encoder(text, reading.device, reading.dtype)
        from accelerate import cpu_offload

        loaded: nn.Module = cpu_offload(
            load_encoder(text, torch.device("cpu"), reading.dtype), reading.device
        )
        return loaded

    def _drop(self) -> None:
        """Give the encoder's memory back to the UNets."""
        self._loaded = None
        gc.collect()  # accelerate's hooks and their modules hold each other
        if self.reading.device.type == "cuda":
            torch.cuda.empty_cache()


def _not_kept(prompt: str, width: int) -> str:
    known = [entry.prompt for entry in prompts.kept(width)]
    line = f"the embedding of {prompt!r} is not on the disk, and no text encoder is to be loaded"
    if near := prompts.near(prompt, known):
        return f"{line}; there are {', '.join(map(repr, near))}"
    return f"{line}; `diffuscope prompts list` names the {len(known)} that are"
