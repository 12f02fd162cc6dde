"""Pictures: the steps of a run, what it began with, and how its results compare."""

from dataclasses import dataclass
from typing import ClassVar

from engine.events.base import Event, Sheet


@dataclass(frozen=True)
class Frame(Event):
    """Step ``index`` (from 0) of ``total`` in ``stage`` (1 or 2) is done.

    ``timestep`` is where the model looked, ``next_timestep`` where the state x_t of the sheet now
    is (-1: clean). ``eps_norm`` and ``x0_change`` are root mean squares, one for each row of
    the sheet. A step that goes up in t (resampling) noises the state again and asks no model: its
    x̂0 and ε̂ are those of the step before.
    """

    WIRE: ClassVar[str] = "Frame"
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
class Original(Event):
    """The picture that the run begins with, as the model takes it, was written to ``file``.

    ``title`` names it in a word, ``note`` says what was done to it ("640×480, cropped to 64×64").
    """

    WIRE: ClassVar[str] = "Original"
    file: str
    title: str
    note: str


METHODS = ("noisy", "blur", "best-blur", "non-local-means", "one-step", "iterative")
"""The ways back from a noised picture, and the noised picture itself, in the order to show them."""


@dataclass(frozen=True)
class Measured(Event):
    """How near a picture at timestep ``t``, made by one of METHODS, is to its original.

    PSNR in dB, SSIM and HaarPSI (``perceptual``) at most 1: higher is nearer in all three.
    ``kernel`` and ``sigma``, in pixels, are a blur's; 0 otherwise.
    """

    WIRE: ClassVar[str] = "Measured"
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

    WIRE: ClassVar[str] = "Masked"
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

    WIRE: ClassVar[str] = "Difference"
    stage: int
    inside: tuple[float, ...]
    outside: tuple[int, ...]
    seam: tuple[float, ...]


@dataclass(frozen=True)
class Ranked(Event):
    """The judge that is shipped ranked the samples of a finished stage: ``order``, the best first.

    ``readings`` names the concepts that were to be seen, ``probabilities`` has the judge's of each,
    a tuple for each sample, and ``scores`` what they come to (0 to 1), by which is ranked. ``text``
    is that as a line for the person: what shows a Notice shows it too.
    """

    WIRE: ClassVar[str] = "Ranked"
    text: str
    stage: int
    order: tuple[int, ...]
    scores: tuple[float, ...]
    readings: tuple[str, ...]
    probabilities: tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class Prepared(Event):
    """A picture as the model takes it, and what noising it needs: x_t = √ᾱ_t x0 + √(1−ᾱ_t) ε.

    ``picture`` is raw RGB, 8 bits, ``side`` × ``side``; ``noise`` is ε, float32 (3, side, side),
    that a run with the same seed begins with; ``alphas_cumprod`` is ᾱ_t for every t.
    """

    WIRE: ClassVar[str] = "Prepared"
    title: str
    note: str
    side: int
    picture: bytes
    noise: bytes
    alphas_cumprod: tuple[float, ...]
