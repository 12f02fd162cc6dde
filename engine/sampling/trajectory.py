"""The float32 record of a stage: written to a run folder, and read back to branch from it.

Beside the contract's ``x``, ``x0``, ``eps`` and ``timesteps`` a file holds ``eps_uncond`` (where
guidance evaluated it), ``chain`` (the timesteps that were planned, one more than steps where the
sampler stops at its last pair) and ``draws`` (noise tensors drawn at each state: (N+1), or
(N+1, B) where the samples differ). Where samples took chains of their own, ``chains`` (B, L) has
them, −1 where one is shorter. ``samples`` (B) names the samples of the run that a stage took where
it did not take all.
"""

import itertools
from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from engine.diffusion.sampler import Step
from engine.errors import BadInput, Unavailable

Arrays = dict[str, np.ndarray[Any, Any]]


@dataclass
class Trajectory:
    """The states of one stage while its loop runs; tensors (B, C, H, W) float32 on the CPU.

    ``samples`` are those of the run's that the stage runs, empty where it runs all. ``broken`` is
    why it broke off, '' where it did not: only good steps are among its states.
    """

    chain: list[int]
    x: list[Tensor]
    draws: list[tuple[int, ...]]
    chains: Sequence[Sequence[int]] = ()
    samples: tuple[int, ...] = ()
    x0: list[Tensor] = field(default_factory=list)
    eps: list[Tensor] = field(default_factory=list)
    eps_uncond: list[Tensor] = field(default_factory=list)
    timesteps: list[int] = field(default_factory=list)
    broken: str = ""

    def add(self, step: Step, drawn: tuple[int, ...]) -> None:
        """Append one step; ``drawn`` is the noise source's count after it."""
        self.timesteps.append(step.timestep)
        self.draws.append(drawn)
        self.x.append(step.x.cpu())
        self.x0.append(step.x0.cpu())
        self.eps.append(step.eps.cpu())
        if step.eps_uncond is not None:
            self.eps_uncond.append(step.eps_uncond.cpu())

    def check(self) -> None:
        """Unavailable where the stage broke off."""
        if self.broken:
            raise Unavailable(self.broken)

    def arrays(self) -> Arrays:
        """What the file holds; a run stopped before its first step has empty x0 and eps."""
        pictures = {"x": self.x, "x0": self.x0, "eps": self.eps}
        if len(self.eps_uncond) == len(self.eps) > 0:
            pictures["eps_uncond"] = self.eps_uncond
        alike = all(len(set(drawn)) == 1 for drawn in self.draws)
        draws = [drawn[0] for drawn in self.draws] if alike else self.draws
        integers: dict[str, Any] = {
            "timesteps": self.timesteps,
            "chain": self.chain,
            "draws": draws,
        }
        if self.chains:
            integers["chains"] = _padded(self.chains)
        if self.samples:
            integers["samples"] = self.samples
        return {name: _stack(states, self.x[0]) for name, states in pictures.items()} | {
            name: np.array(numbers, dtype=np.int64) for name, numbers in integers.items()
        }


@dataclass(frozen=True)
class Origin:
    """Where a branch starts: the state x (B, C, H, W), the rest of its chain, the draws so far.

    ``history`` is (t, x, ε) of the steps before, oldest first, for samplers that look back.
    """

    step: int
    x: Tensor
    chain: list[int]
    draws: tuple[int, ...]
    history: list[tuple[int, Tensor, Tensor]]


def read(path: Path, step: int, sample: int | None = None) -> Origin:
    """The state after ``step`` steps of a recorded stage, of one sample or of all.

    BadInput when there is no such state, or none from which all samples can go on together.
    """
    saved = _load(path)
    last, count = len(saved["timesteps"]), saved["x"].shape[1]
    if not 0 <= step <= last:
        raise BadInput(f"{path.parent.name} has steps 0 to {last}, not {step}")
    if sample is not None and sample >= count:
        raise BadInput(f"start sample: the parent has samples 0 to {count - 1}")
    own = slice(None) if sample is None else slice(sample, sample + 1)
    taken, rest = _chain(saved, step, sample)
    times = saved["timesteps"].tolist()
    past = [i for i in range(step) if times[i] in taken]
    draws = saved["draws"].reshape(last + 1, -1).expand(-1, count)
    return Origin(
        step,
        saved["x"][step][own],
        rest,
        tuple(draws[step][own].tolist()),
        [(times[i], saved["x"][i][own], saved["eps"][i][own]) for i in past],
    )


def _chain(
    saved: dict[str, Tensor], step: int, sample: int | None
) -> tuple[Container[int], list[int]]:
    """The timesteps of the steps that were taken, and those still to come.

    A chain that goes up again (resampling) is left for the straight way down from where it stands,
    and its past is no history that a sampler could look back at.
    """
    timesteps = saved["chain"].tolist()
    now, rest = (timesteps[step] if step < len(timesteps) else -1), timesteps[step:]
    if any(a < b for a, b in itertools.pairwise(timesteps)):
        return (), sorted({t for t in timesteps if t <= now}, reverse=True)
    if "chains" not in saved:
        return timesteps, rest
    if sample is None:
        raise BadInput("the parent's samples begin apart: choose one of them with --start-sample")
    own = [t for t in saved["chains"][sample].tolist() if t >= 0]
    if now > own[0]:
        first = next(i for i, t in enumerate(timesteps) if t <= own[0])
        raise BadInput(
            f"sample {sample} begins at step {first} (t = {own[0]}): branch there or later"
        )
    return own, [t for t in own if t <= now]


def _load(path: Path) -> dict[str, Tensor]:
    try:
        saved: dict[str, Tensor] = load_file(path)
    except FileNotFoundError:
        raise BadInput(f"{path.parent} has no trajectory to branch from: it never ran") from None
    except (SafetensorError, OSError):
        raise BadInput(f"{path} is damaged: run it again with `diffuscope runs replay`") from None
    missing = {"x", "eps", "timesteps", "chain", "draws"} - saved.keys()
    if missing:
        raise BadInput(f"{path} lacks {', '.join(sorted(missing))}: it is no trajectory of a run")
    return saved


def _stack(states: list[Tensor], like: Tensor) -> np.ndarray[Any, Any]:
    stacked = torch.stack(states) if states else torch.empty((0, *like.shape))
    array: np.ndarray[Any, Any] = stacked.to(torch.float32).numpy()
    return array


def _padded(chains: Sequence[Sequence[int]]) -> list[list[int]]:
    longest = max(len(chain) for chain in chains)
    return [[*chain, *[-1] * (longest - len(chain))] for chain in chains]
