"""How the classifier learns, on pictures shifted and mirrored at random; one that has learned."""

import json
from pathlib import Path

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from engine import files
from engine.errors import BadInput, Stopped
from engine.forge import networks
from engine.forge.classifier.labelled_renderings import HEADS, Labelled, Names
from engine.forge.classifier.network import Classifier
from engine.forge.objectives import lower
from engine.forge.pictures import draw_indices, mirrored, to_unit
from engine.specs.evaluate import Evaluate
from engine.training import checkpoint
from engine.training.fit import Part, Report, Stop, TrainingCallbacks, fit
from engine.training.trainer import Objective, Settings, warmup_stable_decay

LABELS = "labels.json"
"""Beside the checkpoints: what the classifier can tell apart."""
SHIFT = 3
SMOOTHING = 0.1  # Szegedy et al. 2016
WEIGHTS = {"concept": 1.0, "colour": 0.3, "style": 0.3}


def shifted(pictures: Tensor, generator: torch.Generator, most: int = SHIFT) -> Tensor:
    """Each of (B,C,h,w) moved by up to `most` pixels; what was on the border fills the rest."""
    count, _, height, width = pictures.shape
    wide = F.pad(pictures, (most, most, most, most), mode="replicate")
    corners = torch.randint(2 * most + 1, (count, 2, 1), generator=generator)
    rows = (corners[:, 0] + torch.arange(height)).view(count, 1, height, 1)
    columns = (corners[:, 1] + torch.arange(width)).view(count, 1, 1, width)
    channels = torch.arange(pictures.shape[1]).view(1, -1, 1, 1)
    return wide[torch.arange(count).view(-1, 1, 1, 1), channels, rows, columns]


def objective_on(learn: Labelled, batch: int, seed: int, precision: str) -> Objective:
    """Cross-entropy of the three heads with label smoothing; `hit` is the concepts' top-1."""

    def objective(model: nn.Module, step: int, generator: torch.Generator) -> dict[str, Tensor]:
        chosen = draw_indices(len(learn), batch, seed, step)
        seen = shifted(mirrored(to_unit(learn.pictures[chosen]), generator), generator)
        with lower(precision):
            said = model(seen.contiguous(memory_format=torch.channels_last))
        losses = {
            head: F.cross_entropy(
                said[head].float(), learn.labels[chosen, column], label_smoothing=SMOOTHING
            )
            for column, head in enumerate(HEADS)
        }
        hit = (said["concept"].argmax(1) == learn.labels[chosen, 0]).float().mean()
        return {"loss": sum_of(losses), **losses, "hit": hit}

    return objective


def sum_of(losses: dict[str, Tensor]) -> Tensor:
    """The heads' losses by their weights."""
    return torch.stack([WEIGHTS[head] * loss for head, loss in losses.items()]).sum()


def settings(spec: Evaluate) -> Settings:
    """A rise, a plateau and a long fall; the average is short, for a training of minutes."""
    steps = spec.judge_steps
    return Settings(
        steps=steps,
        learning_rate=warmup_stable_decay(
            spec.learning_rate, steps, warmup=min(100, 1 + steps // 10), tail=0.6
        ),
        seed=spec.seed, ema_decay=0.99, weight_decay=0.05, clip_norm=10.0,
        checkpoint_every=spec.checkpoint_every,
    )  # fmt: skip


def taught(spec: Evaluate, learn: Labelled, report: Report, stop: Stop) -> Classifier:
    """The classifier in `spec.judge`, trained or trained to its end; for inference.

    Raises Stopped before that, BadInput where the folder's classifier knows other labels.
    """
    folder = Path(spec.judge).expanduser().resolve()
    folder.mkdir(parents=True, exist_ok=True)
    _same_names(folder / LABELS, learn.names)
    with networks.seeded(spec.seed):
        model = Classifier(learn.names)
    objective = objective_on(learn, spec.judge_batch, spec.seed, spec.precision)
    # A run keeps each part in a folder of its own; the classifier is its run's only part.
    part = Part(folder.parent, folder.name, spec.resume)
    training, done = fit(
        part, model.to(memory_format=torch.channels_last), objective, settings(spec),
        TrainingCallbacks(lambda _, progress: report("judge", progress), stop),
    )  # fmt: skip
    if not done:
        raise Stopped(training.step)
    classifier = training.ema.module
    assert isinstance(classifier, Classifier)
    return classifier.eval().requires_grad_(False)


def _same_names(file: Path, names: Names) -> None:
    if not file.is_file():
        files.write_bytes(file, json.dumps(dict(zip(HEADS, names, strict=True))).encode())
    elif list(json.loads(file.read_text("utf-8")).values()) != [list(n) for n in names]:
        raise BadInput(
            f"{file.parent} holds a judge of other concepts, colours or styles than the folder"
            " has; name another --judge folder"
        )


_AVERAGED = "ema.module."
HOW = "`diffuscope forge evaluate FOLDER --judge RUN --part judge` trains one"


def learned(folder: Path) -> Classifier:
    """The classifier of a folder as its newest whole checkpoint has it, for inference.

    Raises BadInput where there is none.
    """
    try:
        said = json.loads((folder / LABELS).read_text("utf-8"))
        classifier = Classifier(tuple(tuple(said[head]) for head in HEADS))
    except (OSError, ValueError, KeyError, TypeError):
        raise BadInput(f"{folder} has no readable {LABELS}: it holds no judge; {HOW}") from None
    for path in checkpoint.newest(folder / "checkpoints"):
        try:
            tensors, _ = checkpoint.read(path)
        except ValueError:
            continue  # an older one may be whole
        return _loaded(classifier, tensors, path)
    raise BadInput(f"{folder} has no checkpoint that can be read: its judge is not trained; {HOW}")


def _loaded(classifier: Classifier, tensors: dict[str, Tensor], path: Path) -> Classifier:
    """With the average of its weights, which is what a training ends with."""
    own = {k.removeprefix(_AVERAGED): v for k, v in tensors.items() if k.startswith(_AVERAGED)}
    try:
        classifier.load_state_dict(own)
    except RuntimeError:
        raise BadInput(f"{path} is of another network than the judge; {HOW}") from None
    return classifier.eval().requires_grad_(False)
