"""Run folders: write, read, compare, export. Torch-free."""

from engine.runs.paths import (
    ORIGINAL,
    SOURCE,
    SOURCE_MASK,
    find,
    folder_for,
    fresh,
    root,
    source_name,
    view_name,
)
from engine.runs.reader import Run, condition, list_runs, open_run
from engine.runs.run_state import RunState
from engine.runs.writer import RunWriter

__all__ = [
    "ORIGINAL",
    "SOURCE",
    "SOURCE_MASK",
    "Run",
    "RunState",
    "RunWriter",
    "condition",
    "find",
    "folder_for",
    "fresh",
    "list_runs",
    "open_run",
    "root",
    "source_name",
    "view_name",
]
