"""The maker of the small judge: the first half of the network, and a head that learns concepts."""

import json
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812
from safetensors.torch import save
from torch import Tensor, nn

from engine import files
from engine.errors import BadInput, Stopped
from engine.forge import networks
from engine.forge.captions import COLOURS, STYLES, Concept
from engine.forge.judge.backbone import pretrained
from engine.forge.judge.features import View, Viewing, columns
from engine.forge.judge.learn import SMOOTHING, settings
from engine.forge.judge.lessons import LARGE, SMALL, Lessons
from engine.forge.judge.renderings import Labelled
from engine.forge.pictures import draw_indices, to_unit
from engine.judge import CARD, WEIGHTS, Judge, opened
from engine.judge.network import DEPTH, Network, dropout
from engine.specs.evaluate import Evaluate
from engine.training.fit import Part, Report, Stop, TrainingCallbacks, fit
from engine.training.trainer import Objective

PART = "small"
SEEN = columns((DEPTH,), with_places=True)
DROPOUT = 0.4
Figures = dict[str, Any]


def made(
    spec: Evaluate, lessons: Lessons, concepts: Sequence[Concept], viewing: Viewing, out: Path,
    report: Report, stop: Stop,
) -> Judge:  # fmt: skip
    """Train it in `spec.judge`, and write weights and card into a folder.

    Raises BadInput where the renderings do not show each concept, Stopped where `stop` says so.
    """
    rows, of = lessons.rows(viewing)
    network = Network(len(concepts))
    network.trunk.load_state_dict(pretrained(DEPTH).state_dict())
    network.head.load_state_dict(_taught(spec, rows[:, SEEN], of, concepts, report, stop))
    tensors = {
        name: (tensor.half() if tensor.dim() > 1 else tensor).contiguous()
        for name, tensor in network.state_dict().items()
    }
    weights = save(tensors)
    files.write_bytes(out / WEIGHTS, weights)
    _write(out, {
        "sha256": sha256(weights).hexdigest(),
        "learned_from": {"renderings": len(lessons.learn), "sets": sorted(set(lessons.learn.sets))},
        "concepts": [list(concept.phrases) for concept in concepts],
        "styles": sorted({each for some in STYLES.values() for each in some if each != "{}"}),
        "colours": list(COLOURS),
    })  # fmt: skip
    return opened(out)


def _taught(
    spec: Evaluate, rows: Tensor, of: Labelled, concepts: Sequence[Concept], report: Report,
    stop: Stop,
) -> dict[str, Tensor]:  # fmt: skip
    """The head's tensors, averaged over the training."""
    labels = numbered(of, concepts)
    with networks.seeded(spec.seed):
        head = Network(len(concepts)).head
    head.normalise_by(rows)
    part = Part(Path(spec.judge).expanduser().resolve(), PART, spec.resume)
    training, done = fit(
        part, head, objective_on(rows, labels, spec.judge_batch, spec.seed), settings(spec),
        TrainingCallbacks(lambda _, progress: report(PART, progress), stop),
    )  # fmt: skip
    if not done:
        raise Stopped(training.step)
    tensors: dict[str, Tensor] = training.ema.module.state_dict()
    return tensors


def objective_on(rows: Tensor, labels: Tensor, batch: int, seed: int) -> Objective:
    """Cross-entropy with label smoothing; `hit` is the share told right."""

    def objective(model: nn.Module, step: int, generator: torch.Generator) -> dict[str, Tensor]:
        chosen = draw_indices(len(rows), batch, seed, step)
        logits = model(rows[chosen].float(), dropout(DROPOUT, generator))
        loss = F.cross_entropy(logits, labels[chosen], label_smoothing=SMOOTHING)
        return {"loss": loss, "hit": (logits.argmax(1) == labels[chosen]).float().mean()}

    return objective


def numbered(of: Labelled, concepts: Sequence[Concept]) -> Tensor:
    """The place of each picture's concept in the table, (N,); BadInput where one is never shown."""
    known = {concept.phrases[0]: index for index, concept in enumerate(concepts)}
    if never := [name for name in known if name not in of.names[0]]:
        raise BadInput(f"no rendering to learn from shows {never[0]!r}; render more pictures")
    if strange := [name for name in of.names[0] if name not in known]:
        raise BadInput(f"{strange[0]!r} is not in the table of concepts that the judge is made for")
    places = torch.tensor([known[name] for name in of.names[0]])
    return places[of.labels[:, 0]]


def examined(judge: Judge, exam: Labelled, say: Callable[[str], None]) -> Figures:
    """How often it is right about art that it never saw, at the side of either stage."""
    known = {name: index for index, name in enumerate(judge.concepts)}
    labels = torch.tensor([known[name] for name in exam.names[0]])[exam.labels[:, 0]]
    found: Figures = {"renderings": len(exam), "sets": sorted(set(exam.sets))}
    for side in (SMALL, LARGE):
        say(f"examining at {side} px")
        told = judge.probabilities(to_unit(View(side).pictures(exam.files)))
        five = told.topk(min(5, told.shape[1]), dim=1).indices
        hits = five == labels.unsqueeze(1)
        found[f"{side} px"] = {
            "top1": round(float(hits[:, 0].float().mean()), 4),
            "top5": round(float(hits.any(1).float().mean()), 4),
        }
    return found


def _write(out: Path, card: Figures) -> None:
    files.write_bytes(out / CARD, (json.dumps(card, indent=1) + "\n").encode())


def note(out: Path, figures: Figures) -> None:
    """Put figures into the card."""
    _write(out, json.loads((out / CARD).read_text("utf-8")) | figures)
