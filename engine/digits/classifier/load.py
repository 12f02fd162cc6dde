"""The shipped judge: its weights, and beside them their hash and how often it is right."""

import json
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from engine import files
from engine.digits.classifier.network import Classifier
from engine.digits.data import BUNDLED
from engine.errors import BadInput

HERE = BUNDLED / "judge"
WEIGHTS, CARD = "judge.safetensors", "judge.json"
HOW = "`python -m engine.digits.classifier` trains it anew"


def save(classifier: Classifier, folder: Path, figures: dict[str, Any]) -> None:
    """Write the weights, and a card with their SHA-256 and `figures`."""
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {name: value.contiguous() for name, value in classifier.state_dict().items()}
    files.write(folder / WEIGHTS, lambda part: save_file(tensors, part))
    card = {"sha256": _hash(folder / WEIGHTS), **figures}
    files.write_bytes(folder / CARD, (json.dumps(card, indent=1) + "\n").encode())


@cache
def load(folder: Path = HERE) -> Classifier:
    """The judge for inference; BadInput where its weights are not those that the card describes."""
    description = card(folder)
    if _hash(folder / WEIGHTS) != description.get("sha256"):
        raise BadInput(f"{folder / WEIGHTS} is not the judge that {CARD} describes; {HOW}")
    classifier = Classifier()
    try:
        classifier.load_state_dict(load_file(folder / WEIGHTS))
    except (SafetensorError, RuntimeError):
        raise BadInput(f"{folder / WEIGHTS} holds another network than the judge; {HOW}") from None
    return classifier.eval().requires_grad_(False)


def card(folder: Path = HERE) -> dict[str, Any]:
    """What is known of the judge: hash, accuracy, what it was trained and tested on."""
    try:
        description = json.loads((folder / CARD).read_text("utf-8"))
    except (OSError, ValueError):
        description = None
    if not isinstance(description, dict):
        raise BadInput(f"{folder} has no readable {CARD}: there is no judge of digits; {HOW}")
    return description


def _hash(path: Path) -> str:
    try:
        return sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise BadInput(f"cannot read {path}: {error.strerror}; {HOW}") from None
