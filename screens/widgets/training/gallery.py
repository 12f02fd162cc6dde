"""A sample sheet, laid out for its room; two of them side by side, or flipped in one place."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image
from textual import events
from textual.containers import Horizontal

from engine.errors import BadInput
from screens.picture.widget import Picture
from screens.widgets.picture_grid import pixels

if TYPE_CHECKING:
    from engine.runs.digit_samples import EpochSamples
    from screens.widgets.training.pages import Page


@dataclass(frozen=True)
class SheetImage:
    """What one sheet shows: its picture, the tensors behind it where they are kept, its label."""

    label: str
    image: Image.Image | None = None
    looks: "EpochSamples | None" = None

    @classmethod
    async def read(cls, path: Path, label: str) -> "SheetImage":
        """Read a sheet off the event loop; what cannot be read is shown as an empty place."""
        return await asyncio.to_thread(_read, path, label)

    def pages(self, room: tuple[int, int]) -> "list[Page]":
        """The pages that it has in a room of pixels; a picture of unknown content is one."""
        from screens.widgets.training.pages import Page, pages

        if self.looks is not None:
            return pages(self.looks.tiles(), room)
        return [Page("", self.image)] if self.image else []


class Gallery(Horizontal):
    """The sheet under the cursor; where another is pinned, that one before it or in its place."""

    DEFAULT_CSS = """
    Gallery { width: 1fr; height: 1fr; }
    Gallery Picture.-off { display: none; }
    """

    def __init__(self, **options: Any) -> None:
        self.before, self.picture = Picture(" ", classes="-off"), Picture(" ")
        super().__init__(self.before, self.picture, **options)
        self.sheet = SheetImage(" ")
        self.pinned: SheetImage | None = None
        self.page, self.alone, self.flipped = 0, False, False

    @property
    def both(self) -> bool:
        """Whether two sheets stand side by side."""
        return self.pinned is not None and not self.alone

    @property
    def count(self) -> int:
        """How many pages the sheet has in this room."""
        return len(self._pages(self.sheet))

    def see(self, sheet: SheetImage) -> None:
        """Show a sheet."""
        self.sheet = sheet
        self.again()

    def pin(self, pinned: SheetImage | None, alone: bool = False) -> None:
        """Keep a sheet beside those to come, or ``alone`` in their place; None lets it go."""
        self.pinned, self.alone, self.flipped = pinned, alone, alone
        self.again()

    def flip(self) -> None:
        """The pinned sheet in the place of the other, and back."""
        self.alone, self.flipped = True, not self.flipped
        self.again()

    def next_page(self) -> None:
        """What of the sheet had no room, or the next group of its pictures."""
        self.page = (self.page + 1) % max(1, self.count)
        self.again()

    def again(self) -> None:
        """Draw what is shown once more."""
        self.before.set_class(not self.both, "-off")
        shown = [(self.picture, self.pinned if self.flipped and self.pinned else self.sheet)]
        if self.both and self.pinned:
            shown.append((self.before, self.pinned))
        for picture, sheet in shown:
            pages = self._pages(sheet)
            page = pages[self.page % len(pages)] if pages else None
            label = " · ".join(filter(None, (sheet.label, page.title if page else "")))
            picture.show(page.image if page else None, label)

    def on_resize(self, _: events.Resize) -> None:
        self.again()

    def _pages(self, sheet: SheetImage) -> "list[Page]":
        width, height = pixels(self)
        return sheet.pages((width // (1 + self.both), height))


def _read(path: Path, label: str) -> SheetImage:
    from engine.runs.digit_samples import EpochSamples, beside

    tensors = beside(path)
    try:
        looks = EpochSamples.read(tensors) if tensors.exists() else None
    except BadInput:
        looks = None
    return SheetImage(label, _opened(path), looks)


def _opened(path: Path) -> Image.Image | None:
    try:
        with Image.open(path) as image:
            return image.convert("RGB")
    except (OSError, ValueError, Image.DecompressionBombError):
        return None
