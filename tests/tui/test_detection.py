"""A terminal that is asked while a person types: at once, late, in halves, with garbage, never."""

import json
import signal
import termios
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from textwrap import indent
from typing import Any

import pytest

from screens.picture.probe.queries import NAME
from tests.support.terminal.pty_terminal import ASKED
from tests.support.terminal.slow_link import Link
from tests.support.terminal.terminal_replies import COLOURS_TEXT, KITTY, SILENT, Profile, late

APP = """
import json, os
from screens.picture.probe.exchange import Quiet
from screens.picture.detect import detect

with Quiet(0, 2) as quiet:
    found = detect(os.environ, quiet.ask)
    from textual.app import App
    from textual.widgets import Input
    from tui.driver import driver

    class Typed(App):
        def compose(self):
            yield Input()

        def on_input_submitted(self):
            self.exit(self.query_one(Input).value)

    said = Typed(driver_class=driver(quiet)).run()
print(json.dumps([found.name, found.kitty, found.asked, found.round_trip, said]))
"""
NEVER = replace(SILENT, environ=COLOURS_TEXT)
READS = b"\x1b[?2004h"
"""The app reads by now."""
ANSWERS = "\x1bP>|kitty(0.41.1)\x1b\\\x1b_Gi=31;OK\x1b\\\x1b[?2026;2$y\x1b[6;20;10t\x1b[?62;4c"
Opens = Callable[..., Link]


@pytest.fixture
def opened() -> Iterator[Opens]:
    """``opened(profile)``: an app that asks, then shows a line to type in."""
    made: list[Link] = []

    def opens(profile: Profile, code: str = APP, until: bytes = ASKED) -> Link:
        made.append(Link(["-c", code], {}, profile=profile))
        made[-1].until(lambda it: until in it.raw)
        return made[-1]

    yield opens
    for link in made:
        link.close()


@pytest.fixture
def app(tiny_cascade: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The code of the app itself, in folders of its own."""
    for name in ("DIFFUSCOPE_RUNS", "XDG_STATE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    return f"import sys; from tui.launch import run_app; sys.exit(run_app({str(tiny_cascade)!r}))"


def left(link: Link) -> None:
    """Leave by a key; the terminal is as it was."""
    link.type("\x11")
    assert link.ended() == 0
    assert link.restored


def told(link: Link) -> Any:
    """Press Enter; what the app says in the end."""
    link.until(lambda it: READS in it.raw)
    link.settle()
    link.type("\r")
    assert link.ended() == 0
    assert link.restored
    return json.loads(bytes(link.raw[link.raw.rfind(b"[") :]))


@pytest.mark.parametrize("seconds", [0.0, 0.15, 1.0])
def test_answers_are_found_and_keys_arrive(opened: Opens, seconds: float) -> None:
    link = opened(late(KITTY, seconds))
    link.type("hé")
    name, kitty, asked, trip, said = told(link)
    assert (name, kitty, asked, said) == ("kitty 0.41.1", True, True, "hé")
    assert seconds <= trip < 1.5


def test_a_terminal_that_never_answers_costs_the_limit_and_no_key(opened: Opens) -> None:
    link = opened(NEVER)
    link.type("cat")
    _, kitty, asked, trip, said = told(link)
    assert (kitty, asked, said) == (False, False, "cat")
    assert 1.5 <= trip < 3


@pytest.mark.parametrize("after", [0.2, 1.45, 3.0])
def test_answers_in_pieces_among_keys_type_nothing(opened: Opens, after: float) -> None:
    """Before the limit, across it, and when the app starts or runs."""
    link, begun = opened(NEVER), time.monotonic() + after
    for at, byte in enumerate(ANSWERS):
        link.type_at(begun + at * 0.002, byte)
    link.type_at(begun - 0.1, "a")
    link.type_at(begun + 0.3, "b")
    assert told(link)[-1] == "ab"


def test_garbage_is_no_answer_and_raises_nothing(opened: Opens) -> None:
    link, begun = opened(NEVER), time.monotonic()
    for at, text in enumerate(
        ("\x1b_Gi=31;", "\x1bP>|\x00\x01", "\x1b[?9999999999;c;$y", "\x1b[?1;0;99999999999S")
    ):
        link.type_at(begun + at * 0.01, text)
    link.type_at(begun + 0.1, "\x1b[?62;4c")
    link.type_at(begun + 0.2, "ok")
    assert told(link)[-1].endswith("ok")


def test_the_app_itself_gets_the_keys_and_not_the_answers(opened: Opens, app: str) -> None:
    link, begun = opened(NEVER, app), time.monotonic()
    link.type("cat")
    link.type_at(begun + 1.7, ANSWERS)
    link.until(lambda it: "cat" in it.text)
    link.settle()
    assert "31;OK" not in link.text
    assert "kitty(" not in link.text
    left(link)


def test_nothing_is_asked_for_half_blocks(opened: Opens, app: str) -> None:
    link = opened(KITTY, app.replace("run_app(", "run_app(images='half', model="), READS)
    assert ASKED not in link.raw
    assert NAME not in link.raw
    left(link)


DOCTOR = """
import os, sys
from tui.cli.doctor import terminal
out = sys.argv[1:]
if out:
    sys.stdout = sys.__stdout__ = open(out[0], "w")
with terminal(ask=bool(out)) as reports:
    for report in reports:
        print(report.topic, report.found)
print("over", file=sys.stderr)
"""


@pytest.mark.parametrize("to_file", [False, True])
def test_doctor_asks_nothing_for_json_and_into_a_file(
    opened: Opens, tmp_path: Path, to_file: bool
) -> None:
    code = DOCTOR.replace("sys.argv[1:]", repr([str(tmp_path / "out")] if to_file else []))
    link = opened(KITTY, code, b"over")
    assert link.ended() == 0
    assert b"\x1b" not in link.raw
    said = (tmp_path / "out").read_text() if to_file else link.text
    assert ("terminal none: input or output" if to_file else "terminal kitty, 80x24") in said


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, -2)])
def test_a_signal_while_it_is_asked_gives_the_settings_back(
    opened: Opens, number: signal.Signals, code: int
) -> None:
    link = opened(NEVER, "from tui import signals\nwith signals.unwound():\n" + indent(APP, " "))
    link.signal(number)
    assert link.process.wait(30) == code
    assert termios.tcgetattr(link.slave) == link.before
