"""Illusions: one picture that is several, when it is turned or seen from afar."""

from typing import ClassVar

from textual.binding import BindingType

from engine.errors import BadInput
from engine.runs import replay
from engine.runs.run_state import RunState
from engine.specs import Anagram, Illusion, Spec
from screens import keys
from screens.base.form_panel import FormPanel
from screens.base.run_screen import RunScreen
from screens.base.run_view import RunView
from screens.illusions.forms import IllusionForms
from screens.illusions.view import IllusionView

OF_A_STEP = ("turn", "afar", "bands")
AFAR = ("", "afar", "smaller")
BANDS = ("", "bands")


class IllusionsScreen(RunScreen):
    """Three forms, and the readings of what was drawn."""

    NAME = "illusions"
    SPEC = Illusion
    BINDINGS: ClassVar[list[BindingType]] = [
        *keys.bindings("illusions", "ask", "timeline", "run", "view.single", "view.back")
    ]
    ask: IllusionForms  # type: ignore[assignment]
    scope: IllusionView

    def make_ask(self) -> FormPanel:
        return IllusionForms(self.memory.get("ask", {}), self.cascade)  # type: ignore[return-value]

    def make_scope(self) -> RunView:
        return IllusionView()

    def begin(self) -> None:
        self.scope.panes.apart = bool(self.memory.get("apart"))
        super().begin()

    def asked_for(self, trace: RunState) -> Spec:
        """With the copies that the run kept; code that only its file names is not asked for."""
        try:
            return replay.request(trace.spec, trace.folder)
        except BadInput as error:
            self.notify(str(error), severity="warning", timeout=10)
            return replay.without_code(trace.spec, trace.folder)

    def action_other_form(self) -> None:
        self.ask.next()
        self.remember(ask=self.ask.values())
        self.action_prompt()
        self.refresh_bindings()

    def action_other_view(self, by: int) -> None:
        view = self.ask.other_view(by)
        self.remember(ask=self.ask.values())
        self.notify(f"view {view}; ctrl+g runs it", timeout=2)

    def action_turn(self, delta: int) -> None:
        self.scope.panes.turn(delta)
        self.refresh_bindings()

    def action_afar(self) -> None:
        self._look_by(AFAR)

    def action_bands(self) -> None:
        self._look_by(BANDS)

    def action_back(self) -> None:
        """From another look at the picture to the readings, or the channels."""
        self._look_by(AFAR[:1])

    def _look_by(self, looks: tuple[str, ...]) -> None:
        self.scope.panes.turn_look(*looks)
        self.refresh_bindings()

    def action_fold_view(self) -> None:
        self.scope.panes.fold()
        self.remember(single=self.scope.panes.single, apart=self.scope.panes.apart)
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        panes = self.scope.panes
        if action == "other_view":
            return self.ask.kind == Anagram.kind
        if action == "back":
            return bool(panes.look)
        if action in OF_A_STEP:
            can = {"turn": panes.many, "bands": panes.splits}.get(action, True)
            return bool(self.scope.timeline.frames) and can
        return super().check_action(action, parameters)
