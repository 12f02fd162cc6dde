"""The small judge that is shipped: which of the bundled cascade's concepts a picture shows.

It ranks what was drawn (`--best-of`); a cascade is measured with the large judge of the forge.
"""

import json
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load
from torch import Tensor

from engine.errors import BadInput
from engine.judge.naming import Naming
from engine.judge.network import Network

HERE = Path(__file__).parents[2] / "assets" / "judge"
WEIGHTS, CARD = "judge.safetensors", "judge.json"
HOW = "install Diffuscope anew to have it whole"
MOST_BYTES = 4 * 2**20
BATCH = 64


@dataclass(frozen=True)
class Judge:
    """A network with the names of what it tells apart."""

    network: Network
    naming: Naming

    @property
    def concepts(self) -> tuple[str, ...]:
        """The first phrase of each concept, such as "a dog", in the order of the probabilities."""
        return tuple(phrases[0] for phrases in self.naming.phrases)

    def concept_of(self, prompt: str) -> int | None:
        """The index of the concept that a prompt names, None where it names none.

        Synonyms count; articles, style and ground do not. Of several phrases the longest is meant.
        """
        return self.naming.concept_of(prompt)

    @torch.inference_mode()
    def probabilities(self, pictures: Tensor) -> Tensor:
        """(N,K) float32 over the concepts, on the CPU, of pictures (N,3,h,w) in [-1,1]."""
        clean = pictures.detach().to("cpu", torch.float32).clamp(-1, 1)
        parts = [clean[first : first + BATCH] for first in range(0, len(clean), BATCH)]
        told = [self._of_both(part) for part in parts]
        return torch.cat([torch.empty(0, len(self.naming.phrases)), *told])

    def _of_both(self, pictures: Tensor) -> Tensor:
        """Of pictures and their mirror images: one hand draws to the left what another draws to the
        right."""
        both = (self.network(each).softmax(1) for each in (pictures, pictures.flip(-1)))
        return torch.stack([*both]).mean(0)


@cache
def bundled() -> Judge:
    """The judge in assets. Raises BadInput where its files are damaged."""
    return opened(HERE)


def opened(folder: Path) -> Judge:
    """The judge of a folder; BadInput where its weights are not those of its card."""
    card = _card(folder)
    weights = _bytes(folder / WEIGHTS)
    if sha256(weights).hexdigest() != card["sha256"]:
        raise BadInput(f"{folder / WEIGHTS} is not the judge that {CARD} describes; {HOW}")
    network = Network(len(card["concepts"]))
    try:
        network.load_state_dict(load(weights))
    except (SafetensorError, RuntimeError):
        raise BadInput(f"{folder / WEIGHTS} holds another network than the judge; {HOW}") from None
    return Judge(network.eval().requires_grad_(False), Naming.of(card))


def _card(folder: Path) -> dict[str, Any]:
    try:
        card = json.loads(_bytes(folder / CARD))
        Naming.of(card)
        str(card["sha256"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        if isinstance(error, BadInput):
            raise
        raise BadInput(f"{folder / CARD} does not describe a judge; {HOW}") from None
    found: dict[str, Any] = card
    return found


def _bytes(file: Path) -> bytes:
    try:
        if file.stat().st_size > MOST_BYTES:
            raise BadInput(f"{file} is larger than a judge's {MOST_BYTES >> 20} MiB; {HOW}")
        return file.read_bytes()
    except OSError as error:
        raise BadInput(f"cannot read {file}: {error.strerror}; {HOW}") from None
