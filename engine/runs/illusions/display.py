"""How a finished illusion is looked at: its own files, views, from afar, in bands. Torch-free."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from engine import bands
from engine.errors import BadInput
from engine.events import Result
from engine.pictures import to_array, to_image
from engine.runs.compare import finished, opened
from engine.runs.paths import source_name, view_name
from engine.runs.reader import Run
from engine.specs import Illusion
from engine.specs.illusion import with_files
from engine.views import Resolution, View, open_view


def own(spec: Illusion, folder: Path) -> Illusion:
    """The same request with the copies that its run kept, of a person's views and of pictures.

    So it can be asked again where those are gone, and no code is run that only a file names.
    """
    copies = {
        **{name: view_name(n) for n, name in enumerate(spec.composition.view_files(), 1)},
        **{name: source_name(n) for n, name in enumerate(spec.composition.picture_files(), 1)},
    }
    there = {name: str(folder / copy) for name, copy in copies.items()}
    return with_files(spec, {name: file for name, file in there.items() if Path(file).is_file()})


def views(spec: Illusion, folder: Path) -> dict[str, View]:
    """The views of a run by the names that the spec has for them; never runs code.

    BadInput where the folder lacks one.
    """
    kept = own(spec, folder)
    names = zip(spec.composition.views(), kept.composition.views(), strict=True)
    return {name: open_view(copy, run_code=False) for name, copy in names}


def without_code(spec: Illusion) -> Illusion:
    """The spec itself; BadInput where it names code, which only a person may do."""
    for name in spec.composition.view_files():
        if name.lower().endswith(".py"):
            raise BadInput(f"{name} is code, which is run only where you name it: use --view")
    return spec


AFAR = (2, 4, 8)
"""How many times smaller a picture is shown, so that its low band comes out."""
BAND_GAIN = 2.0
"""A band without the picture's mean is faint: it is shown so much stronger, around grey."""
GROUND = (128, 128, 128)


@dataclass(frozen=True)
class IllusionPictures:
    """The pictures of a finished run, and the views that it was drawn through.

    cells is stage I's side, over which views are the same at every size.
    """

    spec: Illusion
    pictures: tuple[Image.Image, ...]
    views: dict[str, View]
    cells: int

    @classmethod
    def of(cls, run: Run) -> "IllusionPictures":
        """BadInput where the run finished no picture, or a file of its folder is gone."""
        spec = run.spec
        assert isinstance(spec, Illusion)
        pictures = tuple(opened(path) for path in finished(run))
        first = next(e for e in run.events if isinstance(e, Result) and e.stage == 1)
        cells = opened(run.folder / first.files[0]).width
        return cls(spec, pictures, views(spec, run.folder), cells)

    def readings(self, sample: int) -> dict[str, Image.Image]:
        """What is seen through each view, turned to its prompt's orientation."""
        return {name: self.seen(name, self.pictures[sample]) for name in self.views}

    def seen(self, view: str, picture: Image.Image) -> Image.Image:
        """What of a picture is seen through one of the views."""
        return self.views[view].at(Resolution(picture.width, self.cells)).seen_image(picture)

    def fails(self, view: str) -> str:
        """What marks a view that is there to fail."""
        return "" if self.views[view].orthogonal else " (fails)"

    def bands(self, sample: int) -> dict[str, Image.Image]:
        """The bands of a picture, those without its mean around grey; none where it is whole."""
        return split(self.spec, self.pictures[sample])

    def is_faint(self, band: str) -> bool:
        """Whether a band is shown stronger than it is."""
        return gain(self.spec.bands_at(self.cells)[band]) != 1

    @property
    def has_far(self) -> bool:
        """Whether the picture is another thing from afar."""
        return "low" in self.spec.bands_at(self.cells)


def split(spec: Illusion, picture: Image.Image) -> dict[str, Image.Image]:
    """The bands of a picture as they are shown; none where the terms share all of it."""
    array = to_array(picture)
    shown = spec.bands_at(picture.width)
    if len(shown) == 1:
        return {}
    return {name: to_image(gain(band) * bands.band(array, band)) for name, band in shown.items()}


def afar(picture: Image.Image, share: float, ground: tuple[int, int, int] = GROUND) -> Image.Image:
    """The picture at that share of its size, in the middle of a ground of its whole size."""
    if share >= 1:
        return picture
    width, height = (max(1, round(n * share)) for n in picture.size)
    small = picture.resize((width, height), Image.Resampling.LANCZOS)
    page = Image.new("RGB", picture.size, ground)
    page.paste(small, ((picture.width - width) // 2, (picture.height - height) // 2))
    return page


def gain(band: bands.Band) -> float:
    """How much stronger a band is shown: 1 for the one that holds the picture's mean."""
    return 1.0 if np.isclose(sum(factor for factor, _ in band), 1) else BAND_GAIN
