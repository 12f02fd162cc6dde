"""Edit: a picture or a drawing, and what becomes of it from several noise levels."""

from typing import ClassVar

from textual.binding import BindingType

from engine.specs import Edit
from screens import keys
from screens.base import user_files
from screens.base.canvas_screen import CanvasScreen
from screens.base.form_panel import FormPanel
from screens.base.run_view import RunView
from screens.edit.view import EditView

WITH_A_BRUSH = ("run", "leave", "prompt", "cancel")
"""Commands that work while the canvas has the keys; no slip of a finger reaches another."""


class EditScreen(CanvasScreen):
    """Draw, press one key, see six edits."""

    NAME = "edit"
    SPEC = Edit
    BINDINGS: ClassVar[list[BindingType]] = [
        *keys.bindings(
            *("picture", "ask", "timeline", "run", "view.single"),
            but=("ask.detach", "ask.earlier", "ask.later"),
        )
    ]
    scope: EditView

    def make_scope(self) -> RunView:
        return EditView()

    @property
    def stage2(self) -> str:
        asked = self.cascade["stage2"]
        return "auto" if asked == "none" else asked

    def picture_changed(self) -> None:
        """Another picture's edits are still to come; a run of this one stays as it is."""
        if not self.shows(self.trace):
            self.scope.wait(self.image, self._titles())
        self.refresh_bindings()

    def on_form_panel_changed(self, _: FormPanel.Changed) -> None:
        if not self.shows(self.trace):
            self.scope.wait(self.image, self._titles())

    def action_draw(self) -> None:
        """Go on with the drawing, or begin one on the picture that is chosen."""
        image, canvas = self.image, self.scope.easel.canvas
        known = image is not None and image.tobytes() == canvas.sketch.picture.tobytes()
        self.ask.add_class("-folded")
        self.scope.draw_on(None if known else image)
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if self.scope.easel.canvas.has_focus:
            return action in WITH_A_BRUSH
        return super().check_action(action, parameters)

    def keep(self) -> str:
        return str(user_files.keep(self.scope.easel.canvas.sketch.picture))

    def kept(self, name: str) -> None:
        """What is drawn is the picture from now on."""
        self.ask.form.set_values({"image": name})
        self.prepare_as_typed()

    @property
    def changed(self) -> bool:
        """Whether the canvas shows something else than the picture."""
        drawn, now = self.scope.easel.canvas.sketch.picture, self.image
        return now is None or drawn.tobytes() != now.tobytes()

    def _titles(self) -> tuple[str, ...]:
        spec = self.ask.form.attempt().spec
        return spec.sample_titles() if spec else ()
