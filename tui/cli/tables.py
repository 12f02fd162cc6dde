"""What a run measured and how a training goes: as JSON values, and as lines for a person."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from engine.events import Difference, Event, Masked, Measured
from engine.runs import ranking
from engine.runs.run_state import RunState
from engine.runs.training_log import TrainingLog
from engine.runs.training_part import Part

FIGURES = {"psnr": ("PSNR", 2), "ssim": ("SSIM", 3), "perceptual": ("HaarPSI", 3)}
"""Column titles and decimals; higher is nearer to the original in all."""


def values(measured: Sequence[Measured], folder: Path) -> list[dict[str, Any]]:
    """A record for each timestep and method; None for the PSNR of equal pictures."""
    return [_record(event, folder) for event in measured]


def _record(event: Measured, folder: Path) -> dict[str, Any]:
    values = _values(event)
    finite = {k: v if math.isfinite(v) else None for k, v in values.items() if k in FIGURES}
    return values | finite | {"file": str(folder / event.file)}


def masks(masked: Sequence[Masked], folder: Path) -> list[dict[str, Any]]:
    """A record for each stage: the original, the mask and the region that it replaced."""
    files = ("original", "mask", "region")
    named = ({name: str(folder / getattr(event, name)) for name in files} for event in masked)
    return [_values(event) | paths for event, paths in zip(masked, named, strict=True)]


def differences(events: Sequence[Difference]) -> list[dict[str, Any]]:
    """A record for each stage, with a value for each sample."""
    return [_values(event) for event in events]


def _values(event: Event) -> dict[str, Any]:
    return {k: v for k, v in asdict(event).items() if k not in ("run", "seconds")}


def ranked(state: RunState) -> dict[str, Any]:
    """Of a run that was to rank its seeds, by "ranking": a record of each sample, the best first.

    ``rank`` and ``score`` are None, and the seeds in their order, where nobody could rank them.
    """
    if not ranking.wants_best(state):
        return {}
    return {"ranking": [_ranked(state, sample) for sample in ranking.best_first(state)]}


def _ranked(state: RunState, sample: int) -> dict[str, Any]:
    file, seed = str(state.results[sample]), ranking.seed_of(state, sample)
    return {"file": file, "sample": sample, "seed": seed, **ranking.record(state, sample)}


def changes(differences: Sequence[Difference]) -> Iterator[str]:
    """A line for each stage and sample: the difference inside the mask and outside it."""
    if differences:
        yield f"{'stage':<6} {'sample':>6} {'inside':>8} {'outside':>8} {'seam':>8}"
    for event in differences:
        rows = zip(event.inside, event.outside, event.seam, strict=True)
        for sample, (inside, outside, seam) in enumerate(rows):
            stage = "I" * event.stage
            yield f"{stage:<6} {sample:>6} {inside:8.1f} {outside:8d} {seam:8.1f}"


def table(measured: Sequence[Measured]) -> Iterator[str]:
    """A line for each timestep and method, timestep by timestep."""
    if measured:
        titles = "".join(f"{title:>9}" for title, _ in FIGURES.values())
        yield f"{'t':>4}  {'method':<16}{titles}"
    times = list(dict.fromkeys(event.t for event in measured))
    for event in sorted(measured, key=lambda event: times.index(event.t)):
        figures = "".join(f"{getattr(event, n):9.{digits}f}" for n, (_, digits) in FIGURES.items())
        blur = f"   kernel {event.kernel}, σ {event.sigma:.2f}" if event.kernel else ""
        yield f"{event.t:>4}  {event.method:<16}{figures}{blur}"


def ema_lengths(part: str, figures: dict[str, Any]) -> Iterator[str]:
    """A line for each EMA of a part: errors by timestep, and relative to the exponential one's."""
    columns = "".join(f"{f'ε̂ at {t}':>11}" for t in figures["timesteps"])
    yield f"{part:<13}{columns}{'relative':>10}{'profile error':>15}"
    for row in figures["measured"]:
        name = row["ema"] if isinstance(row["ema"], str) else f"σ_rel {row['ema']:g}"
        errors = "".join(f"{error:10.4f}" for error in row["errors"])
        yield f"{name:<13}{errors}{row['relative']:10.4f}{100 * row['profile_error']:13.1f} %"


def training(folder: Path) -> list[tuple[str, str]]:
    """Each part that has begun and how far it is, in the order in which they began."""
    parts = TrainingLog.read(folder).parts.values()
    return [(part.name, _progress(part)) for part in sorted(parts, key=lambda part: part.began)]


def _progress(part: Part) -> str:
    loss = part.last("loss")
    words = [f"step {part.step}/{part.steps}", f"checkpoint at {part.saved}" if part.saved else ""]
    words += [f"loss {loss:.4f}" if loss is not None else "", f"{part.seconds / 60:.0f} min"]
    words += [f"samples at {part.samples[-1].step}" if part.samples else ""]
    return ", ".join(filter(None, words))
