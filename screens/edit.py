"""Edit: a picture or a drawing, and what becomes of it from several noise levels."""

from contextlib import suppress
from typing import ClassVar

from textual import events as ui
from textual.binding import BindingType

from engine.errors import BadInput
from engine.events import Event
from engine.specs import Edit
from screens import drawings, keys
from screens.ask_panel import AskPanel
from screens.edit_scope import EditScope
from screens.pictured_place import PicturedPlace
from screens.scope import Scope
from screens.session import Trace

WITH_A_BRUSH = ("run", "leave", "prompt", "cancel")
"""Commands that work while the canvas has the keys; no slip of a finger reaches another."""


class EditScreen(PicturedPlace):
    """Draw, press one key, see six edits."""

    NAME = "edit"
    SPEC = Edit
    BINDINGS: ClassVar[list[BindingType]] = [
        *keys.bindings(
            *("picture", "ask", "timeline", "run", "view.single"),
            but=("ask.detach", "ask.earlier", "ask.later"),
        )
    ]
    scope: EditScope

    def make_scope(self) -> Scope:
        return EditScope()

    @property
    def stage2(self) -> str:
        asked = self.cascade["stage2"]
        return "auto" if asked == "none" else asked

    def heard(self, batch: list[Event]) -> None:
        before = self.trace
        super().heard(batch)
        if self.trace is not before:
            self.picture_changed()

    def open(self, trace: Trace) -> None:
        self.scope.put_away()
        super().open(trace)

    def picture_changed(self) -> None:
        """Another picture's edits are still to come; a run of this one stays as it is."""
        if not self.shows(self.trace):
            self.scope.wait(self.image, self._titles())
        self.refresh_bindings()

    def on_ask_panel_changed(self, _: AskPanel.Changed) -> None:
        if not self.shows(self.trace):
            self.scope.wait(self.image, self._titles())

    def action_draw(self) -> None:
        """Go on with the drawing, or begin one on the picture that is chosen."""
        image, canvas = self.image, self.scope.easel.canvas
        known = image is not None and image.tobytes() == canvas.picture.tobytes()
        self.ask.add_class("-folded")
        self.scope.draw_on(None if known else image)
        self.refresh_bindings()

    def action_run(self) -> None:
        if self._drawn():
            super().action_run()

    def action_leave(self) -> None:
        if self._drawn():
            super().action_leave()

    def to_pictures(self) -> None:
        super().to_pictures()
        self.unfold_if_wide()

    def on_descendant_focus(self, event: ui.DescendantFocus) -> None:
        """Whoever goes to the form wants to ask for edits of what is drawn."""
        if self.scope.drawing and self.ask in event.widget.ancestors:
            self._drawn()

    def on_unmount(self) -> None:
        if self.scope.drawing and self._changed:
            with suppress(BadInput):  # the screen is gone: nobody is left to be told
                drawings.keep(self.scope.easel.canvas.picture)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if self.scope.easel.canvas.has_focus:
            return action in WITH_A_BRUSH
        return super().check_action(action, parameters)

    def _drawn(self) -> bool:
        """Close the canvas: what is drawn is kept and is the picture from now on. True if so."""
        if not self.scope.drawing:
            return True
        if self._changed:
            try:
                path = drawings.keep(self.scope.easel.canvas.picture)
            except BadInput as error:
                self.notify(str(error), severity="error")
                return False
            self.ask.form.set_values({"image": str(path)})
            self.prepare_as_typed()
        self.scope.put_away()
        return True

    @property
    def _changed(self) -> bool:
        """Whether the canvas shows something else than the picture."""
        drawn, now = self.scope.easel.canvas.picture, self.image
        return now is None or drawn.tobytes() != now.tobytes()

    def _titles(self) -> tuple[str, ...]:
        spec = self.ask.form.attempt()
        return spec.sample_titles() if spec else ()
