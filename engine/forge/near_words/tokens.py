"""More words for a unigram tokenizer, without a change to how it reads those that it knows."""

import json
import math
from collections.abc import Iterable

from transformers import AddedToken, T5Tokenizer

from engine.forge.text import MAX_TOKENS

Pieces = list[tuple[str, float]]
START = "▁"
ABOVE = 1e-3
"""By how much a whole word outscores its spelling: too little to tempt another word."""


def pieces(tokenizer: T5Tokenizer) -> Pieces:
    """The pieces of a tokenizer with their scores, in the order of their ids."""
    model = json.loads(tokenizer.backend_tokenizer.to_str())["model"]
    return [(piece, score) for piece, score in model["vocab"]]


def shortened(tokenizer: T5Tokenizer, size: int) -> T5Tokenizer:
    """The tokenizer with its first `size` pieces, and no phrases."""
    return _tokenizer(pieces(tokenizer)[:size])


def grown(
    tokenizer: T5Tokenizer, words: Iterable[str], known: Iterable[str]
) -> tuple[T5Tokenizer, list[str]]:
    """The tokenizer with a token for each of these words and phrases; they, in their ids' order.

    A word becomes a piece that scores little more than its spelling did. A phrase, which no piece
    can be, becomes an added token that only stands between blanks and marks. Left out is what would
    change the ids of any of the texts `known`.
    """
    texts = list(known)
    before = tokenizer(texts).input_ids
    wanted = sorted(words, key=lambda word: (" " in word, len(word), word))
    while True:
        larger = _with(tokenizer, wanted)
        after = larger(texts).input_ids
        changed = {i for old, new in zip(before, after, strict=True) if old != new for i in new}
        harmful = {larger.convert_ids_to_tokens(i).removeprefix(START) for i in changed}
        if not changed:
            return larger, wanted
        wanted = [word for word in wanted if word not in harmful]


def _with(tokenizer: T5Tokenizer, words: list[str]) -> T5Tokenizer:
    longer = pieces(tokenizer)
    scores = dict(longer)
    for word in words:
        if " " not in word:
            scores[START + word] = _spelled(START + word, scores) + ABOVE
            longer.append((START + word, scores[START + word]))
    larger = _tokenizer(longer)
    phrases = [word for word in words if " " in word]
    larger.add_tokens([AddedToken(p, single_word=True, normalized=False) for p in phrases])
    return larger


def _tokenizer(vocabulary: Pieces) -> T5Tokenizer:
    return T5Tokenizer(vocab=vocabulary, extra_ids=0, model_max_length=MAX_TOKENS)


def _spelled(word: str, scores: dict[str, float]) -> float:
    """The score of a word's best segmentation (Viterbi), as the unigram model finds it."""
    best = [0.0] + [-math.inf] * len(word)
    for end in range(1, len(word) + 1):
        parts = ((best[start], word[start:end]) for start in range(end))
        best[end] = max((score + scores[p] for score, p in parts if p in scores), default=-math.inf)
    return best[-1]
