"""Run folders: write, read, compare, export. Torch-free."""

from engine.runs.names import ORIGINAL, find, fresh, root
from engine.runs.reader import Run, list_runs, open_run
from engine.runs.writer import RunWriter

__all__ = ["ORIGINAL", "Run", "RunWriter", "find", "fresh", "list_runs", "open_run", "root"]
