"""From what a person typed to a picture: a bundled name, a file, an address, or a run."""

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from PIL import Image

from engine.errors import BadInput, shortened
from engine.pictures.decode import decoded
from engine.pictures.http_response import LIMITS
from engine.pictures.web import fetch
from engine.runs import Run, open_run

BUNDLED = ("tower", "cat", "truck")
FOLDER = Path(__file__).resolve().parents[2] / "assets" / "images"
_ASKED = f"give {', '.join(BUNDLED)}, a file, an http(s) address, or run:NAME"


@dataclass(frozen=True)
class Loaded:
    """An RGB picture, a short title, and what was done to it in one line ("" where nothing)."""

    image: Image.Image
    title: str
    note: str = ""


def open_picture(name: str, ground: str = "white") -> Loaded:
    """The picture that `name` stands for, its transparent parts on `ground`.

    A bundled picture's name, an http or https address, run:NAME (its last result) or run:NAME:I
    (its result number I, from 0), a run's folder, or a file of at most 50 MB. Raises BadInput in
    one line where there is no picture, or one that cannot be opened.
    """
    if name.strip() in ("", "run:"):
        raise BadInput(f"no picture is named: {_ASKED}")
    if name in BUNDLED:
        return _from_file(FOLDER / f"{name}.png")
    if name.startswith("run:"):
        return _from_run(name.removeprefix("run:"))
    if re.match(r"[a-z][a-z0-9+.-]+:", name, re.IGNORECASE) and not _exists(Path(name)):
        return _from_web(name, ground)
    return _from_path(name, ground)


def _from_web(url: str, ground: str) -> Loaded:
    image, note = decoded(fetch(url), shortened(url), ground)
    parts = urlsplit(url)
    title = Path(unquote(parts.path)).stem or parts.hostname or url
    return Loaded(image, shortened(title, 40), note)


def _from_run(name: str) -> Loaded:
    run, _, number = name.rpartition(":")
    return _result(run, int(number)) if run and number.isdecimal() else _result(name)


def _result(run: str, index: int | None = None) -> Loaded:
    opened = _opened(run)
    results = opened.state.results
    if not results:
        raise BadInput(f"{opened.name} finished no picture: choose another run")
    if index is None:
        index = opened.state.ranked.order[0] if opened.state.ranked else -1
    if index >= len(results):
        raise BadInput(f"{opened.name} has pictures 0 to {len(results) - 1}, not {index}")
    return Loaded(_from_file(results[index]).image, shortened(opened.name, 40))


def _opened(run: str) -> Run:
    try:
        return open_run(run)
    except BadInput:
        raise
    except (OSError, ValueError):  # a name too long, or with a NUL in it
        raise BadInput(f"no run named {shortened(run)}") from None


def _from_path(name: str, ground: str) -> Loaded:
    path = _expanded(name)
    if _exists(path / "spec.json"):
        return _result(str(path))
    if not _exists(path):
        raise BadInput(f"no picture {shortened(name)}: {_ASKED}")
    if not path.is_file():
        raise BadInput(f"{shortened(name)} is not a file: {_ASKED}")
    return _from_file(path, ground)


def _expanded(name: str) -> Path:
    try:
        return Path(name).expanduser()
    except RuntimeError:  # ~nobody
        return Path(name)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # a name too long, or with a NUL in it
        return False


def _from_file(path: Path, ground: str = "white") -> Loaded:
    name, most = shortened(path.name), LIMITS.size
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
    except OSError as error:
        raise BadInput(f"cannot read {name}: {(error.strerror or str(error)).lower()}") from None
    if len(data) > most:
        raise BadInput(f"{name} is larger than {most >> 20} MB: make it smaller first")
    image, note = decoded(data, name, ground)
    return Loaded(image, shortened(path.stem, 40), note)
