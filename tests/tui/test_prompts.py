"""`diffuscope prompts`: list what is kept, take what was computed elsewhere."""

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from tui.cli.__main__ import main


def test_embeddings_are_imported_and_listed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "course.safetensors"
    save_file({"A Rocket ship": torch.zeros(1, 77, 4096)}, file)
    assert main(["prompts", "import", str(file), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"imported": ["a rocket ship"]}
    assert main(["prompts", "list"]) == 0
    line = capsys.readouterr().out
    assert "'a rocket ship'" in line
    assert line.rstrip().endswith("4096 float32   from course.safetensors")


def test_what_cannot_be_imported_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    torch.save({"a": torch.zeros(2)}, tmp_path / "dict.pth")
    assert main(["prompts", "import", str(tmp_path / "dict.pth")]) == 2
    assert "is not a whole safetensors file" in capsys.readouterr().err
    assert main(["prompts", "import", str(tmp_path / "gone.safetensors")]) == 2
    assert "gone.safetensors; give a safetensors file of embeddings" in capsys.readouterr().err
    assert main(["prompts"]) == 2
    assert "choose one of list, import" in capsys.readouterr().err


def test_an_empty_cache_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prompts", "list", "--json"]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["prompts"] == []
    assert "no prompts yet" in said.err
