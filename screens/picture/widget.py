"""The picture as the screens see it: give it an image and a label."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from PIL import Image
from textual.geometry import Region
from textual.strip import Strip

from screens.picture.cells import PictureCells, heading
from screens.picture.strip_widget import StripWidget

if TYPE_CHECKING:
    from screens.picture.scheduler import PictureScheduler


class Picture(StripWidget):
    """One picture as large as its room allows, aspect kept, centred, with a label above it.

    The label is there from the start or never: it takes a line, and the picture must not move.
    Where the app schedules pictures, another image of the same shape redraws no cells: the newest
    one is sent when the link has room for it.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"picture--label", "picture--empty"}
    DEFAULT_CSS = """
    Picture { width: 1fr; height: 1fr; }
    Picture > .picture--label { color: $text-muted; }
    Picture.-selected > .picture--label { color: $text-accent; }
    Picture > .picture--empty { background: $foreground 4%; }
    """

    def __init__(self, label: str = "", **options: Any) -> None:
        super().__init__(**options)
        self.image: Image.Image | None = None
        self.label = label
        self.cells = PictureCells(self)

    def show(self, image: Image.Image | None, label: str = "") -> None:
        """Show ``image`` (any Pillow mode; None: an empty place) under ``label`` from now on."""
        if image is self.image and label == self.label:
            return
        relabelled, before = label != self.label, self._shape
        self.image, self.label = image, label
        if self.scheduler is None or image is None or self._shape != before:
            self.cells.drop()
            self.refresh()
        elif relabelled and self.cells.above:
            self.take(-1, [heading(self, self.cells.place.left)], drawn=False)
        if self.scheduler is not None:
            self.scheduler.submit(self)

    def take(self, first: int, strips: Sequence[Strip], drawn: bool = True) -> None:
        """These are lines of the picture now, from ``first`` on; ``drawn``: on the terminal too."""
        top = self.cells.put(first, strips)
        if not drawn:
            self.refresh(Region(0, top, self.content_size.width, len(strips)))

    def on_resize(self) -> None:
        if self.scheduler is not None:
            self.scheduler.submit(self)

    def on_unmount(self) -> None:
        if self.scheduler is not None:
            self.scheduler.drop(self)

    def notify_style_update(self) -> None:
        """Draw again: another theme, or another class."""
        self.cells.drop()
        super().notify_style_update()

    def render_lines(self, crop: Region) -> list[Strip]:
        self.cells.lines()
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        lines = self.cells.lines(known=True)
        return lines[y] if y < len(lines) else Strip.blank(self.content_size.width, self.ground)

    @property
    def scheduler(self) -> "PictureScheduler | None":
        """What sends pictures beside Textual's own drawing, if anything does."""
        return getattr(self.app, "picture_scheduler", None) if self.is_attached else None

    @property
    def _shape(self) -> object:
        return self.cells.place, self.image is None, bool(self.label)
