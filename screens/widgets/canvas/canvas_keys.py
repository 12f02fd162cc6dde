"""The canvas by keys alone: its commands, as the declared keys name them."""

from screens.canvas.colours import PALETTE
from screens.widgets.canvas.drawing_widget import Hand


class CanvasKeys(Hand):
    """For :class:`Canvas`; each changes the drawing, the pen or the cursor once."""

    def action_move(self, right: int, down: int) -> None:
        x, y = self.cursor
        width, height = self.drawing.size
        self.go((max(0, min(x + right, width - 1)), max(0, min(y + down, height - 1))))

    def action_paint(self) -> None:
        """A dot, a fill, a colour; of a shape first the anchor, then its place or a corner."""
        if self.drawing.placing:
            self.do(self.drawing.place)
        elif not self.down:
            self.touch(self.cursor)
            if not self.drawing.placing:
                self.do(self.drawing.end)

    def action_pen(self) -> None:
        """Down, so that moving draws, or up; for the other tools as :meth:`action_paint`."""
        if self.down:
            self.do(self.drawing.end)
        else:
            self.touch(self.cursor)

    def action_place(self) -> None:
        self.do(self.drawing.end)

    def action_drop(self) -> None:
        self.do(self.drawing.drop)

    def action_tool(self, name: str, filled: bool = False) -> None:
        self.hold(tool=name, filled=filled)

    def action_number(self, by: int) -> None:
        larger = self.pen.larger(by)
        self.hold(size=larger.size, tolerance=larger.tolerance)

    def action_tip(self) -> None:
        self.hold(round=not self.pen.round)

    def action_symmetric(self) -> None:
        self.hold(symmetric=not self.pen.symmetric)

    def action_colour(self, by: int) -> None:
        """The next one of the palette; from any other colour its first or its last."""
        known = list(PALETTE.values())
        here = known.index(self.pen.colour) if self.pen.colour in known else min(-by, 0)
        self.hold(colour=known[(here + by) % len(known)])

    def action_ask(self, what: str) -> None:
        self.post_message(self.Asked(self, what))

    def action_swap(self) -> None:
        self.hold(colour=self.pen.ground, ground=self.pen.colour)

    def action_undo(self) -> None:
        self.do(self.drawing.undo)

    def action_redo(self) -> None:
        self.do(self.drawing.redo)

    def action_mirror(self) -> None:
        self.do(self.drawing.mirror)

    def action_clear(self) -> None:
        self.do(lambda: self.drawing.clear(self.pen.ground))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enter and backspace are the screen's own while nothing is being placed."""
        if action == "place":
            return self.drawing.placing
        return self.down if action == "drop" else True
