"""What happens, as frozen records. Torch-free; every one has a JSON form and comes back from it."""

import base64
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
class Fetching(Status):
    """A model comes from the hub: bytes that are here, and those that will be."""

    done: int
    total: int


@dataclass(frozen=True)
class Ready(Event):
    """A cascade is loaded: what it is, where it lies, and the sides of its pictures in pixels.

    ``vocabulary`` is the folder of a cascade that says which words it knows, '' otherwise.
    """

    model: str
    device: str
    dtype: str
    fingerprint: str
    sizes: tuple[int, ...]
    vocabulary: str = ""


@dataclass(frozen=True)
class Started(Event):
    """The engine took the run up: its folder ('' where none is kept) and its process."""

    folder: str
    pid: int


@dataclass(frozen=True)
class Planned(Event):
    """The model is open and the timesteps are known, a tuple per stage.

    ``starts`` is the timestep at which each sample begins, where stage I's samples begin apart: at
    a step before, a sample is only its original, noised. Empty where all begin with the first.
    """

    timesteps: tuple[tuple[int, ...], ...]
    starts: tuple[int, ...] = ()


@dataclass(frozen=True)
class Original(Event):
    """The picture that the run begins with, as the model takes it, was written to ``file``.

    ``title`` names it in a word, ``note`` says what was done to it ("640×480, cropped to 64×64").
    """

    file: str
    title: str
    note: str


@dataclass(frozen=True)
class Frame(Event):
    """Step ``index`` (from 0) of ``total`` in ``stage`` (1 or 2) is done.

    ``timestep`` is where the model looked, ``next_timestep`` where the state x_t of the sheet now
    is (-1: clean). ``eps_norm`` and ``x0_change`` are root mean squares, one for each sample. A
    step that goes up in t (resampling) noises the state again and asks no model: its x̂0 and ε̂ are
    those of the step before.
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

    @property
    def goes_up(self) -> bool:
        """Whether it is a jump back to more noise, without a model call."""
        return self.next_timestep > self.timestep


@dataclass(frozen=True)
class Notice(Event):
    """Something that the person should know; the run goes on."""

    text: str


@dataclass(frozen=True)
class Offered(Event):
    """The run fails as it was asked for, and may not with other values in these fields."""

    text: str
    changes: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Blocked(Notice):
    """The model's safety checker blocked the finished picture of ``sample`` (from 0) of a stage.

    A plain picture that says so is in its place among the results.
    """

    stage: int
    sample: int


@dataclass(frozen=True)
class Result(Event):
    """Pictures of a finished stage were written; paths are relative to the run folder."""

    stage: int
    files: tuple[str, ...]


METHODS = ("noisy", "blur", "best-blur", "non-local-means", "one-step", "iterative")
"""The ways back from a noised picture, and the noised picture itself, in the order to show them."""


@dataclass(frozen=True)
class Measured(Event):
    """How near a picture at timestep ``t``, made by one of METHODS, is to its original.

    PSNR in dB, SSIM and HaarPSI (``perceptual``) at most 1: higher is nearer in all three.
    ``kernel`` and ``sigma``, in pixels, are a blur's; 0 otherwise.
    """

    t: int
    method: str
    psnr: float
    ssim: float
    perceptual: float
    file: str
    kernel: int = 0
    sigma: float = 0.0


@dataclass(frozen=True)
class Masked(Event):
    """What an inpainting stage begins with, at its own size, in files of the run's folder.

    ``original`` is the picture, ``mask`` is white where it is replaced, ``region`` is the picture
    where it is replaced and black elsewhere. ``share`` of the picture is replaced (0 to 1);
    ``title`` names the mask, ``note`` says what was done to it.
    """

    stage: int
    original: str
    mask: str
    region: str
    title: str
    note: str
    share: float


@dataclass(frozen=True)
class Difference(Event):
    """How far a stage's results are from the original, in 8-bit levels, one value a sample.

    ``inside`` is the mean where the mask is not black (0 where it is black everywhere), ``outside``
    the largest anywhere else: 0, since those pixels are the original's. ``seam`` is how much
    larger the steps between neighbouring pixels are across the mask's border than beside it.
    """

    stage: int
    inside: tuple[float, ...]
    outside: tuple[int, ...]
    seam: tuple[float, ...]


@dataclass(frozen=True)
class Prepared(Event):
    """A picture as the model takes it, and what noising it needs: x_t = √ᾱ_t x0 + √(1−ᾱ_t) ε.

    ``picture`` is raw RGB, 8 bits, ``side`` × ``side``; ``noise`` is ε, float32 (3, side, side),
    that a run with the same seed begins with; ``alphas_cumprod`` is ᾱ_t for every t.
    """

    title: str
    note: str
    side: int
    picture: bytes
    noise: bytes
    alphas_cumprod: tuple[float, ...]


@dataclass(frozen=True)
class Report(Event):
    """One finding of the doctor or a judge: ``ok`` or not, what was found, and what to do."""

    topic: str
    ok: bool
    found: str
    advice: str = ""


@dataclass(frozen=True)
class Begun(Event):
    """A part of a training begins, or goes on from a checkpoint, after ``step`` of ``steps``.

    Process ``pid`` trains it; what is told of later steps before this no longer counts. ``time`` is
    the clock's, in seconds since 1970; the events after it count ``seconds`` from there.
    """

    part: str
    step: int
    steps: int
    pid: int
    time: float


@dataclass(frozen=True)
class Progress(Event):
    """Averages over a part's steps since its last report; ``metrics`` holds at least ``loss``.

    ``epoch`` among them is the mean of the loss over the epoch that ends with ``step``. ``losses``
    are those of the steps one by one, the last of them that of ``step``; empty in old runs.
    """

    part: str
    step: int
    steps: int
    metrics: dict[str, float]
    learning_rate: float
    steps_per_second: float
    losses: tuple[float, ...] = ()


@dataclass(frozen=True)
class Samples(Event):
    """What a part's averaged weights draw after ``step`` is in ``file`` of the run's folder.

    ``prompts`` go with its pictures row by row; empty where they are not drawn from prompts.
    """

    part: str
    step: int
    file: str
    prompts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Saved(Event):
    """A part's checkpoint after ``step`` is on the disk."""

    part: str
    step: int


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
        Fetching,
        Ready,
        Started,
        Planned,
        Original,
        Frame,
        Notice,
        Offered,
        Blocked,
        Result,
        Measured,
        Masked,
        Difference,
        Prepared,
        Report,
        Begun,
        Progress,
        Samples,
        Saved,
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
        record[field.name] = _plain(getattr(event, field.name), sheet_file)
    return record


def from_json(record: dict[str, Any], folder: Path) -> Event:
    """Read back what :func:`to_json` wrote for a run in ``folder``; KeyError when not ours."""
    kind = _NAMES[record["event"]]
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
        )
    return kind(**values)


def _plain(value: Any, sheet_file: str | None) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return _sheet_json(value, sheet_file) if is_dataclass(value) else value


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
