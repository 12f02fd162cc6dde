"""Near words for a cascade's text encoder, and for a cascade's folder."""

import copy
import shutil
from pathlib import Path
from typing import cast

import torch
from torch import Tensor, nn
from transformers import T5EncoderModel

from engine import files, vocabulary
from engine.checkpoints.layout import read_text
from engine.checkpoints.loading import load_encoder, load_tokenizer
from engine.errors import BadInput
from engine.forge.near_words import tokens
from engine.forge.near_words.rows import rows
from engine.forge.near_words.table import Table
from engine.forge.text import Words
from engine.training.devices import CPU
from engine.vocabulary import Vocabulary

TRAINED = "trained_vocab_size"
"""In a grown encoder's config: how many of its input embeddings were trained; near words follow."""


def taught(words: Words, known: Vocabulary, table: Table) -> tuple[Words, Vocabulary]:
    """An encoder and its vocabulary with those near words of a table that fit, in place of others.

    Tokens and embeddings of what the vocabulary knows stay, bit for bit.
    """
    fit = table.fitting(known)
    plain = trained(words)
    tokenizer, order = tokens.grown(plain.tokenizer, fit.drawn, [*known.words, *known.concepts])
    drawn = {word: mixture for word, mixture in fit.drawn.items() if word in set(order)}
    if not order:
        return plain, Table({}, fit.related).told(known)
    more = rows(plain, [drawn[word] for word in order], known)
    embeddings = torch.cat([_embeddings(plain.encoder), more])
    grown = Words(tokenizer, _with_embeddings(plain.encoder, embeddings))
    setattr(grown.encoder.config, TRAINED, len(embeddings) - len(order))
    return grown, Table(drawn, fit.related).told(known)


def trained(words: Words) -> Words:
    """An encoder as it was trained, without near words."""
    size = getattr(words.encoder.config, TRAINED, None)
    if size is None:
        return words
    encoder = _with_embeddings(words.encoder, _embeddings(words.encoder)[:size])
    delattr(encoder.config, TRAINED)
    return Words(tokens.shortened(words.tokenizer, size), encoder)


def teach(folder: Path, out: Path, table: Table) -> Vocabulary:
    """Copy a cascade to `out` with near words in every stage; what a prompt may say of them.

    Raises BadInput for a folder without a vocabulary, or without a text encoder.
    """
    known = vocabulary.read(folder)
    stages = sorted(path.parent for path in folder.glob("stage-*/tokenizer"))
    if known is None or not stages:
        raise BadInput(f"{folder} is no cascade of the forge with a {vocabulary.FILE}")
    if folder.resolve() in out.resolve().parents:
        raise BadInput(f"{out} lies in {folder}; choose that folder itself, or one outside")
    grown = [taught(opened(stage), known, table) for stage in stages]
    try:
        if out.resolve() != folder.resolve():
            shutil.copytree(folder, out, dirs_exist_ok=True)
        for stage, (words, _) in zip(stages, grown, strict=True):
            write(words, out / stage.name)
    except OSError as error:
        raise files.unwritable(out, error) from None
    told = grown[0][1]
    files.write_bytes(out / vocabulary.FILE, told.to_json().encode())
    return told


def opened(folder: Path) -> Words:
    """The text encoder and tokenizer of a stage, frozen; BadInput where they cannot be read."""
    text = read_text(folder, half=False)
    encoder = load_encoder(text, CPU, torch.float32)
    return Words(load_tokenizer(text), cast(T5EncoderModel, encoder))


def write(words: Words, folder: Path) -> None:
    """Put an encoder and its tokenizer into a stage's folder, in place of those there."""
    for name, part in (("text_encoder", words.encoder), ("tokenizer", words.tokenizer)):
        fresh = folder / f".{name}-new"
        part.save_pretrained(fresh)
        for file in fresh.glob("*.safetensors"):
            file.chmod(0o644)  # safetensors makes them readable by their owner alone
        old = folder / f".{name}-old"
        (folder / name).replace(old)
        fresh.replace(folder / name)
        shutil.rmtree(old)


def _embeddings(encoder: T5EncoderModel) -> Tensor:
    weight: Tensor = encoder.get_input_embeddings().weight.detach()
    return weight


def _with_embeddings(encoder: T5EncoderModel, weight: Tensor) -> T5EncoderModel:
    """A frozen copy with these input embeddings (N, width)."""
    other = copy.deepcopy(encoder)
    other.set_input_embeddings(nn.Embedding(len(weight), weight.shape[1], _weight=weight.clone()))
    other.config.vocab_size = len(weight)
    return other.requires_grad_(False)
