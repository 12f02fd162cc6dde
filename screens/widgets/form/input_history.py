"""What was typed into a field before, kept in a file."""

import json
from contextlib import suppress
from pathlib import Path

from platformdirs import user_state_path

from engine.errors import BadInput

LIMIT = 500


def folder() -> Path:
    """Where histories belong for this user."""
    return user_state_path("diffuscope") / "history"


class History:
    """Lines typed before, oldest first; walking back keeps what was being typed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.lines = _read(path)
        self._at = len(self.lines)
        self._draft = ""

    def add(self, line: str) -> None:
        """Remember a line; a line said before moves to the end. An unwritable disk is no reason
        to stop: then it is remembered until the program ends."""
        from engine import files  # not before the first paint: it brings the run folders

        if line.strip():
            self.lines = [*(x for x in self.lines if x != line), line][-LIMIT:]
            with suppress(BadInput, OSError):
                self._path.parent.mkdir(parents=True, exist_ok=True)
                files.write_bytes(self._path, _text(self.lines).encode())
        self.rest()

    def rest(self) -> None:
        """Stop walking: the next step back is the newest line."""
        self._at, self._draft = len(self.lines), ""

    def back(self, typed: str) -> str:
        """The line before; ``typed`` is what stands in the field."""
        return self._walk(-1, typed)

    def forth(self, typed: str) -> str:
        """The line after; after the newest comes what was being typed."""
        return self._walk(+1, typed)

    def _walk(self, step: int, typed: str) -> str:
        if self._at == len(self.lines):
            self._draft = typed
        target = self._at + step
        if not 0 <= target <= len(self.lines):
            return typed
        self._at = target
        return self.lines[target] if target < len(self.lines) else self._draft


def _text(lines: list[str]) -> str:
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


def _read(path: Path) -> list[str]:
    try:
        raw = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
    lines: list[str] = []
    for text in raw:
        with suppress(ValueError):
            value = json.loads(text)
            lines += [value] if isinstance(value, str) else []
    return lines[-LIMIT:]
