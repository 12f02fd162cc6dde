"""Snapshots of a training's power averages: what any other length is made of afterwards.

A part keeps them in its folder `averages/`, a file each, in half precision: an average is off by
2^-12 of itself at most then, as what is exported is, and what is made of them by up to ten times as
much where its profile is much narrower than theirs. bfloat16 would be off by eight times as much,
and float32 take twice the room.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from torch import Tensor

from engine.training import checkpoint
from engine.training.power_averages import PowerAverages

FORMAT = "diffuscope-averages-1"
MOST = 40
"""Snapshots of a part: 1 GB for 6.4 million parameters, however long the training."""
LEAST, PER_OCTAVE = 64, 32
"""Steps between two, at least; and how many while the steps double. So the newest ones are 1/64 to
1/32 of the training apart, which makes a profile as narrow as 0.02 to within 4 %."""


def due(age: int) -> bool:
    """Whether a snapshot is taken `age` steps after the averages began: a function of that alone.

    The intervals are powers of two, so that thinned snapshots lie evenly.
    """
    return age > 0 and age % max(LEAST, (1 << age.bit_length() - 1) // PER_OCTAVE) == 0


def take(folder: Path, averages: PowerAverages, step: int) -> None:
    """Where one is due after `step` steps, write `step-N.safetensors` and thin out the others.

    Raises BadInput where it cannot be written.
    """
    if not due(step - averages.began):
        return
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {name: value.cpu().half() for name, value in averages.tensors().items()}
    state = {"step": step, checkpoint.BEGAN: averages.began}
    checkpoint.seal(tensors, folder / f"step-{step:08d}.safetensors", state, FORMAT)
    files = listed(folder)
    for gone in set(files) - thinned(files, MOST):
        files[gone].unlink(missing_ok=True)


def thinned(steps: Iterable[int], most: int) -> set[int]:
    """Which to keep of ascending steps: `most`, without the inner ones whose neighbours are close.

    The oldest of equals goes first; so those far back come to lie evenly and twice as far apart.
    """
    kept = list(steps)
    while len(kept) > most:
        gaps = [after - before for before, after in zip(kept, kept[2:], strict=False)]
        kept.pop(1 + gaps.index(min(gaps)))
    return set(kept)


def listed(folder: Path) -> dict[int, Path]:
    """The snapshots of a folder by their steps, ascending."""
    found = sorted(folder.glob("step-*.safetensors"))
    return {int(path.stem[5:]): path for path in found if path.stem[5:].isdecimal()}


def read(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """The averages of a snapshot, named `power.WIDTH.PARAMETER`, and its state.

    Raises ValueError when it is damaged or of another kind.
    """
    return checkpoint.unseal(path, FORMAT, "a snapshot of averages")


def drop_others(folder: Path, began: int, step: int) -> None:
    """Of a training that goes on from `step`, leave only what it has behind it itself.

    Later ones are taken again; ones of averages that began elsewhere are of no use to it.
    """
    for taken, path in listed(folder).items():
        if taken > step or _began(path) != began:
            path.unlink(missing_ok=True)
    for path in folder.glob(".step-*.part"):  # of killed processes
        path.unlink(missing_ok=True)


def _began(path: Path) -> int | None:
    """The step after which a snapshot's averages began, without reading them; None if damaged."""
    try:
        with safe_open(path, framework="pt") as file:
            return int(json.loads(file.metadata()["state"])[checkpoint.BEGAN])
    except (SafetensorError, OSError, KeyError, TypeError, ValueError):
        return None
