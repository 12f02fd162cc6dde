"""What happens, as frozen records. Torch-free; every one has a JSON form and comes back from it."""

import io
from dataclasses import dataclass, fields, is_dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from PIL import Image

CHANNELS = ("x", "x0", "eps", "delta", "change")
"""x_t, x̂0, the noise estimate, ε_cond − ε_uncond, and x̂0's change since the step before."""


@dataclass(frozen=True)
class Sheet:
    """The pictures of one step: a column per channel, a row per sample, RGB, 8 bits.

    ``source`` is the raw pixels of the whole sheet, or the PNG file that holds them.
    """

    channels: tuple[str, ...]
    count: int
    width: int
    height: int
    source: bytes | Path

    @cached_property
    def image(self) -> Image.Image:
        """The whole sheet, (count * height) x (len(channels) * width)."""
        if isinstance(self.source, bytes):
            size = (len(self.channels) * self.width, self.count * self.height)
            return Image.frombytes("RGB", size, self.source)
        return Image.open(io.BytesIO(self.source.read_bytes())).convert("RGB")

    def picture(self, channel: str, sample: int = 0) -> Image.Image | None:
        """One channel of one sample, or None where this run has no such channel."""
        if channel not in self.channels or not 0 <= sample < self.count:
            return None
        left, top = self.channels.index(channel) * self.width, sample * self.height
        return self.image.crop((left, top, left + self.width, top + self.height))


@dataclass(frozen=True)
class Event:
    """Something that happened in the run named ``run``, ``seconds`` after its start."""

    run: str
    seconds: float


@dataclass(frozen=True)
class Queued(Event):
    """The request was taken; it runs when those before it are done."""


@dataclass(frozen=True)
class Status(Event):
    """What the engine is doing now, in a few words ("loading text encoder")."""

    text: str


@dataclass(frozen=True)
class Ready(Event):
    """A cascade is loaded: what it is, where it lies, and the sides of its pictures in pixels."""

    model: str
    device: str
    dtype: str
    fingerprint: str
    sizes: tuple[int, ...]


@dataclass(frozen=True)
class Started(Event):
    """The engine took the run up: its folder ('' where none is kept) and its process."""

    folder: str
    pid: int


@dataclass(frozen=True)
class Planned(Event):
    """The model is open and the timesteps are known, a tuple per stage."""

    timesteps: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Frame(Event):
    """Step ``index`` (from 0) of ``total`` in ``stage`` (1 or 2) is done.

    ``timestep`` is where the model looked, ``next_timestep`` where the state x_t of the sheet now
    is (-1: clean). ``eps_norm`` and ``x0_change`` are root mean squares, one for each sample.
    """

    stage: int
    index: int
    total: int
    timestep: int
    next_timestep: int
    alpha_cumprod: float
    snr: float
    eps_norm: tuple[float, ...]
    x0_change: tuple[float, ...]
    sheet: Sheet


@dataclass(frozen=True)
class Result(Event):
    """Pictures of a finished stage were written; paths are relative to the run folder."""

    stage: int
    files: tuple[str, ...]


@dataclass(frozen=True)
class Report(Event):
    """One finding of the doctor: ``ok`` or not, what was found, and the line to type."""

    topic: str
    ok: bool
    found: str
    advice: str = ""


@dataclass(frozen=True)
class Paused(Event):
    """The run waits before its next model call."""


@dataclass(frozen=True)
class Resumed(Event):
    """The run goes on."""


@dataclass(frozen=True)
class Done(Event):
    """The run ended as asked."""


@dataclass(frozen=True)
class Cancelled(Event):
    """The run was stopped; what it had done until then is in its folder."""


@dataclass(frozen=True)
class Failed(Event):
    """The run ended with an error: one line, and the exit code of the command line (2, 3 or 1)."""

    message: str
    code: int


ENDINGS = (Done, Cancelled, Failed)
_NAMES: dict[str, type[Event]] = {
    cls.__name__: cls
    for cls in (
        Queued,
        Status,
        Ready,
        Started,
        Planned,
        Frame,
        Result,
        Report,
        Paused,
        Resumed,
        Done,
        Cancelled,
        Failed,
    )
}


def to_json(event: Event, sheet_file: str | None = None) -> dict[str, Any]:
    """The event as plain JSON values; a sheet is named by its file, not written out."""
    record: dict[str, Any] = {"event": type(event).__name__}
    for field in fields(event):
        value = getattr(event, field.name)
        record[field.name] = _sheet_json(value, sheet_file) if is_dataclass(value) else value
    return record


def from_json(record: dict[str, Any], folder: Path) -> Event:
    """Read back what :func:`to_json` wrote for a run in ``folder``; KeyError when not ours."""
    values = {k: _tuples(v) for k, v in record.items() if k != "event"}
    if "sheet" in values:
        sheet = record["sheet"]
        values["sheet"] = Sheet(
            tuple(sheet["channels"]),
            sheet["count"],
            sheet["width"],
            sheet["height"],
            folder / sheet["file"],
        )
    return _NAMES[record["event"]](**values)


def _sheet_json(sheet: Any, file: str | None) -> dict[str, Any]:
    return {
        "channels": sheet.channels,
        "count": sheet.count,
        "width": sheet.width,
        "height": sheet.height,
        "file": file,
    }


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, list) else value
