"""Generate: ask for pictures, watch them come, walk through their steps, branch from them."""

import random
from collections.abc import Iterable
from typing import Any, ClassVar

from textual import events as ui
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.widget import Widget

from engine.events import Event, Frame, Notice, Queued, Started
from engine.specs import Generate
from screens import keys
from screens.ask_panel import AskPanel
from screens.messages import Ask
from screens.place import Place
from screens.run_actions import RunActions
from screens.scope import Scope, ScopeActions
from screens.session import Trace, branchable

NARROW = 110
"""Columns below which the ask is a drawer that folds away when a run begins."""


class GenerateScreen(ScopeActions, RunActions, Place):
    """The first place."""

    NAME = "generate"
    BINDINGS: ClassVar[list[BindingType]] = [
        *keys.bindings("ask", "timeline", "run", "view.single")
    ]

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._wanted: set[str] = set()

    def body(self) -> Iterable[Widget]:
        self.ask = AskPanel(self.memory.get("ask", {}) | self.cascade, self.cascade["device"])
        self.scope = Scope()
        yield Horizontal(self.ask, self.scope)

    def on_mount(self) -> None:
        self.scope.panes.channel = self.memory.get("channel", "x0")
        self.scope.panes.single = bool(self.memory.get("single"))
        self.scope.panes.see(None, "the first step appears here")
        if self.memory.get("folded"):
            self._to_pictures()
        else:
            self.ask.form.go_to("prompt")

    @property
    def trace(self) -> Trace | None:
        """The run on the timeline."""
        return self.scope.trace

    def heard(self, batch: list[Event]) -> None:
        self.ask.know(self.session.vocabulary, self.session.model)
        for event in batch:
            if isinstance(event, Queued) and event.run in self.session.traces:
                self._wait_for(self.session.traces[event.run])
            elif isinstance(event, Started) and event.run in self._wanted:
                self._follow(event.run)
            elif isinstance(event, Notice) and event.run in self.session.traces:
                self.notify(event.text, severity="warning")
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

    def open(self, trace: Trace) -> None:
        """Put a run on the timeline, and what was asked for it into the form."""
        self.scope.open(trace)
        if isinstance(trace.spec, Generate):
            self.ask.take(trace.spec)
            self.ask.origin.drop()
        self._to_pictures()

    def _wait_for(self, trace: Trace) -> None:
        self._wanted.add(trace.name)
        if self.trace is None or not self.trace.live:
            self.scope.open(trace)

    def _follow(self, run: str) -> None:
        self._wanted.discard(run)
        if not self.scope.browsing or (self.trace and self.trace.name == run):
            self.scope.open(self.session.traces[run])
        else:
            self.notify(f"{run} has begun; it waits in Runs while you look at this one")

    def on_ask_panel_asked(self, event: AskPanel.Asked) -> None:
        event.stop()
        self.remember(ask=self.ask.values())
        self.post_message(Ask(event.spec))
        self._to_pictures()

    def on_ask_panel_changed(self, event: AskPanel.Changed) -> None:
        event.stop()
        self.remember(ask=self.ask.values())

    def _to_pictures(self) -> None:
        self.scope.focus()
        if self.size.width < NARROW or self.memory.get("folded"):
            self.ask.add_class("-folded")
        self.refresh_bindings()

    def on_resize(self, event: ui.Resize) -> None:
        if event.size.width >= NARROW and not self.memory.get("folded"):
            self.ask.remove_class("-folded")
        elif self.scope.has_focus:
            self.ask.add_class("-folded")

    def action_run(self) -> None:
        self.ask.run()

    def action_prompt(self) -> None:
        self.ask.remove_class("-folded")
        self.ask.form.go_to("prompt")

    def action_leave(self) -> None:
        self._to_pictures()

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
        trace, frame = self.trace, self.scope.timeline.frame
        step = branchable(trace, frame) if trace and frame else None
        if trace is None or step is None:
            self.notify("only a step of stage I can be branched from", severity="warning")
            return
        assert isinstance(trace.spec, Generate)
        start, rest = self._start(trace, trace.spec, step)
        self.ask.take(rest)
        self.ask.origin.take(start, len(trace.steps))
        self.action_prompt()

    def action_detach(self) -> None:
        self.ask.origin.drop()
        self.refresh_bindings()

    def action_origin(self, delta: int) -> None:
        self.ask.origin.move(delta)

    def action_upscale(self) -> None:
        trace = self.trace
        assert trace is not None
        assert isinstance(trace.spec, Generate)
        start, rest = self._start(trace, trace.spec, len(trace.steps))
        self.post_message(Ask(rest.model_copy(update=start | {"stage2": "auto"})))

    def _start(self, trace: Trace, spec: Generate, step: int) -> tuple[dict[str, Any], Generate]:
        """Where a branch begins, and the request to begin with: of one sample, if one is chosen.

        Sample i draws its noise from seed + i, so alone it goes on with that seed.
        """
        start: dict[str, Any] = {"start_from": f"{trace.reference}:{step}"}
        rest = spec.model_copy(update={"timesteps": None, "start_from": None, "start_sample": None})
        if trace.frames[0].sheet.count > 1 and not self.scope.panes.together:
            sample = self.scope.panes.sample
            start["start_sample"] = sample
            rest = rest.model_copy(update=spec.alone(sample))
        return start, rest

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in ("detach", "origin"):
            return bool(self.ask.origin.values)
        return self.can_run(action) and self.can(action) is not False
