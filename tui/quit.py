"""The way out while something runs: a training stops with a checkpoint, or goes on without us."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import App
from textual.worker import Worker as Work

from engine.errors import BadInput, Stopped, Unavailable
from engine.runs.run_state import RunState
from engine.specs import Spec
from screens import messages
from screens.dialogs.picker import Picker
from screens.session import Session
from tui.state_file import Memory

if TYPE_CHECKING:
    from engine.worker import Worker

CLOSING = 0.7
"""Seconds that the engine gets to finish a run folder when the program ends."""
CHECKPOINT = 60.0
"""The same where it trains: a step, and a checkpoint, may take so long."""
LOOK = 0.05
"""Seconds between two looks at whether a training has ended."""


class Leaving(App[None]):
    """What an app with an engine does before it ends, and how a training gets away from it."""

    session: Session
    memory: Memory
    _worker: "Worker | None" = None
    _left = False

    async def action_quit(self) -> None:
        training = self._training
        if training is None:
            self.finish()
            self.exit(return_code=0)
            return
        options = [
            ("apart", "let it go on in a process of its own"),
            ("stop", "let it write a checkpoint and stop"),
            ("stay", "stay here"),
        ]
        self.push_screen(Picker(f"{training.spec.title()} is being trained", options), self._quit)

    def finish(self) -> bool:
        """Cancel what runs and keep its folder whole; False when the engine is still in a call.

        Called by the app and, when a signal came, from another thread; only the first call waits.
        """
        self.memory.of("program")["theme"] = self.theme
        self.memory.save()
        patience = CHECKPOINT if self._training else CLOSING if self.session.running else 0.0
        patience, self._left = 0.0 if self._left else patience, True
        return self._worker is None or self._worker.close(patience)

    def on_detach(self, detach: messages.Detach) -> None:
        """Start it in a session of its own, and watch it from here as soon as it trains."""
        _: Work[None] = self.run_worker(self._watch_apart(detach.spec, detach.folder))

    @property
    def _training(self) -> RunState | None:
        """The training that the engine is at."""
        running = self.session.running
        return running if running and running.spec.resumable else None

    def _quit(self, said: str | None) -> None:
        if said in ("apart", "stop"):
            _: Work[None] = self.run_worker(self._leave(said == "apart"))

    async def _leave(self, apart: bool) -> None:
        trace = self._training
        if trace and apart:
            self.post_message(messages.Cancel(trace.name))
            while trace.live:
                await asyncio.sleep(LOOK)
            if await self._start_apart(*_going_on(trace)) is None:
                return
        elif trace:
            self.notify("a checkpoint is written first", timeout=CHECKPOINT)
        await asyncio.to_thread(self.finish)
        self.exit(return_code=0)

    async def _watch_apart(self, spec: Spec, folder: Path | None) -> None:
        if started := await self._start_apart(spec, folder):
            self.post_message(messages.OpenRun(str(started)))

    async def _start_apart(self, spec: Spec, folder: Path | None) -> Path | None:
        """The folder of what trains in a process of its own by now; None where it could not."""
        from tui.cli import detached_process

        self.notify("starting a process of its own", timeout=3)
        try:
            return await asyncio.to_thread(detached_process.start, spec, folder)
        except (BadInput, Unavailable, Stopped, RuntimeError) as error:
            self.notify(str(error), title="not started", severity="error", timeout=10)
            return None


def _going_on(trace: RunState) -> tuple[Spec, Path]:
    """The same training, taken up where it stops."""
    afresh = getattr(trace.spec, "resume", None) is False
    spec = trace.spec.model_copy(update={"resume": True}) if afresh else trace.spec
    return spec, trace.folder
