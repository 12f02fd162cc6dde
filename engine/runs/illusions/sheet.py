"""The sheet of an illusion: every reading, from afar, its bands, and the pictures given to it."""

from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from engine.pictures import fitted
from engine.runs.animation import SIDE
from engine.runs.compare import opened
from engine.runs.contact_sheet import Cell, wrapped
from engine.runs.illusions.display import AFAR, BAND_GAIN, IllusionPictures, afar
from engine.runs.paths import source_name
from engine.runs.ranking import best_first, percent
from engine.runs.reader import Run
from engine.runs.run_state import RunState
from engine.specs import Illusion
from engine.specs.terms import PICTURE, Term

LINES = 4


def rows(run: Run) -> list[list[Cell]]:
    """For every sample its readings; where it has bands those, and smaller and smaller sizes.

    BadInput where the run finished no picture, or a file of its folder is gone.
    """
    looked = IllusionPictures.of(run)
    given = list(_given(run, looked))
    order = best_first(run.state)
    return [row for n in order for row in _sample(looked, n, _named(run.state, n), given)]


def _named(state: RunState, sample: int) -> Cell:
    """What a sample is called; of ranked ones how, and how well it is read."""
    if state.ranked is None:
        return Cell(f"sample {sample}", None)
    rank, score = state.ranked.order.index(sample) + 1, percent(state.ranked.scores[sample])
    return Cell(f"{rank} of {len(state.results)}", None, (f"sample {sample}", score))


def _sample(
    looked: IllusionPictures, sample: int, named: Cell, given: list[Cell]
) -> Iterator[list[Cell]]:
    readings = [
        Cell(view_title(view) + looked.fails(view), _large(image), _terms_of(looked.spec, view))
        for view, image in looked.readings(sample).items()
    ]
    yield [named, *readings, *given]
    if looked.has_far:
        picture = _large(looked.pictures[sample])
        yield [Cell("from afar", None), *(Cell(f"1/{n}", afar(picture, 1 / n)) for n in AFAR)]
    if shown := looked.bands(sample):
        cells = [_band(looked, name, image) for name, image in shown.items()]
        yield [Cell("bands", None), *cells]


def view_title(view: str) -> str:
    """What a person calls a view: its name, or its file's."""
    return "as it is" if view == "identity" else Path(view).name


def _given(run: Run, looked: IllusionPictures) -> Iterator[Cell]:
    """The pictures that bands were taken from, as they were taken."""
    files = {
        name: source_name(n) for n, name in enumerate(looked.spec.composition.picture_files(), 1)
    }
    for name, file in files.items():
        taken = [term for term in looked.spec.composition.taken() if term.picture == name]
        picture = fitted(opened(run.folder / file), looked.pictures[0].width)
        under = wrapped(f"{' and '.join(t.band for t in taken)} of {Path(name).name}", SIDE, LINES)
        yield Cell("given", _large(picture), under)


def _terms_of(spec: Illusion, view: str) -> tuple[str, ...]:
    terms = [_term(term) for term in spec.terms() if term.view == view]
    return tuple(line for term in terms for line in wrapped(term, SIDE, LINES))


def _term(term: Term) -> str:
    text = term.prompt
    if term.picture is not None:
        text = PICTURE + Path(term.picture).name
    if term.weight < 0:
        text = f"not {text}"
    return text if term.band == "all" else f"{term.band}: {text}"


def _band(looked: IllusionPictures, name: str, image: Image.Image) -> Cell:
    """A band, turned to its prompt's orientation where it has one of its own."""
    labels = [name]
    views = {term.view for term in looked.spec.terms() if term.band == name}
    if len(views) == 1 and "identity" not in views:
        view = views.pop()
        image = looked.seen(view, image)
        labels.append(view_title(view))
    if looked.is_faint(name):
        labels.append(f"{BAND_GAIN:g} times")
    return Cell(", ".join(labels), _large(image))


def _large(image: Image.Image) -> Image.Image:
    factor = max(1, SIDE // image.width)
    size = image.width * factor, image.height * factor
    return image.resize(size, Image.Resampling.NEAREST)
