"""How the large judge's heads learn, on rows that its network saw once; one that has learned."""

import json
from pathlib import Path

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from engine import files
from engine.errors import BadInput, Stopped
from engine.forge import networks
from engine.forge.judge import features
from engine.forge.judge.heads import Heads, LargeJudge
from engine.forge.judge.renderings import HEADS, Labelled, Names
from engine.forge.pictures import draw_indices
from engine.specs.evaluate import Evaluate
from engine.training import checkpoint
from engine.training.fit import Part, Report, Stop, TrainingCallbacks, fit
from engine.training.trainer import Objective, Settings, warmup_stable_decay

PART = "heads"
"""The judge's part of its run: a folder of this name has events and checkpoints."""
LABELS = "labels.json"
"""Beside the checkpoints: what the judge can tell apart, and how its network computes."""
SMOOTHING = 0.1  # Szegedy et al. 2016


def objective_on(rows: Tensor, labels: Tensor, batch: int, seed: int) -> Objective:
    """Cross-entropy of the three heads with label smoothing; `hit` is the concepts' top-1."""

    def objective(model: nn.Module, step: int, generator: torch.Generator) -> dict[str, Tensor]:
        chosen = draw_indices(len(rows), batch, seed, step)
        told = model(rows[chosen].float(), generator)
        losses = {
            head: F.cross_entropy(told[head], labels[chosen, column], label_smoothing=SMOOTHING)
            for column, head in enumerate(HEADS)
        }
        hit = (told["concept"].argmax(1) == labels[chosen, 0]).float().mean()
        return {"loss": torch.stack([*losses.values()]).sum(), **losses, "hit": hit}

    return objective


def settings(spec: Evaluate) -> Settings:
    """A rise, a plateau and a long fall; the average is short, for a training of minutes."""
    steps = spec.judge_steps
    return Settings(
        steps=steps,
        learning_rate=warmup_stable_decay(
            spec.learning_rate, steps, warmup=min(100, 1 + steps // 10), tail=0.6
        ),
        seed=spec.seed, ema_decay=0.99, weight_decay=0.1, clip_norm=10.0,
        checkpoint_every=spec.checkpoint_every,
    )  # fmt: skip


def taught(spec: Evaluate, rows: Tensor, of: Labelled, report: Report, stop: Stop) -> Heads:
    """The heads in `spec.judge`, trained or trained to their end on rows (N,2784) of renderings.

    Raises Stopped before that, BadInput where the folder's heads know other labels.
    """
    part = Part(Path(spec.judge).expanduser().resolve(), PART, spec.resume)
    part.folder.mkdir(parents=True, exist_ok=True)
    _describe(part.folder / LABELS, of.names, spec.precision)
    with networks.seeded(spec.seed):
        heads = Heads(of.names)
    heads.normalise_by(rows)
    objective = objective_on(rows, of.labels, spec.judge_batch, spec.seed)
    training, done = fit(
        part, heads, objective, settings(spec),
        TrainingCallbacks(lambda _, progress: report("judge", progress), stop),
    )  # fmt: skip
    if not done:
        raise Stopped(training.step)
    learned = training.ema.module
    assert isinstance(learned, Heads)
    return learned.eval().requires_grad_(False)


def _describe(file: Path, names: Names, precision: str) -> None:
    own = {**{h: list(n) for h, n in zip(HEADS, names, strict=True)}, "precision": precision}
    if not file.is_file():
        files.write_bytes(file, json.dumps(own).encode())
    elif json.loads(file.read_text("utf-8")) != own:
        raise BadInput(
            f"{file.parent} holds a judge of other concepts, colours or styles than the folder"
            " has, or of another precision; name another --judge folder"
        )


_AVERAGED = "ema.module."
HOW = "`diffuscope forge evaluate FOLDER --judge RUN --part judge` trains one"


def learned(folder: Path) -> LargeJudge:
    """The judge of a run as its newest whole checkpoint has it, for inference.

    Raises BadInput where there is none, Unavailable without the package of its network.
    """
    part = folder / PART
    try:
        said = json.loads((part / LABELS).read_text("utf-8"))
        heads = Heads(tuple(tuple(said[head]) for head in HEADS))
        precision = str(said["precision"])
    except (OSError, ValueError, KeyError, TypeError):
        raise BadInput(f"{folder} has no readable {LABELS}: it holds no judge; {HOW}") from None
    for path in checkpoint.newest(part / "checkpoints"):
        try:
            tensors, _ = checkpoint.read(path)
        except ValueError:
            continue  # an older one may be whole
        return LargeJudge(features.eye(precision), _loaded(heads, tensors, path))
    raise BadInput(f"{folder} has no checkpoint that can be read: its judge is not trained; {HOW}")


def _loaded(heads: Heads, tensors: dict[str, Tensor], path: Path) -> Heads:
    """With the average of its weights, which is what a training ends with."""
    own = {k.removeprefix(_AVERAGED): v for k, v in tensors.items() if k.startswith(_AVERAGED)}
    try:
        heads.load_state_dict(own)
    except RuntimeError:
        raise BadInput(f"{path} is of another network than the judge; {HOW}") from None
    return heads.eval().requires_grad_(False)
