"""The card's pictures: what is asked of such models, what went wrong, what was nearest."""

from PIL import Image
from torch import Tensor

from engine.forge.evaluation.batch_sampler import Artist
from engine.forge.evaluation.measures import Answers
from engine.forge.evaluation.nearest_neighbours import Nearest
from engine.forge.evaluation.prompts import PROMPTS
from engine.forge.evaluation.run_all import Findings
from engine.training.sample_grid import Cell, captioned, images

FAILURES, NEAREST = 32, 16


def of(artist: Artist, found: Findings, pool: Tensor | None) -> dict[str, Image.Image]:
    """Every page that there is something to show on, by file name."""
    shown = {"grid.png": prompts(artist, found.best.guidance)}
    if not found.best.right().all():
        shown["failures.png"] = failures(found.best, found.unseen.pictures.names[0])
    if found.near is not None and pool is not None:
        shown["nearest.png"] = nearest(found.best, found.near[0], pool)
    return shown


def prompts(artist: Artist, guidance: float) -> Image.Image:
    """The source's prompts: stage I, and stage II beside it where there is one."""
    drawn = artist.both("the source's prompts", list(PROMPTS), guidance)
    columns = [images(drawn[name]) for name in ("small", "large") if name in drawn]
    named = [prompt or "(the empty prompt)" for prompt in PROMPTS]
    return captioned(
        [(name, list(pictures)) for name, *pictures in zip(named, *columns, strict=True)], 4
    )


def failures(drawn: Answers, names: tuple[str, ...]) -> Image.Image:
    """The wrong pictures in which the judge believes least, with what it takes them for."""
    order = drawn.confidence.argsort()
    wrong = order[~drawn.right()[order]][:FAILURES]
    guesses = drawn.opinion.chances[drawn.questions.head].argmax(1)
    pictures = images(drawn.pictures[wrong])
    cells: list[Cell] = [
        (f"{drawn.questions.prompts[index]}, taken for {names[int(guesses[index])]}", [picture])
        for index, picture in zip(wrong.tolist(), pictures, strict=True)
    ]
    return captioned(cells, 8)


def nearest(drawn: Answers, found: Nearest, pool: Tensor) -> Image.Image:
    """The pictures that are nearest to a training picture, each beside it."""
    closest = found.distances.argsort()[:NEAREST]
    pairs = zip(images(drawn.pictures[closest]), images(pool[found.indices[closest]]), strict=True)
    cells: list[Cell] = [
        (f"{drawn.questions.prompts[index]}: {found.distances[index]:.1f}", list(pair))
        for index, pair in zip(closest.tolist(), pairs, strict=True)
    ]
    return captioned(cells, 4)
