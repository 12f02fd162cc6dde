"""A table of near words for a cascade's vocabulary, from WordNet and a sentence encoder.

Every noun that is common enough is held against every phrase that the cascade knows: as the encoder
reads the two, as WordNet places them, and by the noun's definition. The weights were chosen on half
of 138 keywords of emoji (tests/tools/near_words), the other half of which examines them.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.forge.near_words.meaning import Encode, Frequency
from engine.forge.near_words.table import Mixture, Table
from engine.forge.near_words.wordnet import PERSON, RARER, Closeness, WordNet
from engine.vocabulary import Vocabulary, words_of

Array = npt.NDArray[np.float32]
LEXICAL, DEFINED, MENTIONED, LONGER = 0.5, 0.4, 0.1, 0.03
"""Weights of WordNet's closeness, of the definition's likeness, of the target's being mentioned in
it; and what a target of several words loses for each more."""
NEAR, PHRASE, RELATED = 1.05, 1.2, 0.95
"""Least scores: of a word and of a phrase that are drawn, of a word that is only suggested."""
COMMON, COMMON_PARTS = 2.3, 3.7
"""Least frequencies, Zipf: of a word, and of each word of a phrase."""


@dataclass(frozen=True)
class Sources:
    """What near words are learned from."""

    wordnet: WordNet
    encode: Encode
    frequency: Frequency


def learn(known: Vocabulary, sources: Sources) -> Table:
    """The near words of a vocabulary; its concepts are the targets, its words where it has none."""
    targets = list(dict.fromkeys(map(bare, known.concepts or known.words)))
    nouns = list(_candidates(known, sources))
    scores = _scores(nouns, targets, sources)
    best = scores.argmax(axis=1)
    ranked = sorted(zip(scores.max(axis=1), nouns, best, strict=True), key=lambda row: -row[0])
    drawn: dict[str, Mixture] = {}
    related: dict[str, str] = {}
    for score, noun, place in ranked:
        if score >= (PHRASE if " " in noun else NEAR):
            drawn[noun] = ((targets[place], 1.0),)
        elif score >= RELATED and " " not in noun:
            related[noun] = targets[place]
    return Table(drawn, related)


def bare(phrase: str) -> str:
    """A phrase without its article."""
    return re.sub("^(an?|the) ", "", phrase)


def _candidates(known: Vocabulary, sources: Sources) -> Iterator[str]:
    """WordNet's nouns and phrases of two or three words that the vocabulary lacks."""
    spoken = set(known.words)
    for noun in sources.wordnet.words:
        parts = noun.split()
        if not re.fullmatch("[a-z]{2,}( [a-z]+){0,2}", noun) or spoken.issuperset(parts):
            continue
        least = COMMON_PARTS if len(parts) > 1 else COMMON
        if min(map(sources.frequency, parts)) < least:
            continue
        meanings = sources.wordnet.drawable(noun)
        if meanings and not all(meaning.named for _, meaning in meanings):
            yield noun


def _scores(nouns: list[str], targets: list[str], sources: Sources) -> Array:
    """How near each noun is to each target, (N,T)."""
    wordnet, encode = sources.wordnet, sources.encode
    vectors = encode(targets)
    closeness = Closeness(wordnet, targets)
    scores = encode(nouns) @ vectors.T
    scores -= LONGER * np.array([target.count(" ") for target in targets], np.float32)
    glosses = {m.number: m.gloss for noun in nouns for _, m in wordnet.drawable(noun)}
    alike = dict(zip(glosses, encode(list(glosses.values())) @ vectors.T, strict=True))
    people = _people(wordnet, targets)
    for row, noun in zip(scores, nouns, strict=True):
        row += LEXICAL * closeness.of(noun) + _defined(noun, targets, wordnet, alike)
        kinds = {meaning.kind == PERSON for _, meaning in wordnet.drawable(noun)}
        if len(kinds) == 1:  # a guitarist is no guitar
            row[people != kinds.pop()] = -1
    return scores


def _people(wordnet: WordNet, targets: list[str]) -> npt.NDArray[np.bool_]:
    """Which targets are people (T,)."""
    kinds = [{meaning.kind for meaning in wordnet.meant(target)} for target in targets]
    return np.array([found == {PERSON} for found in kinds])


def _defined(noun: str, targets: list[str], wordnet: WordNet, alike: dict[int, Array]) -> Array:
    """What a noun's definitions say for each target (T,)."""
    likeness = np.zeros(len(targets), np.float32)
    mention = np.zeros(len(targets), np.float32)
    for rank, meaning in wordnet.drawable(noun):
        likely = 1 - RARER * rank
        likeness = np.maximum(likeness, likely * alike[meaning.number])
        mention = np.maximum(mention, likely * _mentioned(meaning.gloss, targets))
    return DEFINED * likeness + MENTIONED * mention


def _mentioned(gloss: str, targets: Iterable[str]) -> Array:
    text = f" {' '.join(words_of(gloss))} "
    return np.array([f" {target} " in text for target in targets], np.float32)
