"""Commands in this process, as a person would type them."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tui.cli.__main__ import main

FEW = ("--steps", "3", "--stage2-steps", "2")


@dataclass
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.out)
        return found

    @property
    def line(self) -> str:
        """The one line on stderr."""
        lines = self.err.splitlines()
        assert len(lines) == 1, self.err
        return lines[0]


@dataclass
class Shell:
    """Runs commands in this process, in a runs folder of the test's own."""

    capture: pytest.CaptureFixture[str]
    model: Path
    here: Path

    def __call__(self, *words: str) -> Said:
        code = main(list(words))
        out, err = self.capture.readouterr()
        return Said(code, out, err)

    def draw(self, *words: str) -> Said:
        return self("generate", "a rocket", "--model", str(self.model), *FEW, *words, "--json")


@pytest.fixture
def shell(
    capsys: pytest.CaptureFixture[str],
    tiny_cascade: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Shell:
    monkeypatch.setenv("DIFFUSCOPE_RUNS", str(tmp_path / "runs"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)
    return Shell(capsys, tiny_cascade, tmp_path)
