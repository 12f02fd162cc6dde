"""Requests that answer without leaving a run: open a model, look at the machine."""

from typing import ClassVar

from engine.specs.base import Spec, ask


class Open(Spec):
    """Load a cascade so that the next request starts at once."""

    kind: ClassVar[str] = "open"
    recorded: ClassVar[bool] = False

    model: str = ask("tiny-if", "cascade folder, stage I folder, or hub id", min_length=1)
    stage2: str = ask("auto", "stage II: auto, none, a folder, or a hub id", min_length=1)
    device: str = ask("auto", "auto, cpu, cuda, cuda:1, mps", min_length=1)


class Doctor(Spec):
    """Say what was found on this machine and, for what is not right, the line to type."""

    kind: ClassVar[str] = "doctor"
    recorded: ClassVar[bool] = False

    model: str = ask("tiny-if", "the cascade to look at", min_length=1)
    device: str = ask("auto", "auto, cpu, cuda, cuda:1, mps", min_length=1)
