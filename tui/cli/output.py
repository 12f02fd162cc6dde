"""What a command gives back: lines for a person, and the file of ``--out``.

No terminal codes out of a prompt or a path get into a line, and none is the end of a run. A file is
judged before any work is begun, and written when it is done.
"""

import argparse
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from engine import distributed_env, files
from engine.errors import BadInput
from engine.events import Report
from engine.runs.export import export, holds_all, numbered, way_for
from engine.runs.reader import Run

Answer = tuple[dict[str, Any], int]
"""What a command returns: its JSON object and its exit code."""


def say(text: str) -> None:
    """One line on stderr; silently nothing where that is gone."""
    with suppress(OSError):
        sys.stderr.write(clean(text) + "\n")
        sys.stderr.flush()


def clean(text: str) -> str:
    """The text with blanks in place of what a terminal would obey."""
    return "".join(c if c.isprintable() else " " for c in text)


def reported(reports: Iterable[Report], args: argparse.Namespace) -> dict[str, Any]:
    """Print findings, what to do about them below; and as JSON values."""
    for report in reports:
        print_line(f"{'✓' if report.ok else '✗'} {report.topic:<10} {report.found}", args)
        if report.advice:
            print_line(f"  {'':<10} → {report.advice}", args)
    names = ("topic", "ok", "found", "advice")
    return {"reports": [{n: getattr(r, n) for n in names} for r in reports]}


def print_line(line: str, args: argparse.Namespace) -> None:
    """A line of the answer; with --json there are none."""
    if not args.json and distributed_env.rank() == 0:
        sys.stdout.write(clean(line) + "\n")


def checked_out(name: str | None) -> Path | None:
    """The file to write; :class:`BadInput` where it could not be written in the end."""
    if name is None:
        return None
    path = Path(name).expanduser()
    if path.is_dir():
        raise BadInput(f"--out {name} is a folder: name a file, such as {path / 'picture.png'}")
    way_for(path)
    if not path.absolute().parent.is_dir():
        raise BadInput(f"--out {name}: there is no folder {path.absolute().parent}")
    _try_to_write(path)
    return path


def write_out(run: Run, out: Path | None) -> list[Path]:
    """Every finished picture of a run at ``out``: one under that name, several numbered.

    Of ranked ones the best alone.
    """
    if out is None:
        return []
    if run.state.ranked or holds_all(run, out):
        export(run, out)
        return [out]
    count = len(run.state.results)
    names = [numbered(out, i) for i in range(count)] if count > 1 else [out]
    for sample, name in enumerate(names):
        export(run, name, sample)
    return names


def _try_to_write(path: Path) -> None:
    """Permissions tell root nothing and a read-only disk nobody: write an empty file and see."""
    probe = path.with_name(f".{path.name}.part")
    try:
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise files.unwritable(path, error) from None
