"""Lines for a person: no terminal codes out of a prompt or a path, and no end to a run."""

import argparse
import sys
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from engine import distributed_env
from engine.events import Report

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
