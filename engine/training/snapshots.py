"""Snapshots of a training's power-function EMAs, for reconstruction after it.

A part stores them in its folder `averages/`, one file each, in half precision, as the export is: a
parameter is rounded by at most 2^-11 of itself. A reconstruction multiplies that by the norm of its
coefficients, about 20 at σ_rel 0.02, 7 at 0.03, below 1 from 0.06 on. bfloat16 would round by eight
times as much; float32 would take twice the space.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from torch import Tensor

from engine.training import checkpoint
from engine.training.power_ema import PowerEma

FORMAT = "diffuscope-averages-1"
MOST = 40
"""Snapshots of a part, however long the training: 1 GB for 6.4 million parameters."""
LEAST, PER_OCTAVE = 64, 32
"""Minimum of steps between two; number of snapshots while the steps double. The newest ones are
thus 1/64 to 1/32 of the training apart, which matches the profile of σ_rel 0.02 to within 4 %."""


def due(age: int) -> bool:
    """Whether a snapshot is due `age` steps after the EMAs began.

    Intervals are powers of two, so that what thinning leaves is evenly spaced.
    """
    return age > 0 and age % max(LEAST, (1 << age.bit_length() - 1) // PER_OCTAVE) == 0


def take(folder: Path, averages: PowerEma, step: int) -> None:
    """Write `step-N.safetensors` where one is due after `step` steps, and thin the older ones.

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
    """The `most` of ascending steps to keep: those are dropped whose two neighbours are closest.

    Of equals the oldest is dropped, so that old ones become evenly spaced, twice as far apart.
    """
    kept = list(steps)
    while len(kept) > most:
        gaps = [after - before for before, after in zip(kept, kept[2:], strict=False)]
        kept.pop(1 + gaps.index(min(gaps)))
    return set(kept)


def listed(folder: Path) -> dict[int, Path]:
    """The snapshots of a folder by step, ascending."""
    paths = sorted(folder.glob("step-*.safetensors"))
    return {int(path.stem[5:]): path for path in paths if path.stem[5:].isdecimal()}


def read(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """The EMAs of a snapshot, named `power.WIDTH.PARAMETER`, and its state.

    Raises ValueError when it is damaged or of another kind.
    """
    return checkpoint.unseal(path, FORMAT, "an EMA snapshot")


def drop_others(folder: Path, began: int, step: int) -> None:
    """Delete snapshots after `step`, where a training resumes, and those of other EMAs.

    Later ones are taken again; ones that began at another step have other profiles.
    """
    for taken, path in listed(folder).items():
        if taken > step or _began(path) != began:
            path.unlink(missing_ok=True)
    for path in folder.glob(".step-*.part"):  # of killed processes
        path.unlink(missing_ok=True)


def _began(path: Path) -> int | None:
    """The step after which a snapshot's EMAs began, from its header; None where it is damaged."""
    try:
        with safe_open(path, framework="pt") as file:
            return int(json.loads(file.metadata()["state"])[checkpoint.BEGAN])
    except (SafetensorError, OSError, KeyError, TypeError, ValueError):
        return None
