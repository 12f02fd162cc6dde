"""What a timed training leaves to read: results.json, and a few lines of it."""

import json
import statistics
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine import files
from engine.forge.evaluation.accuracy import Figures
from engine.runs.training_log import TrainingLog
from engine.runs.training_part import RATE, Curve, Part

FILE = "results.json"
POINTS = 200
"""Most points of a curve."""
STAGES = {"stage1": "stage I", "stage2": "stage II"}


@dataclass
class Results:
    """What was asked and chosen, figures before and after, seconds of each phase."""

    folder: Path
    asked: dict[str, Any]
    before: Figures | None = None
    after: Figures | None = None
    chosen: dict[str, dict[str, Any]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    def write(self) -> None:
        """The file, whole or not at all, with the curves as far as they go."""
        parts = TrainingLog.read(self.folder).parts
        stages = {
            name: {**chosen, **(_told(parts[name]) if name in parts else {})}
            for name, chosen in self.chosen.items()
        }
        cascade = [file for file in (self.folder / "cascade").rglob("*") if file.is_file()]
        whole = {
            **self.asked,
            "seconds": {name: round(value, 1) for name, value in self.seconds.items()},
            "bytes": sum(file.stat().st_size for file in cascade),
            "before": self.before,
            "after": self.after,
            "stages": stages,
        }
        files.write_bytes(self.folder / FILE, (json.dumps(whole, indent=1) + "\n").encode())

    def lines(self) -> list[str]:
        """Each stage's error by timestep and grain, before and after."""
        if not self.before or not self.after:
            return []
        times = self.before["timesteps"]
        return [
            line
            for name, title in STAGES.items()
            if name in self.before and name in self.after
            for line in _lines(title, times, self.before[name], self.after[name])
        ]


def _lines(title: str, times: list[int], before: Figures, after: Figures) -> list[str]:
    errors = [
        f"t = {t}: {old:.3f} → {new:.3f}"
        for t, old, new in zip(times, before["errors"], after["errors"], strict=True)
    ]
    grain = f"{before['ground']:.1f} → {after['ground']:.1f} (art {after['real']['ground']:.1f})"
    return [f"{title}, error of ε̂ at {', '.join(errors)}",
            f"{title}, noise of flat ground in levels of 255: {grain}"]  # fmt: skip


def _told(part: Part) -> dict[str, Any]:
    names = [name for name in part.curves if name == "loss" or name == RATE or "error" in name]
    return {
        "steps": part.step,
        "seconds": round(part.seconds, 1),
        "curves": {name: binned(part.curves[name]) for name in names},
    }


def binned(curve: Curve) -> list[list[float]]:
    """At most `POINTS` pairs: the last step of as many equal spans, and the mean in each."""
    width = -(-len(curve.steps) // POINTS)
    return [
        [curve.steps[min(at + width, len(curve.steps)) - 1],
         round(statistics.fmean(curve.values[at : at + width]), 6)]
        for at in range(0, len(curve.steps), width or 1)
    ]  # fmt: skip
