"""Pictures of an inpainting: the original under its mask, what was drawn, and the seam."""

from PIL import Image, ImageChops

from engine.events import Frame, Masked
from engine.runs.run_state import RunState
from screens.base.picture_source import read_picture
from screens.canvas import masks
from screens.widgets.panes import NAMES, Panes, Shown, sample_pictures

LEGEND = "white = replace"
WAITING = "what is drawn appears here"
GAIN = 4
"""How many times as large a difference is shown."""


class InpaintPictures:
    """Says what ``panes`` show: of the ``run``, or, ``waiting`` for one, of what it begins with.

    Where the run ends that is its results; with ``seam``, one of them beside its original.
    """

    def __init__(self) -> None:
        self.panes = Panes(samples=self._samples, overlay=self._overlay)
        self.panes.together = True
        self.run: RunState | None = None
        self.look = next(iter(masks.LOOKS))
        self.seam = self.waiting = False

    def put(self, picture: Image.Image | None, mask: Image.Image) -> None:
        """The picture under its mask, at the left."""
        same = picture is not None and picture.size == mask.size
        shown = masks.LOOKS[self.look](picture, mask) if same and picture else picture
        self.panes.original, self.panes.first = shown, f"{self.look} · {LEGEND}"

    def originals(self) -> tuple[Masked, Image.Image, Image.Image] | None:
        """What the newest stage that has results begins with: event, original, mask."""
        results = self._results()
        for _, masked in sorted(self.run.masked.items() if self.run else (), reverse=True):
            pair = _read_pair(self.run, masked) if self.run else None
            if pair is not None and (not results or pair[0].size == results[0].size):
                return masked, *pair
        return None

    def _results(self) -> list[Image.Image]:
        images = [read_picture(file) for file in self.run.results] if self.run else []
        return [image for image in images if image is not None]

    def _overlay(self, frame: Frame | None) -> bool:
        if self.waiting and frame is not None:
            self.panes.see(None, WAITING)
            return True
        seam = self._seam() if self.seam else None
        if seam is not None:
            self.panes.present(seam)
        return seam is not None

    def _samples(self, panes: Panes, frame: Frame) -> Shown:
        images, labels, marked = sample_pictures(panes, frame)
        ended = self.run is not None and not self.run.live and self.run.frames[-1:] == [frame]
        ends = self._results() if ended and panes.channel == "x0" else []
        word = NAMES.get(panes.channel, panes.channel)
        if len(ends) == len(images):
            images, word = list(ends), "result"
        alone = frame.sheet.count == 1
        return (
            images,
            [word] if alone else [f"{i + 1} · {word}" for i in range(len(labels))],
            marked,
        )

    def _seam(self) -> Shown | None:
        originals, results, sample = self.originals(), self._results(), self.panes.sample
        if originals is None or sample >= len(results) or self.run is None:
            return None
        (masked, original, mask), result = originals, results[sample]
        drawn, inside = _measured(self.run, masked.stage, sample)
        outside = largest_outside(result, original, mask)
        labels = ["original", drawn, f"outside {outside}{inside} · ×{GAIN}"]
        return [original, result, difference(result, original)], labels, 2


def _read_pair(run: RunState, masked: Masked) -> tuple[Image.Image, Image.Image] | None:
    picture, mask = (read_picture(run.folder / name) for name in (masked.original, masked.mask))
    return (picture, mask.convert("L")) if picture and mask else None


def _measured(run: RunState, stage: int, sample: int) -> tuple[str, str]:
    """What was measured of the result as it was drawn: its seam, and its mean difference."""
    measured = run.differences.get(stage)
    if measured is None or sample >= len(measured.inside):
        return "result", ""
    return f"result · seam {measured.seam[sample]:+.0f}", f", inside {measured.inside[sample]:.0f}"


def largest_outside(result: Image.Image, original: Image.Image, mask: Image.Image) -> int:
    """The largest difference of any band where the mask is black; all of one size."""
    gap = ImageChops.difference(result, original)
    kept = mask.convert("L").point(lambda level: 0 if level else 255)
    gap.paste((0, 0, 0), mask=ImageChops.invert(kept))
    return max(int(high) for _, high in gap.getextrema())  # type: ignore[misc]


def difference(result: Image.Image, original: Image.Image) -> Image.Image:
    """The difference, GAIN times as large: black is none."""
    return ImageChops.difference(result, original).point(lambda level: min(255, GAIN * level))
