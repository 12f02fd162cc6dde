"""The commands of Inpaint on the mask and its pictures."""

from typing import ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from screens import keys
from screens.canvas import mask_looks
from screens.inpaint.view import InpaintView
from screens.messages import SaveUiState, send


class InpaintCommands(Widget):
    """Has no looks; ``look`` is how the mask was shown at the last start."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *keys.bindings("inpaint", "timeline.sample", "timeline.sample_up", "timeline.sample_down")
    ]
    DEFAULT_CSS = """
    InpaintCommands { display: none; }
    """

    def __init__(self, view: InpaintView, look: str | None) -> None:
        super().__init__()
        self.view, self._look = view, look

    def on_mount(self) -> None:
        self.view.show_mask_as(self._look or "")

    def action_draw(self) -> None:
        self.view.draw()
        self.refresh_bindings()

    def action_look(self) -> None:
        self.view.show_mask_as(mask_looks.after(self.view.pictures.look))
        send(self, SaveUiState(look=self.view.pictures.look))
        self.view.refresh_pictures()

    def action_seam(self) -> None:
        self.view.pictures.seam = not self.view.pictures.seam
        self.view.run_view.panes.again()

    def action_sample(self, delta: int = 0) -> None:
        self.view.pictures.seam = self.view.pictures.seam and bool(delta)
        self.view.run_view.action_sample(delta)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        run, frames = self.view.run_view.run, self.view.run_view.timeline.frames
        if action == "seam":
            return run is not None and not self.view.pictures.waiting and bool(run.results)
        if action == "sample":
            return bool(frames) and (not parameters or frames[0].sheet.count > 1)
        return True
