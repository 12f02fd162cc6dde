"""The evaluation's end: figures and pictures of the findings, and the card that is made of them."""

import json
from pathlib import Path
from typing import Any

from PIL import Image

from engine import files
from engine.checkpoints import Cascade
from engine.evaluation import machine
from engine.forge.evaluation import card, figures, figures_png, run_all
from engine.forge.evaluation.accuracy import Figures
from engine.forge.evaluation.batch_sampler import Artist
from engine.forge.evaluation.setup import Bench, Say, judge_folder
from engine.forge.sampling import Stop
from engine.specs.evaluate import FIGURES, Evaluate

Pages = dict[str, Image.Image]


def evaluate(spec: Evaluate, cascade: Cascade, bench: Bench, say: Say, stop: Stop) -> Figures:
    """Measure everything, write the card into `spec.out`, return its figures. Raises Stopped."""
    out = folder(spec)
    artist = Artist(cascade, spec, judge_folder(spec) / "drawn", say, stop)
    found = run_all.find(artist, bench)
    numbers = {
        "model": spec.model,
        "fingerprint": cascade.fingerprint,
        "command": card.command(spec),
        "machine": machine.describe(cascade.device),
        "spec": spec.model_dump(mode="json"),
        "judge": bench.figures,
        **figures.of(found, bench),
    }
    write(out, numbers, figures_png.of(artist, found, bench.pool), training(cascade))
    return numbers


def grid(spec: Evaluate, cascade: Cascade, say: Say, stop: Stop) -> None:
    """Only draw the source's prompts, at the last of the guidances, into `spec.out`."""
    artist = Artist(cascade, spec, judge_folder(spec) / "drawn", say, stop)
    save(folder(spec) / "grid.png", figures_png.prompts(artist, spec.guidances[-1]))


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
