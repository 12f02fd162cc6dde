"""The evaluation's end: figures and pictures of the findings, and the card that is made of them."""

import json
from pathlib import Path
from typing import Any

from PIL import Image
from torch import Tensor

from engine import files
from engine.checkpoints import Cascade
from engine.evaluation import describe_machine
from engine.forge.evaluation import card, figures
from engine.forge.evaluation.accuracy import Figures
from engine.forge.evaluation.batch_sampler import Artist
from engine.forge.evaluation.figures import Findings
from engine.forge.evaluation.measures import Answers, Nearest
from engine.forge.evaluation.prompts import PROMPTS
from engine.forge.evaluation.setup import EvaluationSetup, Say, judge_folder
from engine.forge.sampling import Stop
from engine.specs.evaluate import FIGURES, Evaluate
from engine.training.sample_grid import Cell, captioned, images

Pages = dict[str, Image.Image]


def evaluate(
    spec: Evaluate, cascade: Cascade, setup: EvaluationSetup, say: Say, stop: Stop
) -> Figures:
    """Measure everything, write the card into `spec.out`, return its figures. Raises Stopped."""
    out = folder(spec)
    artist = Artist(cascade, spec, judge_folder(spec) / "drawn", say, stop)
    found = figures.find(artist, setup)
    numbers = {
        "model": spec.model,
        "fingerprint": cascade.fingerprint,
        "command": card.command(spec),
        "machine": describe_machine(cascade.device),
        "spec": spec.model_dump(mode="json"),
        "judge": setup.figures,
        **figures.of(found, setup),
    }
    write(out, numbers, card_pictures(artist, found, setup.pool), training(cascade))
    return numbers


def grid(spec: Evaluate, cascade: Cascade, say: Say, stop: Stop) -> None:
    """Only draw the source's prompts, at the last of the guidances, into `spec.out`."""
    artist = Artist(cascade, spec, judge_folder(spec) / "drawn", say, stop)
    save(folder(spec) / "grid.png", prompt_grid(artist, spec.guidances[-1]))


def write(out: Path, numbers: Figures, shown: Pages, trained: dict[str, Any]) -> None:
    """Pictures, evaluation.json and README.md, each whole or not at all."""
    for name, picture in shown.items():
        save(out / name, picture)
    files.write_bytes(out / FIGURES, (json.dumps(numbers, indent=1) + "\n").encode())
    files.write_bytes(out / "README.md", card.text(numbers, trained, list(shown)).encode())


def folder(spec: Evaluate) -> Path:
    """Where the card goes, made where it is not there yet."""
    out = Path(spec.out).expanduser()
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise files.unwritable(out, error) from None
    return out


def save(path: Path, picture: Image.Image) -> None:
    """A PNG, whole or not at all."""
    files.write(path, lambda part: picture.save(part, "PNG", optimize=True))


def training(cascade: Cascade) -> dict[str, Any]:
    """What training.json beside the cascade says of how it was trained; empty without one."""
    try:
        said = json.loads((cascade.folder / "training.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}


FAILURES, NEAREST = 32, 16


def card_pictures(artist: Artist, found: Findings, pool: Tensor | None) -> dict[str, Image.Image]:
    """Every page that there is something to show on, by file name."""
    shown = {"grid.png": prompt_grid(artist, found.best.guidance)}
    if not found.best.right().all():
        shown["failures.png"] = failures(found.best, found.unseen.pictures.names[0])
    if found.near is not None and pool is not None:
        shown["nearest.png"] = nearest(found.best, found.near[0], pool)
    return shown


def prompt_grid(artist: Artist, guidance: float) -> Image.Image:
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
    guesses = drawn.predictions.probabilities[drawn.questions.head].argmax(1)
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
