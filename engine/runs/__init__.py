"""Run folders: write, read, compare, export. Torch-free."""

from engine.runs.paths import (
    ORIGINAL,
    SOURCE,
    SOURCE_MASK,
    find,
    fresh,
    root,
    source_name,
    view_name,
)
from engine.runs.reader import Run, list_runs, open_run
from engine.runs.writer import RunWriter

__all__ = [
    "ORIGINAL",
    "SOURCE",
    "SOURCE_MASK",
    "Run",
    "RunWriter",
    "find",
    "fresh",
    "list_runs",
    "open_run",
    "root",
    "source_name",
    "view_name",
]
