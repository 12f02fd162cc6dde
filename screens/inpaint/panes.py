"""Pictures of an inpainting: the original under its mask, what was drawn, and the seam."""

from typing import Any

from PIL import Image

from engine.events import Frame, Masked
from engine.runs.run_state import RunState
from screens.base.image_cache import read
from screens.canvas import mask_looks
from screens.inpaint import seam
from screens.widgets.panes import NAMES, Panes, Shown

LEGEND = "white = replace"


class InpaintPanes(Panes):
    """:class:`Panes` that show the results themselves where the run ends."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.trace: RunState | None = None
        self.look = next(iter(mask_looks.LOOKS))
        self.seam = False
        self.together = True

    def see(self, frame: Frame | None, waiting: str = "") -> None:
        found = self._seam() if self.seam else None
        if found is None:
            super().see(frame, waiting)
            return
        self.frame, self.waiting = frame, waiting
        images, labels, marked = found
        self.show(images, labels)
        self.selected = marked

    def put(self, picture: Image.Image | None, mask: Image.Image) -> None:
        """The picture under its mask, at the left."""
        same = picture is not None and picture.size == mask.size
        self.original = mask_looks.LOOKS[self.look](picture, mask) if same and picture else picture
        self.first = f"{self.look} · {LEGEND}"

    @property
    def pictures(self) -> tuple[Masked, Image.Image, Image.Image] | None:
        """What the newest stage that has results begins with: event, original, mask."""
        for _, masked in sorted(self.trace.masked.items() if self.trace else (), reverse=True):
            found = self._of(masked)
            if found is not None and (not self._results or found[0].size == self._results[0].size):
                return masked, *found
        return None

    def _of(self, masked: Masked) -> tuple[Image.Image, Image.Image] | None:
        assert self.trace is not None
        picture, mask = (read(self.trace.folder / n) for n in (masked.original, masked.mask))
        return (picture, mask.convert("L")) if picture and mask else None

    @property
    def _results(self) -> list[Image.Image]:
        found = [read(file) for file in self.trace.results] if self.trace else []
        return [image for image in found if image is not None]

    def _samples(self, frame: Frame) -> Shown:
        images, labels, marked = super()._samples(frame)
        alone = frame.sheet.count == 1
        ends = self._results if self._ended(frame) and self.channel == "x0" else []
        if len(ends) == len(images):
            images = list(ends)
        said = "result" if len(ends) == len(images) else NAMES.get(self.channel, self.channel)
        return (
            images,
            [said] if alone else [f"{i + 1} · {said}" for i in range(len(labels))],
            marked,
        )

    def _ended(self, frame: Frame) -> bool:
        trace = self.trace
        return trace is not None and not trace.live and trace.frames[-1:] == [frame]

    def _seam(self) -> Shown | None:
        found, results = self.pictures, self._results
        if found is None or self.sample >= len(results):
            return None
        (masked, original, mask), result = found, results[self.sample]
        outside = seam.outside(result, original, mask)
        drawn, inside = self._said(masked.stage)
        labels = ["original", drawn, f"outside {outside}{inside} · ×{seam.GAIN}"]
        return [original, result, seam.picture(result, original)], labels, 2

    def _said(self, stage: int) -> tuple[str, str]:
        """What was measured of the result as it was drawn: its seam, and its mean difference."""
        said = self.trace.differences.get(stage) if self.trace else None
        if said is None or self.sample >= len(said.inside):
            return "result", ""
        return (
            f"result · seam {said.seam[self.sample]:+.0f}",
            f", inside {said.inside[self.sample]:.0f}",
        )
