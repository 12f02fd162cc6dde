"""The bundled cascade reads near words, and what it was taught as it was trained."""

from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers import IFPipeline

from engine import vocabulary
from engine.forge.near_words import cascade, table
from engine.forge.text import Words

HERE = Path(__file__).parents[4] / "assets" / "tiny-if"
PAIRS = {
    "a photo of a hound": "a photo of a dog",
    "A KITTY on a crimson background": "a cat on a red background",
    "a gouache of a feline": "a watercolor of a cat",
    "a house by a mountain range": "a house by a mountains",
    "hounds": "dog",
    "a polar bear": "a bear",
}


@pytest.fixture(scope="module", params=["stage-1", "stage-2"])
def words(request: pytest.FixtureRequest) -> Words:
    """A stage's text encoder."""
    return cascade.opened(HERE / request.param)


def test_what_it_was_taught_is_read_bit_for_bit_as_it_was_trained(words: Words) -> None:
    known = vocabulary.read(HERE)
    assert known is not None
    plain = cascade.trained(words)
    captions = [style.format(phrase) for phrase in known.concepts for style in known.styles]
    captions += [*known.words, *(f"a dog on a {colour} background" for colour in known.colours)]
    assert words.tokenizer(captions).input_ids == plain.tokenizer(captions).input_ids
    some = captions[::60]
    assert torch.equal(words(some), plain(some))


def test_its_near_words_are_those_of_the_table(words: Words) -> None:
    known = vocabulary.read(HERE)
    assert known is not None
    fit = table.bundled().fitting(known)
    assert known.near == fit.told(known).near
    assert len(words.tokenizer) == len(cascade.trained(words).tokenizer) + len(fit.drawn)
    assert len(words.encoder.shared.weight) == len(words.tokenizer)


def test_plain_diffusers_reads_them(words: Words) -> None:
    pipeline: Any = IFPipeline(
        words.tokenizer, words.encoder, None, None, None, None, None,
        requires_safety_checker=False,
    )  # fmt: skip
    near, _ = pipeline.encode_prompt(list(PAIRS))
    known, _ = pipeline.encode_prompt(list(PAIRS.values()))
    for prompt, one, other in zip(PAIRS, near, known, strict=True):
        assert torch.equal(one, other), prompt


def test_it_is_small_enough_to_ship() -> None:
    files = [file for file in HERE.rglob("*") if file.is_file()]
    assert sum(file.stat().st_size for file in files) <= 40e6
    text = (f for f in files if f.parent.name in ("text_encoder", "tokenizer"))
    assert sum(file.stat().st_size for file in text) <= 2 * 3.1e6
