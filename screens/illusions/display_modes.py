"""Ways to look at one step of an illusion: pictures, what stands above them, which is marked.

They read files and mix many pixels: off the event loop, please.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PIL import Image

from engine.errors import BadInput
from engine.events import Frame
from engine.runs import ranking
from engine.runs.illusions.display import AFAR, split
from engine.runs.ranking import percent
from engine.runs.run_state import showing
from screens.illusions.view_readings import Readings
from screens.picture.fit import scaled
from screens.widgets.panes import NAMES, SMALLER, Shown

SIDES = (16, 8)
"""Pixels along a side that are left to tell apart. A hybrid's far band is what is left at 8: its
spread is a 32nd of the picture, and a picture of 8 pixels holds waves down to a quarter of it."""
SIZES = (1, *AFAR)
GAP = 2


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
        """The samples that are looked at, the best first."""
        if not self.together:
            return (self.sample,)
        known = self.readings.run.ranked
        return known.order if known else range(self.frame.sheet.count)

    @property
    def image(self) -> Image.Image | None:
        """The picture as it is drawn."""
        return self.drawn(self.sample)

    @property
    def named(self) -> str:
        """The channel, and the sample where there are others."""
        count = self.frame.sheet.count
        which = f" · {_sample(self, self.sample)}" if count > 1 else ""
        return f"{NAMES[self.channel]}{which}"

    def drawn(self, sample: int) -> Image.Image | None:
        """A sample's picture at this step, or at the last one that draws it."""
        step = showing(self.readings.run, self.frame, sample)
        return step.sheet.picture(self.channel, sample)

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
        image = step.drawn(sample)
        for at in range(len(step.readings)):
            shown, wrong = step.seen(image, at)
            images.append(shown)
            labels.append(_above(step, sample, at) + (wrong or _reading(step, sample, at)))
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
    sides = [side for side in SIDES if side < image.width]
    images: list[Image.Image | None] = [image, *(softened(image, side) for side in sides)]
    return images, [f"{step.named} · near", *(f"afar · {side} px" for side in sides)], 0


def ever_smaller(step: Step) -> Shown:
    """The present reading at decreasing sizes, in one picture."""
    image, wrong = step.seen(step.image, step.reading)
    if image is None:
        return [None], [wrong or step.named], 0
    label = f"{step.named} · as large as it is seen, 1/2, 1/4, 1/8"
    return [smaller(image, step.room, step.ground)], [label], 0


def in_bands(step: Step) -> Shown:
    """What each prompt draws, apart, seen as the present reading is."""
    image = step.image
    if image is None:
        return [None], [step.named], 0
    parts = split(step.readings.spec, image)
    bands = {name: step.seen(part, step.reading) for name, part in parts.items()}
    above = step.readings.band_titles()
    labels = [wrong or above[name] for name, (_, wrong) in bands.items()]
    return [band for band, _ in bands.values()], [f"{step.named} · {labels[0]}", *labels[1:]], 0


def softened(image: Image.Image, side: int) -> Image.Image:
    """The picture at its own size, with no more detail than ``side`` pixels hold."""
    few = image.resize((side, side), Image.Resampling.LANCZOS)
    return few.resize(image.size, Image.Resampling.BICUBIC)


def smaller(image: Image.Image, room: tuple[int, int], ground: tuple[int, int, int]) -> Image.Image:
    """The picture at 1, 1/2, 1/4 and 1/8 of the size that the room has, feet level on ``ground``.

    It has the width of the room (in pixels), so that nothing of it need be scaled again.
    """
    gaps = GAP * (len(SIZES) - 1)
    side = min(room[1], int((room[0] - gaps) / sum(1 / by for by in SIZES))) // 2 * 2
    sheet, left = Image.new("RGB", (max(1, room[0]), max(1, side)), ground), 0
    for by in SIZES:
        edge = max(1, side // by)
        sheet.paste(scaled(image, (edge, edge)), (left, sheet.height - edge))
        left += edge + GAP
    return sheet


def _above(step: Step, sample: int, at: int) -> str:
    """The channel over the first picture, the sample over the first of each row."""
    count = step.frame.sheet.count
    parts = [NAMES[step.channel]] if sample == step.samples[0] and at == 0 else []
    if count > 1 and at == 0:
        parts.append(_sample(step, sample))
    return "".join(f"{part} · " for part in parts)


def _sample(step: Step, sample: int) -> str:
    """What a sample is called: by its seed, and its rank, where the best of several is wanted.

    The judge's probabilities are at its readings, or with it where they are not of each by itself.
    """
    run = step.readings.run
    if not ranking.wants_best(run):
        return str(sample + 1) if step.together else f"{sample + 1} of {step.frame.sheet.count}"
    smaller = showing(run, step.frame, sample) is not step.frame
    return ranking.title(run, sample, not _read_apart(step)) + (SMALLER if smaller else "")


def _reading(step: Step, sample: int, at: int) -> str:
    """A reading's title, with how well the judge reads it."""
    title, known = step.readings.title(at), step.readings.run.ranked
    if known is None or not _read_apart(step):
        return title
    views = [term.view for term in step.readings.spec.composition.seen()]
    likely = known.probabilities[sample][views.index(step.readings.names[at])]
    return f"{percent(likely)} · {title}"


def _read_apart(step: Step) -> bool:
    """Whether the judge read one prompt through each view."""
    known, seen = step.readings.run.ranked, step.readings.spec.composition.seen()
    views = [term.view for term in seen]
    return known is not None and len(known.readings) == len(views) == len({*views})


DISPLAY_MODES: dict[str, Callable[[Step], Shown]] = {
    "readings": every_reading,
    "turned": one_reading,
    "afar": from_afar,
    "smaller": ever_smaller,
    "bands": in_bands,
}
