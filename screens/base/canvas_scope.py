"""What a place with a canvas shows: the canvas beside what is made of it."""

from typing import TYPE_CHECKING

from screens.base.canvas_editor import CanvasEditor

if TYPE_CHECKING:
    from screens.base.run_view import RunView as Base
else:
    Base = object

BESIDE = 100
"""Columns from which what was made stays in sight beside the canvas."""
SIDE = 32
"""Pixels along the canvas until a model says its own."""


class CanvasView(Base):
    """For a :class:`RunView` with an ``easel``, which is seen while it is ``-drawing``."""

    easel: CanvasEditor

    @property
    def drawing(self) -> bool:
        """Whether the canvas is open."""
        return self.has_class("-drawing")

    def put_away(self) -> None:
        """Close the canvas."""
        self.remove_class("-drawing")

    def on_resize(self) -> None:
        self.set_class(self.size.width < BESIDE, "-narrow")
