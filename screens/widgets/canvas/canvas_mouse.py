"""The canvas by mouse: left draws, right takes a colour."""

from textual import events

from screens.canvas.stencils import Point
from screens.widgets.canvas.drawing_widget import Hand

LEFT, RIGHT = 1, 3


class CanvasMouse(Hand):
    """For :class:`Canvas`. Every move is drawn to, however many come between two paints."""

    _button = 0

    def on_mouse_down(self, event: events.MouseDown) -> None:
        if event.button not in (LEFT, RIGHT) or self._button not in (0, event.button):
            return
        event.stop()
        self._button, at = event.button, self._pixel(event)
        self.capture_mouse()
        if self._button == RIGHT:
            self.pick(at)
        elif self.drawing.placing:
            self.go(at)
        else:
            self.do(self.drawing.end)
            self.go(at)
            self.touch(at)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self._button and not event.button:
            self._let_go()  # its release went elsewhere
        elif self._button == LEFT:
            self.go(self._pixel(event))
        elif self._button == RIGHT:
            self.pick(self._pixel(event))

    def on_mouse_up(self, event: events.MouseUp) -> None:
        if self._button and event.button == self._button:
            self._let_go()

    def _let_go(self) -> None:
        was, self._button = self._button, 0
        self.release_mouse()
        if was == LEFT:
            self.do(self.drawing.place)

    def _pixel(self, event: events.MouseEvent) -> Point:
        """Exact to the pixel where the terminal says more than the cell."""
        left, top = self.gutter.top_left
        return self.view.pixel(event.pointer_x - left, event.pointer_y - top)
