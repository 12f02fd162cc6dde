"""Post-hoc EMA: an EMA of any length, reconstructed from a training's snapshots.

An EMA is the path of the weights under a profile, so a linear combination of snapshots is the path
under the combination of their profiles. Least squares finds the combination that is nearest to the
profile wanted (Karras et al. 2024, EDM2, arXiv 2312.02696, section 3.2, appendix C, algorithm 3).
Time is counted from the step at which the EMAs began.
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
from engine.training.power_ema import exponent

Floats = NDArray[np.float64]
Profile = tuple[float, float]
"""The time > 0 and the exponent γ of a power-function EMA."""


def dot_products(rows: Sequence[Profile], columns: Sequence[Profile]) -> Floats:
    """∫ p_a(τ) p_b(τ) dτ for profiles (N) and (M), as (N,M).

    p(τ) = (γ+1) τ^γ / t^(γ+1) for τ in [0,t], and 0 after t; so only the time up to the earlier of
    the two counts.
    """
    time, gamma = (np.array(part, dtype=np.float64)[:, None] for part in zip(*rows, strict=True))
    other_time, other_gamma = (
        np.array(part, dtype=np.float64) for part in zip(*columns, strict=True)
    )
    exponents = gamma + other_gamma + 1
    logarithm: Floats = (
        exponents * np.log(np.minimum(time, other_time))
        - (gamma + 1) * np.log(time)
        - (other_gamma + 1) * np.log(other_time)
    )
    products: Floats = (gamma + 1) * (other_gamma + 1) / exponents * np.exp(logarithm)
    return products


def least_squares(stored: Sequence[Profile], target: Profile) -> tuple[Floats, float]:
    """The coefficients (N) of stored profiles whose sum is nearest to the target; and its distance.

    The distance is relative to the target's norm. Coefficients are constrained to add up to 1, so
    that weights keep their scale where the profile cannot be matched.
    """
    end, gamma = target
    scaled = [(time / end, stored_gamma) for time, stored_gamma in stored]
    gram = dot_products(scaled, scaled)
    right = dot_products(scaled, [(1.0, gamma)])[:, 0]
    bordered = np.ones((len(scaled) + 1, len(scaled) + 1))  # the last row is Lagrange's
    bordered[:-1, :-1], bordered[-1, -1] = gram, 0
    solution = np.linalg.lstsq(bordered, np.append(right, 1.0), rcond=1e-14)[0]
    coefficients: Floats = solution[:-1]
    norm = float(dot_products([(1.0, gamma)], [(1.0, gamma)])[0, 0])
    residual = float(norm - 2 * coefficients @ right + coefficients @ gram @ coefficients)
    return coefficients, (max(0.0, residual) / norm) ** 0.5


@dataclass(frozen=True)
class Reconstruction:
    """An EMA of a relative width: parameters by name, and the relative distance of its profile."""

    width: float
    weights: dict[str, Tensor]
    profile_error: float


@dataclass(frozen=True)
class History:
    """The power-function EMAs of a part: of its newest checkpoint, and of snapshots before it.

    `newest` are those of the checkpoint, named `power.WIDTH.PARAMETER`; `files` are the snapshots
    by the number of steps since `began`. `warnings` name files that could not be used.
    """

    step: int
    began: int
    widths: tuple[float, ...]
    newest: dict[str, Tensor]
    files: dict[int, Path]
    warnings: list[str] = field(default_factory=list)

    @property
    def age(self) -> int:
        """Steps since the EMAs began."""
        return self.step - self.began

    def reconstruct(self, widths: Sequence[float]) -> list[Reconstruction]:
        """The EMA of each width at the newest step, float32; every snapshot is read once.

        A width that was recorded is that of the checkpoint. BadInput where a file has disappeared.
        """
        times = [*self.files, self.age]
        stored = [(float(time), exponent(width)) for time in times for width in self.widths]
        fits = [least_squares(stored, (float(self.age), exponent(width))) for width in widths]
        shares = np.array([fit[0] for fit in fits]).reshape(len(widths), len(times), -1)
        made = [Reconstruction(w, {}, fit[1]) for w, fit in zip(widths, fits, strict=True)]
        for index, time in enumerate(times):
            tensors = self._at(time)
            for one, coefficients in zip(made, shares[:, index], strict=True):
                _add(one.weights, self.widths, tensors, coefficients)
        return [self._recorded(one.width) if one.width in self.widths else one for one in made]

    def _at(self, time: int) -> dict[str, Tensor]:
        if time not in self.files:
            return self.newest
        try:
            return snapshots.read(self.files[time])[0]
        except ValueError as error:
            raise BadInput(f"{error}; the training went on meanwhile, repeat the command") from None

    def _recorded(self, width: float) -> Reconstruction:
        return Reconstruction(width, _of_width(self.newest, width), 0.0)


def history(checkpoints: Path, averages: Path, widths: Sequence[float]) -> History:
    """Read and check a part's newest checkpoint and its snapshots, which have EMAs of `widths`.

    Raises BadInput where the checkpoint has none, or they begin with it.
    """
    latest, part = checkpoint.latest(checkpoints), checkpoints.parent
    if latest is None:
        raise BadInput(f"{part} has no readable checkpoint; train it first")
    tensors, state = latest
    newest = {k: v for k, v in tensors.items() if k.startswith("power.")}
    step, began = int(state["step"]), int(state.get(checkpoint.BEGAN, state["step"]))
    if not newest or step == began:
        raise BadInput(
            f"{part} has no snapshots to reconstruct an EMA from: an earlier version trained it;"
            " resume the training to record them"
        )
    files: dict[int, Path] = {}
    warnings: list[str] = []
    for path in snapshots.listed(averages).values():
        try:
            taken, start = _checked(path, newest)
        except ValueError as error:
            warnings.append(f"{error}; reconstructing without it")
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


def _of_width(tensors: dict[str, Tensor], width: float) -> dict[str, Tensor]:
    """The parameters of one of the EMAs."""
    start = f"power.{width:g}."
    return {k.removeprefix(start): v for k, v in tensors.items() if k.startswith(start)}


@torch.no_grad()
def _add(
    sums: dict[str, Tensor], widths: Sequence[float], tensors: dict[str, Tensor],
    coefficients: Floats,
) -> None:  # fmt: skip
    """Add the EMAs of a snapshot, each times its coefficient."""
    for width, coefficient in zip(widths, coefficients, strict=True):
        for name, value in _of_width(tensors, width).items():
            term = value.float() * float(coefficient)
            sums[name] = sums[name].add_(term) if name in sums else term
