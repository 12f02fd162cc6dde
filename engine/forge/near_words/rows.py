"""Input embeddings for near words: the frozen encoder reads them as what they are drawn as."""

from dataclasses import dataclass

import torch
from torch import Tensor

from engine.forge.captions import ground
from engine.forge.near_words.table import Mixture
from engine.forge.text import Words, encode, tokens
from engine.vocabulary import Vocabulary

ROUNDS = 30
"""Of L-BFGS for a phrase: more changes the error by less than a tenth."""
PADDED = 16
"""Padded places that are compared: they are most of what a UNet reads, and are much alike."""


def rows(words: Words, mixtures: list[Mixture], known: Vocabulary) -> Tensor:
    """Embeddings (N, width): a known word's own, shares of several, one learned for a phrase."""
    phrases = dict.fromkeys(phrase for mixture in mixtures for phrase, _ in mixture)
    single = {phrase: _row(words, phrase, known) for phrase in phrases}
    return torch.stack([_mixed(mixture, single) for mixture in mixtures])


def _mixed(mixture: Mixture, single: dict[str, Tensor]) -> Tensor:
    if len(mixture) == 1:
        return single[mixture[0][0]]
    return torch.stack([share * single[phrase] for phrase, share in mixture]).sum(0)


def _row(words: Words, phrase: str, known: Vocabulary) -> Tensor:
    ids = words.tokenizer(phrase, add_special_tokens=False).input_ids
    table: Tensor = words.encoder.get_input_embeddings().weight.detach()
    if len(ids) == 1:
        return table[ids[0]].clone()
    return _learned(Lesson.of(words, phrase, known), table[ids].mean(0))


@dataclass(frozen=True)
class Lesson:
    """Captions with a phrase of several tokens, and the same with one token in its place.

    Input embeddings (N,T,width) and mask (N,T) of the shorter ones, the place (N,) of that token,
    and the output (N,T,width) that is wanted: what the encoder gives for the phrase, whose own
    tokens' outputs are averaged.
    """

    words: Words
    inputs: Tensor
    mask: Tensor
    place: Tensor
    wanted: Tensor

    @classmethod
    def of(cls, words: Words, phrase: str, known: Vocabulary) -> "Lesson":
        """The captions of `contexts` with this phrase."""
        tokenizer = words.tokenizer
        count = len(tokenizer(phrase, add_special_tokens=False).input_ids)
        texts = contexts(known)
        captions = [text.format(phrase) for text in texts]
        longest = max(map(len, tokenizer(captions).input_ids))
        ids, mask = tokens(tokenizer, captions, longest + PADDED + count - 1)
        heads = [text.partition("{}")[0] for text in texts]
        place = torch.tensor([len(tokenizer(h, add_special_tokens=False).input_ids) for h in heads])
        with torch.no_grad():
            said = encode(words.encoder, ids, mask)
        embedded = words.encoder.get_input_embeddings().weight.detach()[ids]
        inputs, wanted = (_joined(part, place, count) for part in (embedded, said))
        return cls(words, inputs, mask[:, count - 1 :], place, wanted)

    def error(self, row: Tensor) -> Tensor:
        """Mean squared error of the output where the token's input embedding is `row` (width,)."""
        each = torch.arange(len(self.place))
        inputs = self.inputs.index_put((each, self.place), row)
        given = self.words.encoder(inputs_embeds=inputs, attention_mask=self.mask)[0]
        return torch.nn.functional.mse_loss(given, self.wanted)


def contexts(known: Vocabulary) -> list[str]:
    """Captions with a {} for the phrase: each style, on no ground and on two of the colours."""
    styles = [style.replace("{}", "a {}") for style in known.styles] or ["a {}"]
    grounds = ["", *map(ground, known.colours[:2])]
    return [style + place for style in styles for place in grounds]


def _joined(sequence: Tensor, place: Tensor, count: int) -> Tensor:
    """Sequences (N,T,width) whose `count` tokens from `place` on are one, their mean."""
    parts = [torch.cat([row[:at], row[at : at + count].mean(0, keepdim=True), row[at + count :]])
             for row, at in zip(sequence, place.tolist(), strict=True)]  # fmt: skip
    return torch.stack(parts)


def _learned(lesson: Lesson, start: Tensor) -> Tensor:
    row = start.clone().requires_grad_(True)
    search = torch.optim.LBFGS([row], max_iter=ROUNDS, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        search.zero_grad()
        error = lesson.error(row)
        error.backward()  # type: ignore[no-untyped-call]
        return error

    search.step(closure)  # type: ignore[no-untyped-call]
    return row.detach()
