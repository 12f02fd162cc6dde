"""A place with a canvas: what is drawn is kept when it is closed, whichever way that happens."""

from contextlib import suppress

from textual import events as ui

from engine.errors import BadInput
from engine.events import Event
from engine.runs.run_state import RunState
from screens.base.canvas_scope import CanvasView
from screens.base.image_screen import ImageScreen


class CanvasScreen(ImageScreen):
    """What Edit and Inpaint share; a place says what :attr:`changed`, how to :meth:`keep` it."""

    scope: CanvasView

    @property
    def changed(self) -> bool:
        """Whether the canvas holds something that is not kept yet."""
        raise NotImplementedError

    def keep(self) -> str:
        """Write what is drawn to a file; returns how the form names it. Raises BadInput."""
        raise NotImplementedError

    def kept(self, name: str) -> None:
        """What is drawn has a name now."""

    def closed(self) -> None:
        """The canvas was put away."""

    def close(self) -> bool:
        """Close the canvas, if it is open; False where what is drawn could not be kept."""
        if not self.scope.drawing:
            return True
        if self.changed:
            try:
                self.kept(self.keep())
            except BadInput as error:
                self.notify(str(error), severity="error")
                return False
        self.scope.put_away()
        self.closed()
        return True

    def heard(self, batch: list[Event]) -> None:
        before = self.trace
        super().heard(batch)
        if self.trace is not before:
            self.picture_changed()

    def open(self, trace: RunState) -> None:
        self.scope.put_away()
        super().open(trace)

    def action_run(self) -> None:
        if self.close():
            super().action_run()

    def action_leave(self) -> None:
        if self.close():
            super().action_leave()

    def to_pictures(self) -> None:
        super().to_pictures()
        self.unfold_if_wide()

    def on_descendant_focus(self, event: ui.DescendantFocus) -> None:
        """Whoever goes to the form is done with the canvas."""
        if self.scope.drawing and self.ask in event.widget.ancestors:
            self.close()

    def on_unmount(self) -> None:
        if self.scope.drawing and self.changed:
            with suppress(BadInput):  # the screen is gone: nobody is left to be told
                self.keep()
