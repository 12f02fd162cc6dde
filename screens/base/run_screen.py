"""A place that asks for runs of one kind: its form at the left, the run on its timeline."""

import random
from collections.abc import Iterable
from typing import Any, ClassVar

from textual import events as ui
from textual.containers import Horizontal
from textual.widget import Widget

from engine.errors import BadInput
from engine.events import Event, Frame, Notice, Queued, Started
from engine.specs import Branched, CascadeSpec, Spec
from screens.base import branching
from screens.base.form_panel import FormPanel
from screens.base.mode_screen import ModeScreen
from screens.base.run_commands import RunCommands
from screens.base.run_view import RunView, TimelineActions
from screens.messages import Branch, SubmitRun
from screens.session import RunState, branchable

NARROW = 110
"""Columns below which the ask is a drawer that folds away when a run begins."""


ONLY = "only a step of stage I can be branched from"


class RunScreen(TimelineActions, RunCommands, ModeScreen):
    """What Generate, Denoise and Edit share; ``SPEC`` is what their form asks for."""

    SPEC: ClassVar[type[CascadeSpec]]

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._wanted: set[str] = set()

    def body(self) -> Iterable[Widget]:
        self.ask = self.make_ask()
        self.scope = self.make_scope()
        yield Horizontal(self.ask, self.scope)

    def make_ask(self) -> FormPanel:
        """The form, or what takes its place."""
        return FormPanel(self.SPEC, self.first_values(), self.cascade["device"])

    def first_values(self) -> dict[str, Any]:
        """What stands in the form at the start: what was typed last, and the program's cascade."""
        found: dict[str, Any] = self.memory.get("ask", {}) | self.cascade
        return found

    def make_scope(self) -> RunView:
        """Where the run is shown."""
        return RunView()

    def on_mount(self) -> None:
        self.scope.panes.channel = self.memory.get("channel", "x0")
        self.scope.panes.single = bool(self.memory.get("single"))
        self.scope.panes.see(None, "the first step appears here")
        self.begin()

    def begin(self) -> None:
        """Put the focus where the hands are needed first."""
        if self.memory.get("folded"):
            self.to_pictures()
        else:
            self.ask.form.go_to("prompt")

    @property
    def trace(self) -> RunState | None:
        """The run on the timeline."""
        return self.scope.trace

    @property
    def sample(self) -> int:
        return self.scope.panes.sample

    def heard(self, batch: list[Event]) -> None:
        self.ask.know(self.session.vocabulary, self.session.model)
        for event in batch:
            self._new_run(event)
        trace = self.trace
        if trace is None:
            return
        mine = [event for event in batch if event.run == trace.name]
        shown = len(self.scope.timeline.frames)
        self.scope.grew(trace.frames[shown:] if any(isinstance(e, Frame) for e in mine) else [])
        if mine:
            self.scope.say()
            self.tell_ending(trace, mine)
            self.refresh_bindings()

    def _new_run(self, event: Event) -> None:
        trace = self.session.traces.get(event.run)
        if trace is None or not isinstance(trace.spec, self.SPEC):
            return
        if isinstance(event, Queued):
            self._wait_for(trace)
        elif isinstance(event, Started) and event.run in self._wanted:
            self._follow(trace)
        elif isinstance(event, Notice):
            self.notify(event.text, severity="warning")

    def open(self, trace: RunState) -> None:
        """Put a run on the timeline, and what was asked for it into the form."""
        self.scope.open(trace)
        if isinstance(trace.spec, self.SPEC):
            self.ask.take(self.asked_for(trace))
            self.ask.origin.drop()
        self.to_pictures()

    def asked_for(self, trace: RunState) -> Spec:
        """What stands in the form when a run is opened."""
        return trace.spec

    def _wait_for(self, trace: RunState) -> None:
        self._wanted.add(trace.name)
        if self.trace is None or not self.trace.live:
            self.scope.open(trace)

    def _follow(self, trace: RunState) -> None:
        self._wanted.discard(trace.name)
        if not self.scope.browsing or (self.trace and self.trace.name == trace.name):
            self.scope.open(trace)
        else:
            self.notify(f"{trace.name} has begun; it waits in Runs while you look at this one")

    def on_submit_run(self, event: SubmitRun) -> None:
        """On its way to the program: what is asked for is looked at here."""
        if isinstance(event.spec, self.SPEC):
            self.remember(ask=self.ask.values())
            self.to_pictures()

    def on_form_panel_changed(self, event: FormPanel.Changed) -> None:
        event.stop()
        self.remember(ask=self.ask.values())

    def to_pictures(self) -> None:
        """The focus goes to the pictures; a drawer folds away."""
        self.scope.focus()
        if self.size.width < NARROW or self.memory.get("folded"):
            self.ask.add_class("-folded")
        self.refresh_bindings()

    def unfold_if_wide(self) -> None:
        """Show the form where there is room for it, unless it was folded away by hand."""
        if self.size.width >= NARROW and not self.memory.get("folded"):
            self.ask.remove_class("-folded")

    def on_resize(self, event: ui.Resize) -> None:
        if event.size.width >= NARROW:
            self.unfold_if_wide()
        elif self.scope.has_focus:
            self.ask.add_class("-folded")

    def action_run(self) -> None:
        self.ask.run()

    def action_prompt(self) -> None:
        self.go_to_field("prompt")

    def go_to_field(self, name: str) -> None:
        """Unfold the form and put the focus on a field of it."""
        self.ask.remove_class("-folded")
        self.ask.form.go_to(name)

    def action_leave(self) -> None:
        self.to_pictures()

    def action_fold_ask(self) -> None:
        self.ask.toggle_class("-folded")
        self.remember(folded=self.ask.has_class("-folded"))
        if self.ask.has_class("-folded"):
            self.scope.focus()

    def action_fold_view(self) -> None:
        super().action_fold_view()
        self.remember(single=self.scope.panes.single)

    def action_channel(self) -> None:
        super().action_channel()
        self.remember(channel=self.scope.panes.channel)

    def action_seed(self, delta: int) -> None:
        seed = self.ask.seed(delta, random.SystemRandom().randrange(2**32))
        self.notify(f"seed {seed}; ctrl+g runs it", timeout=2)

    def action_branch(self) -> None:
        """From the step under the cursor; Generate has the form for it, or the run's own place."""
        trace, frame, sample = self.trace, self.scope.timeline.frame, self._chosen
        step = branchable(trace, frame, sample) if trace and frame else None
        if trace is None or step is None:
            early = trace and frame and sample is not None and not trace.begun(frame, sample)
            why = "it has not begun here: go on to where it has" if early else ONLY
            self.notify(why, severity="warning")
            return
        if branch := self._branch(trace, step):
            start, spec = branch
            self.post_message(Branch(spec, start, len(trace.steps)))

    def branch(self, spec: Branched, start: branching.Start, last: int) -> None:
        """Fill the form to go on from a step of a run that has ``last`` steps."""
        self.ask.take(spec)
        self.ask.origin.take(start, last)
        self.action_prompt()

    def action_detach(self) -> None:
        self.ask.origin.drop()
        self.refresh_bindings()

    def action_origin(self, delta: int) -> None:
        self.ask.origin.move(delta)

    def action_upscale(self) -> None:
        trace = self.trace
        assert trace is not None
        if branch := self._branch(trace, len(trace.steps)):
            start, spec = branch
            self.post_message(SubmitRun(spec.model_copy(update=start | {"stage2": self.stage2})))

    def _branch(self, trace: RunState, step: int) -> tuple[branching.Start, Branched] | None:
        """Where the run goes on; None, and a word about it, where its request cannot be made."""
        try:
            return branching.branch(trace, step, self._chosen)
        except BadInput as error:
            self.notify(str(error), severity="error", timeout=10)
            return None

    @property
    def stage2(self) -> str:
        """The stage II that enlarges a run that had none."""
        return "auto"

    @property
    def _chosen(self) -> int | None:
        """The one of several samples that commands are about; None for all of them."""
        trace = self.trace
        if trace is None or not trace.frames or trace.frames[0].sheet.count == 1:
            return 0 if trace and trace.starts else None
        return None if self.scope.panes.together and not trace.starts else self.scope.panes.sample

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in ("detach", "origin"):
            return bool(self.ask.origin.values)
        return self.can_run(action) and self.can(action) is not False
