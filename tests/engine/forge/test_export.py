"""What an exported cascade says of what it learned from."""

import json
from pathlib import Path

from engine import vocabulary
from engine.forge import export


def test_a_cascade_carries_words_and_attribution_of_its_pictures(tmp_path: Path) -> None:
    data, out = tmp_path / "data", tmp_path / "cascade"
    data.mkdir()
    row = {"file_name": "0.png", "text": "a red rocket"}
    (data / "metadata.jsonl").write_text(json.dumps(row) + "\n")
    export.known(data, out)
    said = vocabulary.read(out)
    assert said is not None
    assert said.words == ("a", "red", "rocket")
    assert [file.name for file in out.iterdir()] == [vocabulary.FILE]
    (data / "NOTICE").write_text("- Squares, by A. Hand\n")
    export.known(data, out)
    assert (out / "NOTICE").read_text() == "- Squares, by A. Hand\n"
