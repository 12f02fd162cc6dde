"""``--out``: judged before any work is begun, written when it is done."""

from pathlib import Path

from engine import files
from engine.errors import BadInput
from engine.runs.export import export, holds_all, numbered, way_for
from engine.runs.reader import Run


def checked(name: str | None) -> Path | None:
    """The file to write; :class:`BadInput` where it could not be written in the end."""
    if name is None:
        return None
    path = Path(name).expanduser()
    if path.is_dir():
        raise BadInput(f"--out {name} is a folder: name a file, such as {path / 'picture.png'}")
    way_for(path)
    if not path.absolute().parent.is_dir():
        raise BadInput(f"--out {name}: there is no folder {path.absolute().parent}")
    _try(path)
    return path


def write(run: Run, out: Path | None) -> list[Path]:
    """Every finished picture of a run at ``out``: one under that name, several numbered."""
    if out is None:
        return []
    count = 1 if holds_all(run, out) else len(run.state.results)
    names = [numbered(out, i) for i in range(count)] if count > 1 else [out]
    for sample, name in enumerate(names):
        export(run, name, sample)
    return names


def _try(path: Path) -> None:
    """Permissions tell root nothing and a read-only disk nobody: write an empty file and see."""
    probe = path.with_name(f".{path.name}.part")
    try:
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise files.unwritable(path, error) from None
