"""EMA lengths measured on held-out pictures, and the choice among them.

Every length is measured on the same pictures under the same noise.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from engine import files, runs
from engine.errors import BadInput, Stopped
from engine.forge import ema, networks, pipeline, sampling
from engine.forge.evaluation import fineness
from engine.forge.evaluation.fineness import TIMESTEPS, HeldOut
from engine.forge.run_folder import ForgeRun
from engine.specs.ema import EXPONENTIAL, EmaLength
from engine.specs.forge import Forge
from engine.training import checkpoint
from engine.training.devices import own_device
from engine.training.post_hoc import History

BATCH = 16


@dataclass(frozen=True)
class Trained:
    """A trained forge: its folder, and its spec."""

    run: ForgeRun
    spec: Forge

    @classmethod
    def named(cls, name: str) -> "Trained":
        """A forge run by name or folder; BadInput where it is another kind of run."""
        run = runs.open_run(name)
        if run.record.get("kind") != Forge.kind or not isinstance(spec := run.spec, Forge):
            raise BadInput(f"{run.folder} is no forge run; name one that `forge` trained")
        return cls(ForgeRun(run.folder), spec.model_copy(update={"out": str(run.folder)}))


@dataclass(frozen=True)
class MeasuredEma:
    """An EMA, `width` None for the exponential one: its errors of ε̂ at `TIMESTEPS`, (4,).

    `profile_error` is the distance of the reconstructed profile from the one asked for, 0 to 1.
    """

    width: float | None
    errors: Tensor
    profile_error: float = 0.0

    def relative(self, other: "MeasuredEma") -> float:
        """The mean over the timesteps of its error over the other's."""
        return float((self.errors / other.errors).mean())


def measure(
    spec: EmaLength, trained: Trained, part: str, history: History, say: Callable[[str], None],
    stop: Callable[[], bool],
) -> list[MeasuredEma]:  # fmt: skip
    """The exponential EMA first, then every length. Raises Stopped."""
    folder = Path(spec.folder).expanduser()
    art = fineness.held_out(folder, trained.spec.small, trained.spec.large, spec.pictures)
    errors_of = _measurement(spec, trained, part, art)
    widths, measured = spec.widths(), list[MeasuredEma]()
    say(f"{part}: reconstructing {len(widths)} EMAs from {len(history.files) + 1} snapshots")
    for width, weights, off in _candidates(trained, part, history, widths):
        if stop():
            raise Stopped
        say(f"{part}: measuring EMA {len(measured) + 1} of {len(widths) + 1}")
        measured.append(MeasuredEma(width, errors_of(weights), off))
    return measured


def _candidates(
    trained: Trained, part: str, history: History, widths: tuple[float, ...]
) -> Iterator[tuple[float | None, dict[str, Tensor], float]]:
    """Width, network and profile error of each EMA, the exponential one first."""
    newest = checkpoint.latest(trained.run.checkpoints(part))
    assert newest is not None
    base = ema.exponential(newest[0])
    yield None, base, 0.0
    for average in history.reconstruct(widths):
        yield average.width, base | average.weights, average.profile_error


def _measurement(
    spec: EmaLength, trained: Trained, part: str, art: HeldOut
) -> Callable[[dict[str, Tensor]], Tensor]:
    """A function from the weights of a stage to its errors (4,) on the art."""
    device, number = own_device(spec.device), int(part.removeprefix("stage"))
    text = pipeline.words(trained.run, device)(art.captions)
    unet = networks.described(trained.spec, trained.run, number, text.shape[-1])
    stage = sampling.stage_of(unet.to(device).eval(), number)
    clean = art.small if number == 1 else art.large

    def errors(weights: dict[str, Tensor]) -> Tensor:
        unet.load_state_dict(weights)
        total = torch.zeros(len(TIMESTEPS))
        for start in range(0, len(clean), BATCH):
            batch, seed = slice(start, start + BATCH), spec.seed + start
            low = None
            if number == 2:
                low = fineness.low_res(stage, art.small[batch], seed, spec.noise_level)
            means = fineness.errors(stage, text[batch], clean[batch], seed, low)
            total += means * len(clean[batch])
        return total / len(clean)

    return errors


def best(measured: list[MeasuredEma]) -> MeasuredEma:
    """The least mean relative error: of each timestep's error over the exponential EMA's."""
    return min(measured, key=lambda candidate: candidate.relative(measured[0]))


def choose(spec: EmaLength, measured: list[MeasuredEma]) -> MeasuredEma | None:
    """The EMA to export from now on; None where the choice is to stay."""
    if spec.export == "best":
        return best(measured)
    if spec.export == "none":
        return None
    width = None if spec.export == EXPONENTIAL else float(spec.export)
    return next(candidate for candidate in measured if candidate.width == width)


def write(
    spec: EmaLength, file: Path, history: History, measured: list[MeasuredEma],
    chosen: MeasuredEma | None,
) -> None:  # fmt: skip
    """Write a part's ema.json: what was measured, and the choice."""
    record = {
        "chosen": _choice(chosen, history) if chosen else _earlier_choice(file),
        "step": history.step,
        "since": history.began,
        "snapshots": len(history.files),
        "pictures": spec.pictures,
        "timesteps": list(TIMESTEPS),
        "measured": [_row(candidate, measured[0]) for candidate in measured],
    }
    files.write_bytes(file, (json.dumps(record, indent=1) + "\n").encode())


def _choice(chosen: MeasuredEma, history: History) -> dict[str, Any] | str:
    if chosen.width is None:
        return EXPONENTIAL
    return {"sigma_rel": chosen.width, "since": history.began}


def _earlier_choice(file: Path) -> Any:
    try:
        return json.loads(file.read_text("utf-8"))["chosen"]
    except (OSError, ValueError, KeyError, TypeError):
        return EXPONENTIAL


def _row(candidate: MeasuredEma, exponential: MeasuredEma) -> dict[str, Any]:
    return {
        "ema": EXPONENTIAL if candidate.width is None else candidate.width,
        "errors": [round(float(error), 5) for error in candidate.errors],
        "relative": round(candidate.relative(exponential), 4),
        "profile_error": round(candidate.profile_error, 4),
    }
