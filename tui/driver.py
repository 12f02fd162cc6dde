"""Takes the terminal over from its detection: keys typed meanwhile arrive, late answers do not."""

import codecs
import os
import select
import time
from collections.abc import Iterator
from threading import Event
from typing import Any

from textual.app import App
from textual.drivers.linux_driver import LinuxDriver

from screens.picture.probe.exchange import LATE, Quiet
from screens.picture.probe.reply_filter import ReplyFilter
from screens.picture.textual_private import XTermParser

POLL_SECONDS = 0.1
"""Seconds between two looks at whether the program ends; Textual's own."""
ESCAPE = 0.1
"""Seconds that the beginning of an answer, or an Escape, is held while answers may come."""
REST = 2.0
"""The same for what can only be an answer."""
FOCUS = 5.0
"""Seconds that keys wait for something to have the focus: before, they would get lost."""


def driver(quiet: Quiet) -> type[LinuxDriver]:
    """A driver class that begins where ``quiet`` ends."""

    class Handed(LinuxDriver):
        """Textual's own for Linux and macOS, with another way to read."""

        _away = False

        def start_application_mode(self) -> None:
            quiet.release()
            writer = self._writer_thread
            super().start_application_mode()  # type: ignore[no-untyped-call]
            self._away = self._writer_thread is writer  # it may not yet, and was stopped again

        def suspend_application_mode(self) -> None:
            self._away = True
            super().suspend_application_mode()

        def resume_application_mode(self) -> None:
            """Once, whoever says first that the program goes on."""
            if self._away:
                self._away = False  # first: SIGCONT's own handler may come in between
                super().resume_application_mode()

        def _sigtstp_application(self, *_: object) -> None:
            """Stopped here, until the program goes on.

            SIGCONT may reach another thread, and then nothing wakes the loop to look at it.
            """
            super()._sigtstp_application()
            if self._auto_restart:
                self.resume_application_mode()

        def run_input_thread(self) -> None:
            parser = XTermParser(self._debug)
            if not quiet.reply_filter.late:
                _wait(self._app, self.exit_event)
            decode = codecs.getincrementaldecoder("utf-8")("replace").decode
            for keys in typed(self.fileno, quiet, self.exit_event):
                for message in parser.feed(text) if (text := decode(keys)) else ():
                    self.process_message(message)
                for message in parser.tick():
                    self.process_message(message)

    return Handed


def typed(source: int, quiet: Quiet, ending: Event) -> Iterator[bytes]:
    """The keys, as they come, until ``ending`` is set; empty when none came for a moment.

    First those that were typed while the terminal was asked. Ends too where the terminal is gone.
    """
    reply_filter, until = quiet.reply_filter, quiet.asked_at + LATE
    reply_filter.late = True
    yield quiet.taken()
    came = time.monotonic()
    while not ending.is_set():
        data = _read(source, ESCAPE / 3 if reply_filter.held else POLL_SECONDS)
        now = time.monotonic()
        if data == b"":
            return
        if now > until:
            yield reply_filter.give_up() + (data or b"")
        elif data:
            came = now
            yield reply_filter.feed(data)
        else:
            yield _waited(reply_filter, now - came)


def _wait(app: App[Any], ending: Event) -> None:
    """Until something has the focus, once, when the app starts."""
    until = time.monotonic() + FOCUS
    while time.monotonic() < until and not ending.wait(POLL_SECONDS / 4):
        if (stack := app.screen_stack) and stack[-1].focused is not None:
            return


def _read(source: int, seconds: float) -> bytes | None:
    """What came; None where nothing did, empty at the end."""
    return os.read(source, 4096) if select.select([source], [], [], seconds)[0] else None


def _waited(reply_filter: ReplyFilter, seconds: float) -> bytes:
    return reply_filter.give_up() if seconds > (REST if reply_filter.sure else ESCAPE) else b""
