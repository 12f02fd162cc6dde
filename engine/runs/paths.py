"""Where runs live, what they are called, and which versions wrote them."""

import os
import re
import time
from collections.abc import Container
from functools import cache
from pathlib import Path

from platformdirs import user_data_path

from engine import files
from engine.specs import Spec

ENV = "DIFFUSCOPE_RUNS"
ORIGINAL = "original.png"
"""In the folder of a run that began with a picture: that picture, as the model took it."""
SOURCE, SOURCE_MASK = "source.png", "source-mask.png"
"""In the folder of an inpainting: the squares of which it made what each stage took."""


def source_name(number: int) -> str:
    """In an illusion's folder: the first, second … picture that a band was taken from."""
    return f"source-{number}.png"


def frame_name(stage: int, index: int) -> str:
    """In a run's folder: the step pictures of step ``index`` of a stage."""
    return f"frames/{stage}-{index:04d}.png"


def view_name(number: int) -> str:
    """In an illusion's folder: the first, second … view that a person made."""
    return f"view-{number}.safetensors"


def root() -> Path:
    """The folder of run folders: $DIFFUSCOPE_RUNS, or the user's data folder."""
    return Path(os.environ.get(ENV) or user_data_path("diffuscope") / "runs").expanduser()


def fresh(title: str, taken: Container[str] = ()) -> Path:
    """A folder name that no run has yet, nor is among ``taken``, from the time and the title."""
    words = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:40].strip("-") or "run"
    stem = f"{time.strftime('%Y%m%d-%H%M%S')}-{words}"
    paths = (root() / (stem if n == 1 else f"{stem}-{n}") for n in range(1, 10_000))
    return next(p for p in paths if p.name not in taken and not p.exists())


def folder_for(spec: Spec, taken: Container[str] = ()) -> Path:
    """Where a request's run goes that is not told where: its own folder, or a fresh one."""
    named = spec.home()
    return Path(named).expanduser() if named else fresh(spec.title(), taken)


def find(name: str) -> Path:
    """A run by path, by name, or by the beginning of its name; the path itself when unknown."""
    path = Path(name).expanduser()
    if path.exists() or (path := root() / name).exists():
        return path
    matches = sorted(root().glob(f"{name}*")) if name and "/" not in name else []
    return matches[-1] if matches else Path(name).expanduser()


def list_elsewhere(folder: Path, title: str) -> None:
    """Let the list of runs show one that lies elsewhere: a link to it among the others.

    Raises BadInput where none can be made.
    """
    here, there = root(), folder.resolve()
    try:
        here.mkdir(parents=True, exist_ok=True)
        known = (path for path in here.iterdir() if path.is_symlink() or path.resolve() == there)
        if all(path.resolve() != there for path in known):
            fresh(title).symlink_to(there, target_is_directory=True)
    except OSError as error:
        raise files.unwritable(here, error) from None


@cache
def versions() -> dict[str, str]:
    """Versions of this program and of what decides its numbers."""
    return {
        name: number
        for name in ("diffuscope", "torch", "diffusers", "transformers")
        if (number := _version(name))
    }


def _version(name: str) -> str:
    from importlib.metadata import PackageNotFoundError, version  # late: 40 ms of the first paint

    try:
        return version(name)
    except PackageNotFoundError:
        return ""
