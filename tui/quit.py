"""The way out while something runs: a training stops with a checkpoint, or goes on without us."""

import asyncio
from pathlib import Path
from typing import Any

from textual.app import App
from textual.worker import Worker as Work

from engine.errors import BadInput, Stopped, Unavailable
from engine.runs.run_state import RunState
from engine.specs import Spec
from screens import messages
from screens.dialogs.questions import Picker
from tui.engine_bridge import EngineBridge
from tui.state_file import StateFile

CLOSE_TIMEOUT = 0.7
"""Seconds that the engine gets to finish a run folder when the program ends."""
CHECKPOINT_TIMEOUT = 60.0
"""The same where it trains: a step, and a checkpoint, may take so long."""
POLL_SECONDS = 0.05
"""Seconds between two looks at whether a training has ended."""
OPTIONS = (
    ("apart", "let it go on in a process of its own"),
    ("stop", "let it write a checkpoint and stop"),
    ("stay", "stay here"),
)


class Quit:
    """What an app with an engine does before it ends, and how a training gets away from it."""

    def __init__(self, app: App[Any], engine: EngineBridge, memory: StateFile) -> None:
        self._app, self._engine, self._memory = app, engine, memory
        self._closed = False

    def request(self) -> None:
        """End the program; where it trains, ask first what becomes of that."""
        training = self._training
        if training is None:
            self.finish()
            self._app.exit(return_code=0)
        else:
            question = f"{training.spec.title()} is being trained"
            self._app.push_screen(Picker(question, OPTIONS), self._answer)

    def finish(self) -> bool:
        """Cancel what runs and keep its folder whole; False when the engine is still in a call.

        Called by the app and, when a signal came, from another thread; only the first call waits.
        """
        self._memory.of("program")["theme"] = self._app.theme
        self._memory.save()
        timeout = (
            CHECKPOINT_TIMEOUT
            if self._training
            else CLOSE_TIMEOUT
            if self._engine.session.running
            else 0.0
        )
        timeout, self._closed = 0.0 if self._closed else timeout, True
        return self._engine.close(timeout)

    async def watch_apart(self, spec: Spec, folder: Path | None) -> None:
        """Start it in a session of its own, and watch it from here as soon as it trains."""
        if started := await self._start_apart(spec, folder):
            self._app.post_message(messages.OpenRun(str(started)))

    @property
    def _training(self) -> RunState | None:
        """The training that the engine is at."""
        running = self._engine.session.running
        return running if running and running.spec.resumable else None

    def _answer(self, chosen: str | None) -> None:
        if chosen in ("apart", "stop"):
            _: Work[None] = self._app.run_worker(self._leave(apart=chosen == "apart"))

    async def _leave(self, apart: bool) -> None:
        training = self._training
        if training and apart:
            self._app.post_message(messages.Cancel(training.name))
            while training.live:
                await asyncio.sleep(POLL_SECONDS)
            if await self._start_apart(*_resumed(training)) is None:
                return
        elif training:
            self._app.notify("a checkpoint is written first", timeout=CHECKPOINT_TIMEOUT)
        await asyncio.to_thread(self.finish)
        self._app.exit(return_code=0)

    async def _start_apart(self, spec: Spec, folder: Path | None) -> Path | None:
        """The folder of what trains in a process of its own by now; None where it could not."""
        from tui import detach

        self._app.notify("starting a process of its own", timeout=3)
        try:
            return await asyncio.to_thread(detach.start, spec, folder)
        except (BadInput, Unavailable, Stopped, RuntimeError) as error:
            self._app.notify(str(error), title="not started", severity="error", timeout=10)
            return None


def _resumed(training: RunState) -> tuple[Spec, Path]:
    """The same training, taken up where it stops."""
    spec = training.spec
    afresh = getattr(spec, "resume", None) is False
    return spec.model_copy(update={"resume": True}) if afresh else spec, training.folder
