"""A training in a process session of its own: a terminal that goes away does not take it along."""

import json
import subprocess
import sys
from pathlib import Path

from engine import files
from engine.errors import error_for
from engine.runs import metadata, paths
from engine.runs.training_log import TrainingLog
from engine.specs import Spec

OUTPUT = "output.log"
"""In the run's folder: what the process says."""
POLL_SECONDS = 0.05
"""Seconds between two looks at whether the training has begun."""


def start(spec: Spec, folder: Path | None = None) -> Path:
    """Serve ``spec`` in a new session; returns the run's folder once it trains, or is done.

    Waits for that: not for an event loop. Raises what ended it before, in the run's own words.
    """
    folder = (folder or paths.folder_for(spec)).absolute()
    child = _spawn(spec, folder)
    log = TrainingLog(folder)
    while not _trains(log, child.pid):
        try:
            code = child.wait(POLL_SECONDS)
        except subprocess.TimeoutExpired:
            continue
        if code:
            raise error_for(code)(_last_words(folder, code))
        break
    return folder


def _spawn(spec: Spec, folder: Path) -> "subprocess.Popen[bytes]":
    # -P: a file of the working folder that is called like a module must not be taken for it.
    document = json.dumps(metadata.document(spec))
    command = [sys.executable, "-P", "-m", "tui.cli.detached_process", str(folder), document]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / OUTPUT).open("ab") as out:
            return subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True
            )
    except OSError as error:
        raise files.unwritable(folder, error) from None


def _trains(log: TrainingLog, pid: int) -> bool:
    log.take(log.fresh())
    return any(part.attempt.pid == pid for part in log.parts.values())


def _last_words(folder: Path, code: int) -> str:
    """The line that the process ended with; its folder goes where that holds nothing else."""
    file = folder / OUTPUT
    lines = file.read_text("utf-8", "replace").splitlines()
    if [path.name for path in folder.iterdir()] == [OUTPUT]:
        file.unlink()
        folder.rmdir()
    last = lines[-1].removeprefix("RuntimeError: ") if lines else ""
    return last or f"the training ended with code {code} and said nothing"
