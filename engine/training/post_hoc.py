"""Averages of any length, made of a training's snapshots when it is over.

An average is the weights' path under a profile, so a sum of snapshots is the path under the sum of
their profiles: the sum whose profile is nearest to the one wanted, in least squares, is the average
wanted as nearly as those snapshots can tell (Karras et al. 2024, EDM2, arXiv 2312.02696, section
3.2 and algorithm 3). Time is counted from where the averages began.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.errors import BadInput
from engine.training import checkpoint, snapshots
from engine.training.power_averages import exponent

Floats = NDArray[np.float64]
Profile = tuple[float, float]
"""The time of an average > 0, and its exponent γ."""


def overlaps(ones: Sequence[Profile], others: Sequence[Profile]) -> Floats:
    """The inner products of profiles (N) and (M), (N,M): ∫ p_a p_b dτ up to the earlier time.

    p(τ) = (γ+1) τ^γ / t^(γ+1) for τ in [0,t], and 0 later.
    """
    time, gamma = np.array(ones, dtype=np.float64).T[:, :, None]
    other_time, other_gamma = np.array(others, dtype=np.float64).T[:, None, :]
    both, earlier = gamma + other_gamma + 1, np.minimum(time, other_time)
    logarithm = both * np.log(earlier) - (gamma + 1) * np.log(time)
    logarithm = logarithm - (other_gamma + 1) * np.log(other_time)
    product: Floats = (gamma + 1) * (other_gamma + 1) / both * np.exp(logarithm)
    return product


def mixture(known: Sequence[Profile], wanted: Profile) -> tuple[Floats, float]:
    """What each known profile (N) counts, sum 1, in the nearest to the wanted one; and how far off.

    The distance is that of the profiles over the norm of the one wanted. The sum is held at 1, lest
    all weights shrink or grow where the profiles cannot follow.
    """
    known = [(time / wanted[0], gamma) for time, gamma in known]
    wanted = (1.0, wanted[1])
    gram, aim = overlaps(known, known), overlaps(known, [wanted])[:, 0]
    bordered = np.ones((len(known) + 1, len(known) + 1))
    bordered[:-1, :-1], bordered[-1, -1] = gram, 0
    shares: Floats = np.linalg.lstsq(bordered, np.append(aim, 1.0), rcond=1e-14)[0][:-1]
    whole = float(overlaps([wanted], [wanted])[0, 0])
    left = whole - 2 * shares @ aim + shares @ gram @ shares
    return shares, float(max(0.0, left) / whole) ** 0.5


@dataclass(frozen=True)
class Average:
    """The average of a relative width: its weights, how far its profile is off that (0 to 1)."""

    width: float
    weights: dict[str, Tensor]
    off: float


@dataclass(frozen=True)
class History:
    """The power averages that a part has kept, at the step of its newest checkpoint and before.

    `newest` are those of the checkpoint, named `power.WIDTH.PARAMETER`, `files` the snapshots by
    the steps since they `began`; what could not be read is said in `warnings`.
    """

    step: int
    began: int
    widths: tuple[float, ...]
    newest: dict[str, Tensor]
    files: dict[int, Path]
    warnings: list[str] = field(default_factory=list)

    @property
    def age(self) -> int:
        """Steps that the averages are made of."""
        return self.step - self.began

    def averages(self, widths: Sequence[float]) -> list[Average]:
        """Those of the widths asked for, at the newest step, float32; each file is read once.

        A width that was kept itself is taken as it is.
        """
        times = [*self.files, self.age]
        profiles = [(float(t), exponent(width)) for t in times for width in self.widths]
        found = [mixture(profiles, (float(self.age), exponent(width))) for width in widths]
        parts = np.array([shares for shares, _ in found]).reshape(len(widths), len(times), -1)
        sums = [Average(w, {}, off) for w, (_, off) in zip(widths, found, strict=True)]
        for index, time in enumerate(times):
            file = self.files.get(time)
            tensors = snapshots.read(file)[0] if file else self.newest
            for one, shares in zip(sums, parts[:, index], strict=True):
                _add(one.weights, self.widths, tensors, shares)
        return [self._as_kept(one) if one.width in self.widths else one for one in sums]

    def _as_kept(self, made: Average) -> Average:
        start = f"power.{made.width:g}."
        own = {k.removeprefix(start): v for k, v in self.newest.items() if k.startswith(start)}
        return Average(made.width, own, 0.0)


def history(checkpoints: Path, averages: Path, widths: Sequence[float]) -> History:
    """What the folders of a part hold of averages of these widths; every file is read and checked.

    Raises BadInput where its newest checkpoint has none, or has only begun them.
    """
    found = checkpoint.latest(checkpoints)
    part = checkpoints.parent
    if found is None:
        raise BadInput(f"{part} holds no checkpoint that can be read; train it first")
    tensors, state = found
    newest = {k: v for k, v in tensors.items() if k.startswith("power.")}
    step, began = int(state["step"]), int(state.get(checkpoint.BEGAN, state["step"]))
    if not newest or step == began:
        raise BadInput(
            f"{part} has kept no averages to choose from: an earlier version trained it; they begin"
            " when the training goes on"
        )
    files: dict[int, Path] = {}
    warnings: list[str] = []
    for path in snapshots.listed(averages).values():
        try:
            taken, start = _checked(path, newest)
        except ValueError as error:
            warnings.append(f"{error}; the averages are made without it")
            continue
        if start == began and began < taken < step:
            files[taken - began] = path
    return History(step, began, tuple(widths), newest, files, warnings)


def _checked(path: Path, newest: dict[str, Tensor]) -> tuple[int, int]:
    """Step and beginning of a snapshot; ValueError where it is damaged or of another network."""
    tensors, state = snapshots.read(path)
    shapes = {name: value.shape for name, value in newest.items()}
    if {name: value.shape for name, value in tensors.items()} != shapes:
        raise ValueError(f"{path.name} is of another network than the newest checkpoint")
    return int(state["step"]), int(state[checkpoint.BEGAN])


@torch.no_grad()
def _add(
    sums: dict[str, Tensor], widths: Sequence[float], tensors: dict[str, Tensor], shares: Floats
) -> None:
    """Add a snapshot's averages, as much of each as its share."""
    for width, share in zip(widths, shares, strict=True):
        start = f"power.{width:g}."
        for name, value in tensors.items():
            if name.startswith(start):
                own = name.removeprefix(start)
                term = value.float() * float(share)
                sums[own] = sums[own].add_(term) if own in sums else term
