"""A form beside the view of what it asks for; where there is little room, the form is a drawer."""

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from textual.binding import BindingType
from textual.containers import Horizontal
from textual.widget import Widget

from engine.runs.run_state import RunState
from engine.specs import Spec
from screens import keys
from screens.base.form_group import FormGroup
from screens.base.form_panel import FormPanel
from screens.base.run_follower import RunFollower
from screens.base.run_view import RunView
from screens.messages import Branch, SaveUiState, SubmitRun, send

NARROW = 110
"""Columns below which the form folds away when a run begins."""


class Workspace(Horizontal):
    """``forms`` beside ``view``, which is or holds the view of a run that ``follower`` fills.

    ``memory`` is what the last start left; ``guard`` is asked before the form is read or left, and
    may say no. ``parts`` are more widgets with commands but no looks. The focus is ``in_form`` at
    the start.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings("ask.leave", "ask.fold")]

    def __init__(
        self,
        forms: FormPanel | FormGroup,
        view: Widget,
        follower: RunFollower,
        memory: dict[str, Any],
        guard: Callable[[], bool] = lambda: True,
        parts: Iterable[Widget] = (),
        in_form: bool = False,
    ) -> None:
        super().__init__(forms, view, follower, *parts)
        self.forms, self.view, self.follower = forms, view, follower
        self.run_view: RunView = follower.view
        self._guard, self._memory, self._folded = guard, memory, bool(memory.get("folded"))
        self._parts, self._in_form = tuple(parts), in_form
        forms.active.guard = guard

    def command_widgets(self) -> Iterable[Widget]:
        """Those whose keys work wherever the focus is."""
        form, view = self.forms.active, self.run_view
        yield from (self.view, view, view.player, view.commands)
        yield from (form, form.origin, *self._parts, self)

    def on_mount(self) -> None:
        panes = self.run_view.panes
        panes.channel = self._memory.get("channel", "x0")
        panes.single = bool(self._memory.get("single"))
        panes.see(None, "the first step appears here")
        if self._in_form and not self._folded:
            self.forms.active.action_prompt()
        else:
            self.to_pictures()

    def show_run(self, run: RunState, spec: Spec | None = None) -> None:
        """Put a run on the timeline, and ``spec`` (what it was asked) into the form."""
        self.run_view.open_run(run)
        if isinstance(run.spec, self.follower.kind):
            self.forms.take(spec or run.spec)
            self.forms.active.origin.drop()
        self.to_pictures()

    def begin_branch(self, branch: Branch) -> None:
        """Fill the form to go on from a step of a run."""
        self.forms.take(branch.spec)
        self.forms.active.origin.take(branch.start, branch.last)
        self.forms.active.action_prompt()

    def to_pictures(self) -> None:
        """The focus goes to the pictures; a drawer folds away, and is there again in a wide one."""
        self.run_view.focus()
        narrow = self.screen.size.width < NARROW
        self.forms.set_class(narrow or self._folded, "-folded")
        self.refresh_bindings()

    def on_submit_run(self, event: SubmitRun) -> None:
        """On its way to the program: what is asked for is looked at here."""
        if isinstance(event.spec, self.follower.kind):
            self.to_pictures()

    def on_resize(self) -> None:
        if self.screen.size.width >= NARROW:  # a panel beside it, as help, takes no form away
            self.forms.set_class(self._folded, "-folded")
        elif self.run_view.has_focus:
            self.forms.add_class("-folded")

    def action_leave(self) -> None:
        if self._guard():
            self.to_pictures()

    def action_fold_ask(self) -> None:
        self.forms.toggle_class("-folded")
        self._folded = self.forms.has_class("-folded")
        send(self, SaveUiState(folded=self._folded))
        if self._folded:
            self.run_view.focus()
