"""Trainings as the forge would write them, without training anything."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from PIL import Image

from engine import events
from engine.events import Event, to_json
from engine.runs import metadata
from engine.specs import Forge


def _dead() -> int:
    """The number of a process that has just ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


DEAD = _dead()
CLOCK = 1_700_000_000.0


def begun(step: int, part: str = "one", steps: int = 100, pid: int | None = None) -> events.Begun:
    """A part is taken up by this process, or by ``pid``."""
    return events.Begun("r", 0.0, part, step, steps, os.getpid() if pid is None else pid, CLOCK)


def progress(
    step: int, part: str = "one", steps: int = 100, loss: float = 0.5, pace: float = 1.5,
    seconds: float = 0.0,
) -> events.Progress:  # fmt: skip
    """One report."""
    return events.Progress("r", seconds, part, step, steps, {"loss": loss}, 1e-3, pace)


def samples(folder: Path, step: int, part: str = "one") -> events.Samples:
    """A sheet of four pictures whose colour tells its step, written; the event of it."""
    path = folder / part / "samples" / f"step-{step:08d}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (32, 8), (step % 256, 80, 160)).save(path)
    file = path.relative_to(folder).as_posix()
    return events.Samples(folder.name, 0.0, part, step, file, ("a cat", "a dog"))


def write(folder: Path, part: str, *told: Event) -> None:
    """Append events to a part's file, or to the run's own ('')."""
    path = folder / part / "events.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    torn = path.exists() and not path.read_bytes().endswith(b"\n")
    with path.open("a", encoding="utf-8") as file:
        file.write("\n" * torn + "".join(json.dumps(to_json(event)) + "\n" for event in told))


def write_spec(folder: Path, **fields: object) -> Forge:
    """Make the folder one of a forge run."""
    spec = Forge(folder="pictures", **fields)  # type: ignore[arg-type]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "spec.json").write_text(json.dumps(metadata.document(spec)))
    return spec


def write_old(folder: Path, part: str, steps: Iterable[int], sheets: Iterable[int]) -> None:
    """The same in the form that the forge wrote before its progress was events."""
    clock = {"time": CLOCK}
    lines: list[dict[str, object]] = [{"event": "begin", **clock, "step": 0, "steps": 100}]
    for step in steps:
        figures = {"metrics": {"loss": 1 / step, "simple": 0.9 / step}, "learning_rate": 1e-3}
        lines.append({"event": "progress", **clock, "step": step, "steps": 100, **figures,
                      "seconds": step / 2, "steps_per_second": 2.0})  # fmt: skip
    (folder / part).mkdir(parents=True, exist_ok=True)
    (folder / part / "events.jsonl").write_text("".join(json.dumps(x) + "\n" for x in lines))
    for step in sheets:
        samples(folder, step, part)
    (folder / part / "samples" / "prompts.txt").write_text("a cat\na dog\n")
