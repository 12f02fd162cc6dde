"""The classifier's network, what it says of many pictures, and the one that is shipped."""

import json
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from engine import files
from engine.digits.data import ASSETS
from engine.errors import BadInput
from engine.evaluation import Residual, conv
from engine.specs.digits import CLASSES

WIDTH = 64
BATCH = 500


class Classifier(nn.Module):
    """A residual network (He et al. 2016) of 0.1 M parameters for pictures of 28 px."""

    def __init__(self) -> None:
        super().__init__()
        self.trunk = nn.Sequential(
            conv(1, 16), conv(16, 32, 2), Residual(32), conv(32, WIDTH, 2), Residual(WIDTH)
        )
        self.head = nn.Linear(WIDTH, CLASSES)

    def features(self, pictures: Tensor) -> Tensor:
        """(B, 64) of pictures (B, 1, 28, 28), black 0 and white 1."""
        seen: Tensor = self.trunk(2 * pictures - 1)
        return seen.mean(dim=(2, 3))

    def forward(self, pictures: Tensor) -> Tensor:
        """Logits (B, 10)."""
        logits: Tensor = self.head(self.features(pictures))
        return logits


@dataclass(frozen=True)
class Predictions:
    """Probabilities (N, 10), and the features (N, 64) that they are read from, on the CPU."""

    probabilities: Tensor
    features: Tensor

    @property
    def digits(self) -> Tensor:
        """The likeliest digit of each picture (N,)."""
        return self.probabilities.argmax(1)

    def right(self, labels: Tensor) -> Tensor:
        """Whether that is the label (N,), bool."""
        return self.digits == labels

    def part(self, chosen: Tensor) -> "Predictions":
        """Of some of the pictures: indices (n,), or a mask (N,)."""
        return Predictions(self.probabilities[chosen], self.features[chosen])


@torch.inference_mode()
def look(classifier: Classifier, pictures: Tensor) -> Predictions:
    """Of pictures (N, 1, 28, 28), as they are shown: clamped to [0, 1]."""
    shown = pictures.float().cpu().clamp(0, 1)
    features = [torch.empty(0, WIDTH), *(classifier.features(p) for p in torch.split(shown, BATCH))]
    joined = torch.cat(features)
    return Predictions(classifier.head(joined).softmax(1), joined)


HERE = ASSETS / "judge"
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
    """The classifier for inference; BadInput where its weights are not those of the card."""
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
    """What is known of the classifier: hash, accuracy, what it was trained and tested on."""
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
