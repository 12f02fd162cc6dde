"""A small T5: sentencepiece tokenizer, encoder, and contrastive training against pictures."""

import io
import math
from collections import Counter
from dataclasses import dataclass, field

import sentencepiece
import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn
from transformers import T5Config, T5EncoderModel, T5Tokenizer

from engine.forge.pictures import Pictures, draw_indices, mirrored, picked
from engine.training.devices import CPU, moved, resident
from engine.training.distributed import share
from engine.training.trainer import Objective

MAX_TOKENS = 77  # DeepFloyd IF's; IFPipeline pads to it and gives the UNet no mask
ASCII = "".join(chr(code) for code in range(33, 127))


def train_tokenizer(captions: list[str], size: int = 1200) -> T5Tokenizer:
    """A unigram tokenizer with T5's ids (pad 0, eos 1, unk 2, no bos).

    Every printable ASCII character is a piece of its own, so an unknown word is spelled out; the
    captions' own words are whole pieces, which sentencepiece alone does not grant on so few words.
    """
    written = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(captions), model_writer=written, vocab_size=size,
        hard_vocab_limit=False, model_type="unigram", character_coverage=1.0,
        required_chars=ASCII, pad_id=0, eos_id=1, unk_id=2, bos_id=-1,
        num_threads=1, minloglevel=2,
    )  # fmt: skip
    model = sentencepiece.SentencePieceProcessor(model_proto=written.getvalue())
    vocab = [(model.id_to_piece(i), model.get_score(i)) for i in range(model.get_piece_size())]
    vocab += _whole_words(captions, {piece for piece, _ in vocab}, size - len(vocab))
    return T5Tokenizer(vocab=vocab, extra_ids=0, model_max_length=MAX_TOKENS)


def _whole_words(captions: list[str], known: set[str], most: int) -> list[tuple[str, float]]:
    """The commonest words that are no piece yet, scored by their log-probability."""
    counts = Counter("▁" + word for text in captions for word in text.split())
    total = math.log(sum(counts.values()))
    missing = [(word, n) for word, n in counts.most_common() if word not in known]
    return [(word, math.log(n) - total) for word, n in missing[: max(0, most)]]


def new_encoder(vocabulary: int, width: int = 128, layers: int = 2) -> T5EncoderModel:
    """A T5 v1.1 encoder (gated GELU) without dropout."""
    config = T5Config(
        vocab_size=vocabulary, d_model=width, d_kv=32, num_heads=width // 32, d_ff=2 * width,
        num_layers=layers, feed_forward_proj="gated-gelu", dropout_rate=0.0,
        tie_word_embeddings=False,
    )  # fmt: skip
    return T5EncoderModel(config)


def tokens(tokenizer: T5Tokenizer, captions: list[str], length: int) -> tuple[Tensor, Tensor]:
    """Ids and attention mask (B, length), padded as IFPipeline pads."""
    out = tokenizer(
        captions, padding="max_length", max_length=length, truncation=True, return_tensors="pt"
    )
    return out.input_ids, out.attention_mask


def encode(encoder: T5EncoderModel, ids: Tensor, mask: Tensor) -> Tensor:
    """Embeddings (B, length, width), the padded places included, exactly as a UNet gets them."""
    out: Tensor = encoder(ids, attention_mask=mask)[0]
    return out


class TwoTowers(nn.Module):
    """A text encoder and a small picture network that meet in one space (CLIP's arrangement)."""

    def __init__(self, encoder: T5EncoderModel, space: int = 128) -> None:
        super().__init__()
        self.encoder = encoder
        self.text_head = nn.Linear(2 * encoder.config.d_model, space)
        self.eye = nn.Sequential(
            _halve(3, 32), _halve(32, 64), _halve(64, 128), _halve(128, 192),
            nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(192, space),
        )  # fmt: skip
        self.log_scale = nn.Parameter(torch.tensor(2.5))

    def forward(self, pictures: Tensor, ids: Tensor, mask: Tensor) -> Tensor:
        """Cosine similarities (B,B), scaled: rows are pictures, columns captions."""
        embeddings = encode(self.encoder, ids, mask)
        kept = mask.unsqueeze(-1).to(embeddings.dtype)
        words = (embeddings * kept).sum(1) / kept.sum(1)
        # The UNet's keys are mostly padding; the padded places must say what the words say.
        text = self.text_head(torch.cat([words, embeddings.mean(1)], dim=1))
        return self.log_scale.exp() * F.normalize(self.eye(pictures)) @ F.normalize(text).T


def _halve(inputs: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, 2, 1), nn.GroupNorm(8, outputs), nn.SiLU(),
        nn.Conv2d(outputs, outputs, 3, 1, 1), nn.GroupNorm(8, outputs), nn.SiLU(),
    )  # fmt: skip


def contrastive(
    pictures: Pictures, tokenizer: T5Tokenizer, batch: int, seed: int, device: torch.device = CPU
) -> Objective:
    """Symmetric cross-entropy in a batch (Radford et al. 2021); equal captions share the target."""
    longest = max(len(row) for row in tokenizer(pictures.captions).input_ids)
    length = min(MAX_TOKENS, longest + 4)
    ids, mask = (part.to(device) for part in tokens(tokenizer, pictures.captions, length))
    small = resident(pictures.small, device)

    def objective(model: nn.Module, step: int, generator: torch.Generator) -> dict[str, Tensor]:
        chosen = share(draw_indices(len(pictures), batch, seed, step))
        seen = mirrored(picked(small, chosen, device), generator)
        said, there = (part[moved(chosen, device)] for part in (ids, mask))
        scores = model(seen, said, there)
        same = (said.unsqueeze(0) == said.unsqueeze(1)).all(-1).float()
        target = same / same.sum(1, keepdim=True)
        loss = (F.cross_entropy(scores, target) + F.cross_entropy(scores.T, target)) / 2
        hit = (same.gather(1, scores.argmax(1, keepdim=True)) > 0).float().mean()
        return {"loss": loss, "accuracy": hit}

    return objective


MOST_KNOWN = 100_000
"""Captions whose tokens stay in memory, about 1 kB each."""


@dataclass(frozen=True)
class Words:
    """A frozen encoder with its tokenizer: captions in, embeddings out.

    Tokens are made once for each caption: for 512 at a time it takes longer than the step of a GPU.
    """

    tokenizer: T5Tokenizer
    encoder: T5EncoderModel
    known: dict[str, Tensor] = field(default_factory=dict, repr=False)

    @torch.no_grad()
    def __call__(self, captions: list[str]) -> Tensor:
        """Embeddings (B, 77, width) of captions, as IFPipeline.encode_prompt makes them."""
        device = self.encoder.device
        ids, mask = moved(self._tokens(captions), device).unbind(1)
        return encode(self.encoder, ids, mask)

    def _tokens(self, captions: list[str]) -> Tensor:
        """Ids and attention masks (B, 2, 77)."""
        new = list(dict.fromkeys(text for text in captions if text not in self.known))
        if new:
            if len(self.known) > MOST_KNOWN:
                self.known.clear()
                new = list(dict.fromkeys(captions))
            pairs = torch.stack(tokens(self.tokenizer, new, MAX_TOKENS), dim=1)
            self.known.update(zip(new, pairs, strict=True))
        return torch.stack([self.known[text] for text in captions])
