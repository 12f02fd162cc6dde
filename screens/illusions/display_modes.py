"""Ways to look at one step of an illusion: pictures, what stands above them, which is marked.

They read files and mix many pixels: off the event loop, please.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PIL import Image

from engine.errors import BadInput
from engine.events import Frame
from engine.runs.illusions.display import split
from screens.illusions import afar
from screens.illusions.view_readings import Readings
from screens.widgets.panes import NAMES, Shown


@dataclass(frozen=True)
class Step:
    """One channel of a step; the sample and the reading that are looked at, or all samples.

    ``room`` has so many pixels across and down, and the colour ``ground`` around pictures.
    """

    frame: Frame
    readings: Readings
    reading: int
    sample: int
    together: bool
    channel: str
    room: tuple[int, int]
    ground: tuple[int, int, int]

    def __post_init__(self) -> None:
        if self.channel not in self.frame.sheet.channels:
            object.__setattr__(self, "channel", "x0")

    @property
    def samples(self) -> Sequence[int]:
        """The samples that are looked at."""
        return range(self.frame.sheet.count) if self.together else (self.sample,)

    @property
    def image(self) -> Image.Image | None:
        """The picture as it is drawn."""
        return self.frame.sheet.picture(self.channel, self.sample)

    @property
    def named(self) -> str:
        """The channel, and the sample where there are others."""
        count = self.frame.sheet.count
        which = f" · {self.sample + 1} of {count}" if count > 1 else ""
        return f"{NAMES[self.channel]}{which}"

    def seen(self, image: Image.Image | None, at: int) -> tuple[Image.Image | None, str]:
        """A picture through a view, and what is wrong where it cannot be seen."""
        if image is None:
            return None, ""
        try:
            return self.readings.seen(at, image), ""
        except BadInput as error:
            return None, str(error)


def every_reading(step: Step) -> Shown:
    """Each reading turned its own way; of several samples a row for each."""
    images: list[Image.Image | None] = []
    labels: list[str] = []
    for sample in step.samples:
        image = step.frame.sheet.picture(step.channel, sample)
        for at in range(len(step.readings)):
            shown, wrong = step.seen(image, at)
            images.append(shown)
            labels.append(_above(step, sample, at) + (wrong or step.readings.title(at)))
    first = step.samples.index(step.sample) * len(step.readings)
    return images, labels, first + step.reading


def one_reading(step: Step) -> Shown:
    """The present reading by itself."""
    image, wrong = step.seen(step.image, step.reading)
    return [image], [f"{step.named} · {wrong or step.readings.title(step.reading)}"], 0


def from_afar(step: Step) -> Shown:
    """The present reading with ever less detail, at one size."""
    image, wrong = step.seen(step.image, step.reading)
    if image is None:
        return [None], [wrong or step.named], 0
    sides = [side for side in afar.SIDES if side < image.width]
    images: list[Image.Image | None] = [image, *(afar.softened(image, side) for side in sides)]
    return images, [f"{step.named} · near", *(f"afar · {side} px" for side in sides)], 0


def ever_smaller(step: Step) -> Shown:
    """The present reading at decreasing sizes, in one picture."""
    image, wrong = step.seen(step.image, step.reading)
    if image is None:
        return [None], [wrong or step.named], 0
    label = f"{step.named} · as large as it is seen, 1/2, 1/4, 1/8"
    return [afar.smaller(image, step.room, step.ground)], [label], 0


def in_bands(step: Step) -> Shown:
    """What each prompt draws, apart, seen as the present reading is."""
    image = step.image
    if image is None:
        return [None], [step.named], 0
    parts = split(step.readings.spec, image)
    found = {name: step.seen(one, step.reading) for name, one in parts.items()}
    above = step.readings.band_titles()
    labels = [wrong or above[name] for name, (_, wrong) in found.items()]
    return [one for one, _ in found.values()], [f"{step.named} · {labels[0]}", *labels[1:]], 0


def _above(step: Step, sample: int, at: int) -> str:
    """The channel over the first picture, the sample over the first of each row."""
    count = step.frame.sheet.count
    parts = [NAMES[step.channel]] if sample == step.samples[0] and at == 0 else []
    if count > 1 and at == 0:
        parts.append(str(sample + 1) if step.together else f"{sample + 1} of {count}")
    return "".join(f"{part} · " for part in parts)


WAYS: dict[str, Callable[[Step], Shown]] = {
    "readings": every_reading,
    "turned": one_reading,
    "afar": from_afar,
    "smaller": ever_smaller,
    "bands": in_bands,
}
