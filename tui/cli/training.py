"""A training in lines, for `runs show`."""

from pathlib import Path

from engine.runs.training_log import TrainingLog
from engine.runs.training_part import Part


def lines(folder: Path) -> list[tuple[str, str]]:
    """Each part that has begun and how far it is, in the order in which they began."""
    parts = TrainingLog.read(folder).parts.values()
    return [(part.name, _line(part)) for part in sorted(parts, key=lambda part: part.began)]


def _line(part: Part) -> str:
    loss = part.last("loss")
    said = [f"step {part.step}/{part.steps}", f"checkpoint at {part.saved}" if part.saved else ""]
    said += [f"loss {loss:.4f}" if loss is not None else "", f"{part.seconds / 60:.0f} min"]
    said += [f"samples at {part.samples[-1].step}" if part.samples else ""]
    return ", ".join(filter(None, said))
