"""`diffuscope doctor`: the engine's findings after those about the terminal.

The terminal is asked where both ends are one, else the environment.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from engine.events import Report
from engine.specs import Spec
from screens.picture.capabilities import Capabilities, window_cell
from screens.picture.detect import detect, guessed
from screens.picture.probe.exchange import Quiet, can_ask
from screens.picture.report import findings
from tui import signals
from tui.cli.flags import build
from tui.cli.output import Answer, reported
from tui.cli.serve import serve

REDIRECTED = ("terminal", False, "none: input or output is redirected", "ssh -t HOST diffuscope")


def doctor(args: argparse.Namespace, kind: type[Spec]) -> Answer:
    """Everything that was found, the terminal's part first."""
    spec = build(kind, args)
    with terminal(ask=not args.json) as first:
        reports = [*first, *serve(spec, None, lambda event: None).reports]
    return reported(reports, args), 0


@contextmanager
def terminal(ask: bool = True) -> Iterator[list[Report]]:
    """Findings about the terminal, its colours, its pictures and the link to it.

    Answers that come late are kept from the shell, as long as what is inside runs.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        yield [_report(*REDIRECTED), *_reports(guessed(os.environ))[1:]]
        return
    cell = window_cell(sys.stdout.fileno())
    if not (ask and can_ask(sys.stdin, sys.stdout, os.environ)):
        yield _reports(guessed(os.environ, cell))
        return
    with signals.unwound(), Quiet(sys.stdin.fileno(), sys.stdout.fileno()) as quiet:
        capabilities = detect(os.environ, quiet.ask, cell)
        if quiet.reply_filter.done:
            quiet.release()
        try:
            yield _reports(capabilities)
        finally:
            quiet.sweep()


def _reports(capabilities: Capabilities) -> list[Report]:
    try:
        size = os.get_terminal_size(sys.__stdout__.fileno() if sys.__stdout__ else 1)
    except (OSError, ValueError):
        size = os.terminal_size((80, 24))
    no_color = bool(os.environ.get("NO_COLOR"))
    return [_report(*finding) for finding in findings(capabilities, size, no_color)]


def _report(topic: str, ok: bool, found: str, advice: str) -> Report:
    return Report("doctor", 0.0, topic, ok, found, advice)
