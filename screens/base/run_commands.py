"""The commands on one run: hold, cancel, compare, export, replay. For a screen with a trace."""

import asyncio
from typing import TYPE_CHECKING

from textual.worker import Worker

from engine import events
from engine.errors import BadInput
from engine.events import Event
from engine.runs import replay
from engine.runs.run_state import RunState
from engine.specs import Branched, Edit
from screens.messages import Cancel, Pause, Resume, StepOnce, SubmitRun
from screens.session import branchable

if TYPE_CHECKING:
    from screens.base.mode_screen import ModeScreen as Base
else:
    Base = object


class RunCommands(Base):
    """``trace`` is the run that the commands are about; None where there is none."""

    @property
    def trace(self) -> RunState | None:
        raise NotImplementedError

    @property
    def sample(self) -> int:
        """Which of several samples the commands are about."""
        return 0

    def can_run(self, action: str) -> bool:
        """Whether a command of a run makes sense now; True for every other command."""
        trace = self.trace
        rule = _RULES.get(action)
        return rule is None or (trace is not None and rule(trace))

    def tell_ending(self, trace: RunState, batch: list[Event]) -> None:
        """Say what was written and where, or why it ended."""
        for event in batch:
            if isinstance(event, events.Failed):
                self.notify(event.message, title="the run failed", severity="error", timeout=10)
            elif isinstance(event, events.Cancelled):
                self.notify(f"what was done is in {trace.folder}", title="cancelled")
            elif isinstance(event, events.Done):
                self.notify(str(trace.results[0] if trace.results else trace.folder), title="done")

    def action_cancel(self) -> None:
        if self.trace is not None:
            self.post_message(Cancel(self.trace.name, now=self.session.is_cancelling(self.trace)))

    def action_pause(self) -> None:
        if self.trace is not None:
            kind = Resume if self.session.is_paused(self.trace) else Pause
            self.post_message(kind(self.trace.name))

    def action_step_once(self) -> None:
        if self.trace is not None:
            self.post_message(StepOnce(self.trace.name))

    def action_compare(self) -> None:
        from screens.base.compare import choose_other

        if self.trace is not None:
            choose_other(self, self.trace)

    def action_export(self) -> None:
        from screens.base.export import choose_export

        if self.trace is not None:
            choose_export(self, self.trace, self.sample)

    def action_replay(self) -> None:
        if self.trace is not None:
            _: Worker[None] = self.run_worker(self._replay(self.trace), group="replay")

    async def _replay(self, state: RunState) -> None:
        lines: list[str] = []
        try:
            given = state.spec, state.folder, lines.append
            spec = await asyncio.to_thread(replay.request, *given)
        except BadInput as error:
            self.notify(str(error), severity="error", timeout=10)
            return
        for line in lines:
            self.notify(line, severity="warning")
        self.post_message(SubmitRun(spec))


def _live(trace: RunState) -> bool:
    return trace.live


def _drawn(trace: RunState) -> bool:
    return bool(trace.frames)


def _enlarges(trace: RunState) -> bool:
    ended = not trace.live and bool(trace.steps)
    return ended and isinstance(trace.spec, Branched | Edit) and trace.frames[-1].stage == 1


def _branches(trace: RunState) -> bool:
    return bool(trace.steps) and branchable(trace, trace.steps[0]) is not None


def _never(_: RunState) -> bool:
    return False


_RULES = {
    "cancel": _live,
    "pause": _live,
    "step_once": _live,
    "branch": _branches,
    "compare": _drawn,
    "flip": _never,
    "export": lambda trace: bool(trace.frames) and not trace.live,
    "replay": lambda trace: True,
    "upscale": _enlarges,
}
