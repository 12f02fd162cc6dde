"""The readings of an illusion: what its picture is when it is seen through each of its views."""

from itertools import takewhile

from PIL import Image

from engine.bands import REFERENCE
from engine.runs.illusions import display
from engine.runs.illusions.display import gain
from engine.runs.illusions.sheet import view_title
from engine.runs.run_state import RunState
from engine.specs import Illusion
from engine.specs.terms import is_file
from engine.views import LinearMap, Resolution, View, between, view


class Readings:
    """Those of one run, in the order of its spec.

    A view may be a file, and some mix many pixels: :meth:`seen` and :meth:`between` belong off the
    event loop. Both raise BadInput where the run's folder lacks a view.
    """

    def __init__(self, run: RunState, spec: Illusion) -> None:
        self.spec, self.run = spec, run
        self.names = spec.composition.views()
        self.subjects = told_apart([what for _, what in spec.composition.readings()])
        self._views: dict[str, View] = {}
        self._moves: dict[tuple[int, int], LinearMap] = {}

    def __len__(self) -> int:
        return len(self.names)

    def title(self, at: int) -> str:
        """What a reading is: its view, and what is to be seen through it."""
        name = self.names[at]
        fails = " (fails)" if not is_file(name) and not view(name).orthogonal else ""
        return f"{view_title(name)}{fails} · {self.subjects[at]}"

    def seen(self, at: int, image: Image.Image) -> Image.Image:
        """A picture of the run as reading ``at`` shows it."""
        key = at, image.width
        if key not in self._moves:
            self._moves[key] = self._view(at).at(self._square(image.width))
        return self._moves[key].seen_image(image)

    def between(self, here: int, there: int, image: Image.Image, steps: int) -> list[Image.Image]:
        """``steps`` frames from one reading of a picture to another."""
        cells = self._square(image.width).cells
        return between(self._view(here), self._view(there), image, steps, cells)

    def band_titles(self) -> dict[str, str]:
        """Each band with how much stronger than it is it is shown, and what it is drawn from."""
        titles = {}
        for name, band in self.spec.bands_at(REFERENCE).items():
            prompts = (t.prompt for t in self.spec.terms() if t.band in (name, "all"))
            strength = f" ×{gain(band):g}" if gain(band) != 1 else ""
            titles[name] = f"{name}{strength} · {' + '.join(prompts)}"
        return titles

    def _view(self, at: int) -> View:
        if not self._views:
            self._views = display.views(self.spec, self.run.folder)
        return self._views[self.names[at]]

    def _square(self, side: int) -> Resolution:
        sides = self.run.sides
        return Resolution(side, sides[0] if sides and side % sides[0] == 0 else 0)


def told_apart(prompts: list[str]) -> list[str]:
    """Prompts without the words with which all of them begin: what remains tells them apart.

    An article alone is no reason to cut one.
    """
    words = [prompt.split() for prompt in prompts]
    shared = len(list(takewhile(lambda column: len(set(column)) == 1, zip(*words, strict=False))))
    if len(words) < 2 or shared < 2 or any(len(line) <= shared for line in words):
        return prompts
    return ["…" + " ".join(line[shared:]) for line in words]
