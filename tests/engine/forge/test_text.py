"""The tokenizer and the encoder give what IFPipeline gives."""

from typing import Any

import pytest
import torch
from diffusers import IFPipeline

from engine.forge import text

CAPTIONS = ["an oil painting of a rocket on a blue background", "a cat", "a dog"] * 5


def test_known_words_are_whole_and_unknown_ones_are_spelled() -> None:
    tokenizer = text.train_tokenizer(CAPTIONS)
    assert tokenizer.tokenize("a rocket on a blue background") == [
        "▁a", "▁rocket", "▁on", "▁a", "▁blue", "▁background",
    ]  # fmt: skip
    unknown = tokenizer("zebra's x-ray, 50% off!").input_ids
    assert tokenizer.unk_token_id not in unknown
    assert len(unknown) > 8
    assert tokenizer("").input_ids == [1]
    assert (tokenizer.pad_token_id, tokenizer.eos_token_id, tokenizer.unk_token_id) == (0, 1, 2)


def test_embeddings_equal_the_pipelines_own() -> None:
    tokenizer = text.train_tokenizer(CAPTIONS)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        encoder = text.new_encoder(len(tokenizer), width=32, layers=1).eval()
    pipeline = IFPipeline(
        tokenizer, encoder, None, None, None, None, None, requires_safety_checker=False
    )
    prompts = ["a rocket", "a cat on a blue background"]
    expected, empty = pipeline.encode_prompt(prompts)
    words = text.Words(tokenizer, encoder)
    assert words(prompts).shape == (2, text.MAX_TOKENS, 32)
    assert torch.equal(words(prompts), expected)
    assert torch.equal(words(["", ""]), empty)


def test_captions_are_tokenised_once_however_often_they_are_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tokenizer = text.train_tokenizer(CAPTIONS)
    encoder = text.new_encoder(len(tokenizer), width=32, layers=1).eval()
    plain, asked = text.tokens, list[list[str]]()

    def counted(tokenizer: Any, captions: list[str], length: int) -> Any:
        asked.append(captions)
        return plain(tokenizer, captions, length)

    monkeypatch.setattr(text, "tokens", counted)
    monkeypatch.setattr(text, "MOST_KNOWN", 2)
    words = text.Words(tokenizer, encoder)
    for captions in (["a dog", "a cat", "a dog", ""], ["a hat", "a dog"], ["a dog", "a hat"]):
        ids, mask = plain(tokenizer, captions, text.MAX_TOKENS)
        with torch.no_grad():
            assert torch.equal(words(captions), text.encode(encoder, ids, mask))
    assert asked == [["a dog", "a cat", ""], ["a hat", "a dog"]]  # too many: all are forgotten
