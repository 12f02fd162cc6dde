"""The judge that a training left, for those who have pictures and no renderings."""

import json
from pathlib import Path

from torch import Tensor

from engine.errors import BadInput
from engine.forge.classifier.labelled_renderings import HEADS
from engine.forge.classifier.learn import LABELS
from engine.forge.classifier.network import Judge
from engine.training import checkpoint

_AVERAGED = "ema.module."
HOW = "`diffuscope forge evaluate FOLDER --judge RUN --part judge` trains one"


def learned(folder: Path) -> Judge:
    """The judge of a folder as its newest whole checkpoint has it, for inference.

    Raises BadInput where there is none.
    """
    try:
        said = json.loads((folder / LABELS).read_text("utf-8"))
        judge = Judge(tuple(tuple(said[head]) for head in HEADS))
    except (OSError, ValueError, KeyError, TypeError):
        raise BadInput(f"{folder} has no readable {LABELS}: it holds no judge; {HOW}") from None
    for path in checkpoint.newest(folder / "checkpoints"):
        try:
            tensors, _ = checkpoint.read(path)
        except ValueError:
            continue  # an older one may be whole
        return _loaded(judge, tensors, path)
    raise BadInput(f"{folder} has no checkpoint that can be read: its judge is not trained; {HOW}")


def _loaded(judge: Judge, tensors: dict[str, Tensor], path: Path) -> Judge:
    """With the average of its weights, which is what a training ends with."""
    own = {k.removeprefix(_AVERAGED): v for k, v in tensors.items() if k.startswith(_AVERAGED)}
    try:
        judge.load_state_dict(own)
    except RuntimeError:
        raise BadInput(f"{path} is of another network than the judge; {HOW}") from None
    return judge.eval().requires_grad_(False)
