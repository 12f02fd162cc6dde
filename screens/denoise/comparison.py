"""What stands side by side for one t: original, noisy, blur, one step, iterative; with measures."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image

from engine.events import Frame, Measured
from engine.lab import Measures
from engine.pictures import to_image
from engine.runs.run_state import RunState
from engine.specs import Denoise
from screens.base.picture_source import read_picture
from screens.denoise.noising import ForwardProcess
from screens.widgets.cell_grid import Cell
from screens.widgets.panes import NAMES

COMPARED = ("original", "noisy", "blur", "one-step", "iterative")
"""The pictures of one t, by their names."""
LEGEND = "PSNR · SSIM · HaarPSI"


@dataclass
class Comparison:
    """``forward`` is there once the picture is, ``run`` where a run of this picture is open.

    ``measuring`` says whether filters and measures may be called without a wait.
    """

    t: int = 500
    kernel: int = 5
    sigma: float = 2.0
    forward: ForwardProcess | None = None
    run: RunState | None = None
    measuring: bool = False

    @property
    def spec(self) -> Denoise | None:
        """What the open run was asked."""
        spec = self.run.spec if self.run else None
        return spec if isinstance(spec, Denoise) else None

    @property
    def sample(self) -> int | None:
        """Which sample of the open run began at this t."""
        times = self.spec.t if self.spec else ()
        return times.index(self.t) if self.t in times else None

    def cells(self, frame: Frame | None = None, channel: str = "x0") -> list[Cell]:
        """One for each of COMPARED; ``frame`` is the step of the open run to show as iterative."""
        return [
            self.original(),
            self.noisy(),
            self.blur(),
            self.measured("one-step", self.t, "one step"),
            self.iterative(frame, channel),
        ]

    def all(self) -> list[Cell]:
        """The open run's pictures: for every t of it noisy, blur, one step and iterative."""
        times = self.spec.t if self.spec else ()
        return [
            self.measured(name, t, f"t {t} · {name.replace('-', ' ')}")
            for t in times
            for name in COMPARED[1:]
        ]

    def original(self) -> Cell:
        name, label = COMPARED[0], "original"
        if self.forward is not None:
            prepared = self.forward.prepared
            clean = Image.frombytes("RGB", (prepared.side, prepared.side), prepared.picture)
            return Cell(name, f"{label} · {prepared.title}", clean, LEGEND)
        path = self.run.original if self.run else None
        return Cell(name, label, read_picture(path) if path else None, LEGEND)

    def noisy(self) -> Cell:
        if self.forward is None:
            return self.measured("noisy", self.t, f"noisy · t {self.t}")
        return _noisy(self.forward, self.t, self.measuring)

    def blur(self) -> Cell:
        label = _blur(self.kernel, self.sigma)
        if self.forward is None:
            measured = self._measured("blur", self.t)
            label = _blur(measured.kernel, measured.sigma) if measured else label
            return self.measured("blur", self.t, label)
        if not self.measuring:
            return Cell("blur", label, None)
        return _blurred(self.forward, self.t, self.kernel, self.sigma)

    def iterative(self, frame: Frame | None, channel: str) -> Cell:
        """The step of the open run, and how near its end is once that is known."""
        ended = self.measured("iterative", self.t, "iterative")
        if self.run is None or self.sample is None or frame is None:
            return ended
        channel = channel if channel in frame.sheet.channels else "x0"
        image = frame.sheet.picture(channel, self.sample)
        at = max(0, frame.next_timestep) if channel == "x" else frame.timestep
        label = f"iterative · {NAMES[channel].partition(' · ')[0]} · t {at}"
        if not self.run.begun(frame, self.sample):
            image = frame.sheet.picture("x", self.sample)
            label = f"iterative · begins at t {self.t}"
        return Cell("iterative", label, image, ended.caption)

    def measured(self, name: str, t: int, label: str) -> Cell:
        """A picture of the open run's folder with its measures; empty where it has none."""
        measured = self._measured(name, t)
        if measured is None or self.run is None:
            return Cell(name, label, None)
        near = Measures(measured.psnr, measured.ssim, measured.perceptual)
        return Cell(name, label, read_picture(self.run.folder / measured.file), caption(near))

    def _measured(self, method: str, t: int) -> Measured | None:
        known: Sequence[Measured] = self.run.measured if self.run else ()
        return next((m for m in known if (m.method, m.t) == (method, t)), None)


@lru_cache(maxsize=8)
def _noisy(forward: ForwardProcess, t: int, measuring: bool) -> Cell:
    picture = forward.noised(t)
    near = caption(forward.measures(picture)) if measuring else ""
    return Cell("noisy", f"noisy · t {t}", to_image(picture), near)


@lru_cache(maxsize=8)
def _blurred(forward: ForwardProcess, t: int, kernel: int, sigma: float) -> Cell:
    picture = forward.blurred(t, kernel, sigma)
    return Cell("blur", _blur(kernel, sigma), to_image(picture), caption(forward.measures(picture)))


def _blur(kernel: int, sigma: float) -> str:
    return f"blur · {kernel} px σ {sigma:g}"


def caption(near: Measures) -> str:
    """PSNR, SSIM and HaarPSI on one short line, always as wide."""
    return f"{near.psnr:4.1f} dB · {near.ssim:4.2f} · {near.perceptual:4.2f}"
