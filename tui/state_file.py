"""What was typed, chosen and folded, kept from one start to the next."""

import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from platformdirs import user_state_path

from engine.errors import BadInput

if TYPE_CHECKING:
    from textual.app import App
    from textual.timer import Timer

SAVED_AFTER = 0.5
"""Seconds from the last change to the write."""


class StateFile:
    """A dictionary of plain values per place, in a JSON file that is whole or absent."""

    def __init__(self, file: Path | None = None) -> None:
        self.file = file or user_state_path("diffuscope") / "state.json"
        self._places = _read(self.file)
        self._saved = json.dumps(self._places)
        self._timer: Timer | None = None

    def of(self, place: str) -> dict[str, Any]:
        """The values of one place, to read and to change; empty at the first start."""
        found: dict[str, Any] = self._places.setdefault(place, {})
        return found

    def save_soon(self, app: "App[Any]") -> None:
        """Write a moment later, so that typing is not a write for every letter."""
        if self._timer is not None:
            self._timer.stop()
        self._timer = app.set_timer(SAVED_AFTER, partial(self._save_or_tell, app))

    def save(self) -> str:
        """Write what changed; returns one line when that failed, '' otherwise."""
        text = json.dumps(self._places)
        if text == self._saved:
            return ""
        from engine import files

        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            files.write_bytes(self.file, text.encode())
        except OSError as error:
            return f"what was typed is not kept: {self.file}: {(error.strerror or '').lower()}"
        except BadInput as error:
            return f"what was typed is not kept: {error}"
        self._saved = text
        return ""

    def _save_or_tell(self, app: "App[Any]") -> None:
        if problem := self.save():
            app.notify(problem, severity="warning")


def _read(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {name: value for name, value in found.items() if isinstance(value, dict)}
