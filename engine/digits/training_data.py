"""The digits of a training: when it is taken up, those that it was begun with."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from engine import files
from engine.digits.data import Digits, Split, StatusCallback, bundled
from engine.digits.datasets import load
from engine.errors import BadInput
from engine.specs.train import Train
from engine.training import distributed
from engine.training.fit import Part

DATA = "data.json"
"""Beside a part's events: which digits it is trained on."""


def chosen(spec: Train, run: Path, tell: StatusCallback) -> Split:
    """What is trained on in `run` and what is not.

    Raises BadInput where there is less than one batch, or where these are others than those that
    the part was begun with: its order would be another.
    """
    if distributed.count() > 1:  # one downloads, for all
        distributed.first_alone(lambda: load(spec.data, tell))
    train, test = learned_from(spec, run, tell)
    train = train.first(spec.limit)
    if spec.batch > len(train):
        raise BadInput(
            f"a batch of {spec.batch} is larger than the data, {len(train)} pictures; ask for"
            f" --batch {len(train)} or less"
        )
    begun = _noted(Part(run, spec.model))
    if begun and begun["sha256"] != _hash(train):
        raise BadInput(
            f"{run} was trained on {begun['pictures']:,} pictures, {begun['source']}; these"
            f" are {len(train):,} others, {train.source}: name the same data, or begin a new run"
        )
    return Split(train, test)


def learned_from(spec: Train, run: Path, tell: StatusCallback) -> Split:
    """The data of the training in `run`, of which it may take the first few only.

    Where MNIST could not be downloaded, the small set once stood in for it: a training that was
    begun so learns from the small set still.
    """
    begun = _noted(Part(run, spec.model))
    if spec.data == "mnist" and begun:
        train, test = bundled()
        if begun["sha256"] == _hash(train.first(spec.limit)):
            source = f"{train.source}, which stood in for MNIST when this was begun"
            return Split(replace(train, source=source), test)
    return load(spec.data, tell)


def note(part: Part, train: Digits) -> None:
    """Write down what the part is trained on."""
    what = {"source": train.source, "pictures": len(train), "sha256": _hash(train)}
    files.write_bytes(part.folder / DATA, json.dumps(what, ensure_ascii=False).encode())


def _noted(part: Part) -> dict[str, Any]:
    """What was written down when the part was begun; nothing where it was not yet."""
    file = part.folder / DATA
    if not file.is_file():
        return {}
    try:
        begun = json.loads(file.read_text("utf-8"))
        return {"sha256": str(begun["sha256"]), "source": str(begun["source"]),
                "pictures": int(begun["pictures"])}  # fmt: skip
    except (OSError, ValueError, TypeError, KeyError):
        raise BadInput(
            f"{file} is damaged, so it is not known what {part.run} was trained on: begin a new run"
        ) from None


def _hash(digits: Digits) -> str:
    digest = hashlib.sha256(digits.images.numpy().tobytes())
    digest.update(digits.labels.numpy().tobytes())
    return digest.hexdigest()
