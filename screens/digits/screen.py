"""Digits: train the models of MNIST, watch them learn, and let them draw."""

import asyncio
import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar

from textual.binding import BindingType
from textual.widget import Widget
from textual.widgets import Static
from textual.worker import Worker

from engine import runs
from engine.errors import BadInput
from engine.events import Event, Frame, Queued
from engine.runs.run_state import RunState
from engine.specs import DigitSample, Train
from screens import keys
from screens.base.form_panel import FormPanel
from screens.digits.commands import DigitsKeys
from screens.digits.forms import DigitForms
from screens.digits.view import DigitsView
from screens.messages import SubmitRun
from screens.widgets.training.part_table import brief

SMOOTHING = 0.95
"""Until another was chosen: every batch is a point here, and they scatter."""
WAITS = "it waits for the training; D, at the epochs, lets that go on in a process of its own"
UNSEEN = "no training yet: t asks for one"


class DigitsScreen(DigitsKeys):
    """The curves of one training and of those drawn over it; its samples, or a timeline."""

    NAME = "digits"
    BINDINGS: ClassVar[list[BindingType]] = [
        *keys.bindings(
            *("digits", "training", "timeline", "view", "run.cancel", "run.pause", "run.one_step"),
            *("run.flip", "run.export"),
            *("ask.run", "ask.seed_next", "ask.seed_random", "ask.fold", "ask.prompt", "ask.leave"),
        )
    ]
    HELP = """
    ## Digits

    The loss of a training as it falls, and under it what the model draws after each epoch, always
    from the same noise: **←** and **→** walk the epochs, **=** keeps one beside the others, **f**
    flips between two, **Enter** opens how their samples came about on a timeline. **t** asks for a
    training, **d** lets the model draw; **o** draws other runs' curves over these.
    """
    DEFAULT_CSS = """
    DigitsScreen #said {
        height: 1; padding: 0 1; color: $text-muted; text-wrap: nowrap; text-overflow: ellipsis;
    }
    """

    def body(self) -> Iterable[Widget]:
        self.said = Static("", id="said", markup=False)
        self.ask = DigitForms(self.memory.get("ask", {}), self.cascade["device"])
        self.view = DigitsView(self.ask)
        self.view.plot.weight = SMOOTHING
        self.make_view(self.view)
        yield self.said
        yield self.view

    def on_mount(self) -> None:
        self.said.update(UNSEEN)
        self.view.scope.panes.channel = self.memory.get("channel", "x0")
        _: Worker[None] = self.run_worker(self._newest())

    async def _newest(self) -> None:
        """Watch the newest training there is; with none, the form has the focus."""
        found = await asyncio.to_thread(_trainings)
        if self.folder is not None:
            return
        if found:
            self.watch_run(*found[0])
        elif self.is_current:
            self.action_train()

    def open(self, trace: RunState) -> None:
        """A training is watched; digits that were drawn are put on the timeline."""
        self.fold(True)
        if isinstance(trace.spec, Train):
            self.watch_run(trace.spec, trace.folder)
            self.to_sheets()
        elif isinstance(trace.spec, DigitSample):
            self.ask.take(trace.spec)
            self.to_timeline(trace)
            _: Worker[None] = self.run_worker(self._of(trace.spec), group="training")

    async def _of(self, spec: DigitSample) -> None:
        """Watch the training whose model drew, where it is still there."""
        found = await asyncio.to_thread(_training, spec)
        if found is not None and found[1] != self.folder:
            self.watch_run(*found)

    def watch_run(self, spec: Train, folder: Path) -> None:
        """Show the curves and samples of a training from now on."""
        self.spec, self.folder = spec, folder
        self.view.batches = {spec.model: spec.batch}
        self.view.turn_to(folder)
        self.say()
        self.refresh_bindings()

    def say(self) -> None:
        if not isinstance(self.spec, Train):
            return
        part, words = self.view.shown, [self.state()]
        if self.view.slim and part is not None:
            words = [brief(part, self.spec.batch), *words, self.spec.title()]
        else:
            words = [self.spec.title(), *words, str(self.folder)]
        self.said.update(" · ".join(words))

    def heard(self, batch: list[Event]) -> None:
        super().heard(batch)
        for event in batch:
            trace = self.session.states.get(event.run)
            if isinstance(event, Queued) and trace is not None:
                self._asked(trace)
        self._drawn(batch)

    def _asked(self, trace: RunState) -> None:
        """A run of this place was handed to the engine: it is looked at, whoever asked."""
        if isinstance(trace.spec, Train | DigitSample):
            self.fold(True)
        if isinstance(trace.spec, Train):
            self.watch_run(trace.spec, trace.folder)
            self.to_sheets()
        elif isinstance(trace.spec, DigitSample):
            self.to_timeline(trace)
            if isinstance(getattr(self.session.running, "spec", None), Train):
                self.notify(WAITS, severity="warning", timeout=8)

    def _drawn(self, batch: list[Event]) -> None:
        """What the run on the timeline did."""
        trace = self.trace
        mine = [event for event in batch if trace and event.run == trace.name]
        if trace is None or not mine or not self.view.scoping:
            return
        scope = self.view.scope
        shown = len(scope.timeline.frames)
        scope.grew(trace.frames[shown:] if any(isinstance(e, Frame) for e in mine) else [])
        scope.say()
        self.tell_ending(trace, mine)
        self.refresh_bindings()

    def on_submit_run(self, event: SubmitRun) -> None:
        if isinstance(event.spec, Train | DigitSample):
            self.remember(ask=self.ask.values())
            self.fold(True)

    def on_form_panel_changed(self, event: FormPanel.Changed) -> None:
        event.stop()
        self.remember(ask=self.ask.values())

    def action_seed(self, delta: int) -> None:
        seed = self.ask.active.seed(delta, random.SystemRandom().randrange(2**32))
        self.notify(f"seed {seed}; ctrl+g runs it", timeout=2)


def _trainings() -> list[tuple[Train, Path]]:
    """Trainings of digits, live ones first, then the newest."""
    return [(run.spec, run.folder) for run in runs.list_runs() if _is_training(run)]  # type: ignore[misc]


def _is_training(run: Any) -> bool:
    try:
        return isinstance(run.spec, Train)
    except BadInput:
        return False


def _training(spec: DigitSample) -> tuple[Train, Path] | None:
    run = runs.Run(runs.find(spec.training))
    return (run.spec, run.folder) if _is_training(run) else None  # type: ignore[return-value]
