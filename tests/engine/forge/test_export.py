"""What an exported cascade says of what it learned from."""

import json
from pathlib import Path

import torch

from engine import vocabulary
from engine.forge import export
from engine.forge.near_words.cascade import opened


def test_a_cascade_carries_words_and_attribution_of_its_pictures(tmp_path: Path) -> None:
    data, out = tmp_path / "data", tmp_path / "cascade"
    data.mkdir()
    row = {"file_name": "0.png", "text": "a red rocket"}
    (data / "metadata.jsonl").write_text(json.dumps(row) + "\n")
    export.known(export.spoken_in(data), data, out)
    said = vocabulary.read(out)
    assert said is not None
    assert said.words == ("a", "red", "rocket")
    assert [file.name for file in out.iterdir()] == [vocabulary.FILE]
    (data / "NOTICE").write_text("- Squares, by A. Hand\n")
    export.known(export.spoken_in(data), data, out)
    assert (out / "NOTICE").read_text() == "- Squares, by A. Hand\n"


def test_an_exported_cascade_reads_words_near_its_captions(forged: Path) -> None:
    frozen, words = opened(forged / "text"), opened(forged / "cascade" / "stage-2")
    captions = ["a red square", "a blue square"]
    assert torch.equal(words(captions), frozen(captions))
    assert torch.equal(words(["a crimson square"]), frozen(captions[:1]))
    said = vocabulary.read(forged / "cascade")
    assert said is not None
    assert said.near["crimson"] == "red"
    assert said.near["teal"] == "green and blue"
    assert "hound" not in said.near
