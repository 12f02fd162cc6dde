"""What every event is, and the pictures of a step."""

import io
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import ClassVar

from PIL import Image

CHANNELS = ("x", "x0", "eps", "delta", "change")
"""x_t, x̂0, the noise estimate, ε_cond − ε_uncond, and x̂0's change since the step before."""


LATER = {"later": True}
"""Of a field that an event got after runs had been written: only written where it is not empty."""


@dataclass(frozen=True)
class Sheet:
    """The pictures of one step: a column per channel, a row per sample, RGB, 8 bits.

    Of ``count`` samples those in ``samples`` have a row, or all where it is empty. ``source`` is
    the raw pixels of the whole sheet, or the PNG file that holds them.
    """

    channels: tuple[str, ...]
    count: int
    width: int
    height: int
    source: bytes | Path
    samples: tuple[int, ...] = ()

    @property
    def rows(self) -> tuple[int, ...]:
        """The samples that have a row, in its order."""
        return self.samples or tuple(range(self.count))

    @cached_property
    def image(self) -> Image.Image:
        """The whole sheet, (len(rows) * height) x (len(channels) * width)."""
        if isinstance(self.source, bytes):
            size = (len(self.channels) * self.width, len(self.rows) * self.height)
            return Image.frombytes("RGB", size, self.source)
        return Image.open(io.BytesIO(self.source.read_bytes())).convert("RGB")

    def picture(self, channel: str, sample: int = 0) -> Image.Image | None:
        """One channel of one sample, or None where this step has no such picture."""
        if channel not in self.channels or sample not in self.rows:
            return None
        row = self.rows.index(sample)
        left, top = self.channels.index(channel) * self.width, row * self.height
        return self.image.crop((left, top, left + self.width, top + self.height))


@dataclass(frozen=True)
class Event:
    """Something that happened in the run named ``run``, ``seconds`` after its start.

    ``WIRE`` names its kind in events.jsonl. It never changes, whatever the class is called.
    """

    WIRE: ClassVar[str]
    run: str
    seconds: float
