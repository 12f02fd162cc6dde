"""More words leave the segmentation of known ones alone."""

from engine.forge import text
from engine.forge.near_words import tokens
from tests.engine.forge.near_words.conftest import CAPTIONS

NEAR = ["hound", "hounds", "grape", "sea dog", "backgrounds", "back"]


def test_near_words_are_whole_and_known_captions_keep_their_ids(words: text.Words) -> None:
    larger, order = tokens.grown(words.tokenizer, NEAR, CAPTIONS)
    assert set(order) == set(NEAR)
    assert larger(CAPTIONS).input_ids == words.tokenizer(CAPTIONS).input_ids
    first = len(words.tokenizer)
    assert len(larger) == first + len(order)
    for place, word in enumerate(order):
        assert larger(f"a {word}").input_ids[1:] == [first + place, 1]
    assert larger.tokenize("a hound, a sea dog") == ["▁a", "▁hound", ",", "▁a", "sea dog"]
    assert larger.tokenize("sea dogs")[0] != "sea dog"


def test_words_that_are_neither_are_spelled_as_before(words: text.Words) -> None:
    larger, _ = tokens.grown(words.tokenizer, ["hound"], CAPTIONS)
    for unknown in ("zebra's x-ray", "50% off!", "groundhog", "dogs"):
        assert larger(unknown).input_ids == words.tokenizer(unknown).input_ids


def test_a_word_that_would_change_a_known_one_is_left_out(words: text.Words) -> None:
    texts = ["bluebird", *CAPTIONS]  # spelled, so that a piece of it would change its ids
    larger, order = tokens.grown(words.tokenizer, ["bluebi", "hound"], texts)
    assert order == ["hound"]
    assert larger(texts).input_ids == words.tokenizer(texts).input_ids


def test_what_was_added_can_be_taken_away(words: text.Words) -> None:
    larger, _ = tokens.grown(words.tokenizer, NEAR, CAPTIONS)
    smaller = tokens.shortened(larger, len(words.tokenizer))
    assert tokens.pieces(smaller) == tokens.pieces(words.tokenizer)
    assert smaller("a sea dog").input_ids == words.tokenizer("a sea dog").input_ids
