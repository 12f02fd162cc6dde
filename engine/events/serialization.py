"""Events as JSON, and back."""

import base64
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from engine.events import images, lifecycle, training
from engine.events.base import Event, Sheet


def _kinds() -> Iterator[type[Event]]:
    for room in (lifecycle, images, training):
        for found in vars(room).values():
            if isinstance(found, type) and issubclass(found, Event) and found is not Event:
                yield found


_BY_WIRE = {kind.WIRE: kind for kind in _kinds()}


def to_json(event: Event, sheet_file: str | None = None) -> dict[str, Any]:
    """The event as plain JSON values; a sheet is named by its file, not written out."""
    record: dict[str, Any] = {"event": event.WIRE}
    for field in fields(event):
        value = getattr(event, field.name)
        if value or not field.metadata.get("later"):
            record[field.name] = _plain(value, sheet_file)
    return record


def from_json(record: dict[str, Any], folder: Path) -> Event:
    """Read back what :func:`to_json` wrote for a run in ``folder``; KeyError when not ours."""
    kind = _BY_WIRE[record["event"]]
    raw = {f.name for f in fields(kind) if f.type is bytes}
    values: dict[str, Any] = {
        k: base64.b64decode(v) if k in raw else _tuples(v)
        for k, v in record.items()
        if k != "event"
    }
    if "sheet" in values:
        sheet = record["sheet"]
        values["sheet"] = Sheet(
            tuple(sheet["channels"]),
            sheet["count"],
            sheet["width"],
            sheet["height"],
            folder / sheet["file"],
            tuple(sheet.get("samples", ())),
        )
    return kind(**values)


def _plain(value: Any, sheet_file: str | None) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return _sheet_json(value, sheet_file) if is_dataclass(value) else value


def _sheet_json(sheet: Any, file: str | None) -> dict[str, Any]:
    some = {"samples": sheet.samples} if sheet.samples else {}
    return some | {
        "channels": sheet.channels,
        "count": sheet.count,
        "width": sheet.width,
        "height": sheet.height,
        "file": file,
    }


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, list) else value
