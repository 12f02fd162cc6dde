"""A text encoder with a few words, as the forge freezes them."""

import pytest
import torch

from engine.forge import text
from engine.vocabulary import Vocabulary

CAPTIONS = [
    "a dog", "a cat on a red background", "grapes on a blue background", "a photo of a pine tree",
    "a t-shirt on a black background", "a photo of a pine tree on a red background",
] * 4  # fmt: skip


@pytest.fixture
def known() -> Vocabulary:
    """What the captions say."""
    return Vocabulary(
        ("a", "background", "black", "blue", "cat", "dog", "grapes", "of", "on", "photo", "pine",
         "red", "t-shirt", "tree"),
        ("a dog", "a cat", "grapes", "a pine tree", "a t-shirt"),
        ("{}", "a photo of {}"),
        ("red", "blue", "black"),
    )  # fmt: skip


@pytest.fixture
def words() -> text.Words:
    """Tokenizer and frozen encoder of random weights."""
    tokenizer = text.train_tokenizer(CAPTIONS)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        encoder = text.new_encoder(len(tokenizer), width=32, layers=2)
    return text.Words(tokenizer, encoder.eval().requires_grad_(False))
