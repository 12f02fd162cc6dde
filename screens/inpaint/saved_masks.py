"""Masks by name: those that a person kept, and any that the program knows to open."""

from pathlib import Path

from PIL import Image

from engine.errors import BadInput
from engine.specs.cascade import Fit
from screens.canvas import files

AS_DRAWN = "as drawn"
"""What a mask is called that no file has yet."""
KIND = "mask"
LISTED = 40


def listed() -> list[Path]:
    """The kept ones, newest first."""
    files_there = files.folder(KIND).glob("*.png")
    return sorted(files_there, key=lambda path: path.stat().st_mtime, reverse=True)[:LISTED]


def target(name: str) -> Path:
    """Where a mask of that name is kept; a name with a folder is a file of its own.

    Raises :class:`BadInput` in one line where no PNG can be called so.
    """
    name = name.strip()
    return files.png(str(files.made(KIND) / name) if name and "/" not in name else name)


def known(name: str) -> str:
    """The file of a kept mask, where there is nothing else of that name here."""
    kept = files.folder(KIND) / f"{name.removesuffix('.png')}.png"
    bare = name and "/" not in name and not Path(name).exists()
    return str(kept) if bare and kept.is_file() else name


def lasts(name: str) -> bool:
    """Whether a mask can still be had by its name."""
    return ":" in name or Path(name).expanduser().exists()


def read(name: str, image: str, fit: Fit, side: int) -> Image.Image:
    """The mask as stage I takes it over ``image``: mode L, ``side`` pixels along.

    Raises :class:`BadInput` in one line as :func:`engine.pictures.open_mask` does. Off the event
    loop, please.
    """
    from engine.pictures import Loaded, open_mask, open_picture

    try:
        over = open_picture(image)
    except BadInput:  # said at its own field
        over = Loaded(Image.new("RGB", (side, side)), "the picture")
    return open_mask(known(name), over).squared(fit).at(side)


class MaskNames:
    """Which masks are in a file, and in which one."""

    def __init__(self) -> None:
        self._names: dict[bytes, str] = {}

    def of(self, mask: Image.Image) -> str:
        """The file that a mask is in, or AS_DRAWN."""
        return self._names.get(mask.tobytes(), AS_DRAWN)

    def note(self, mask: Image.Image, name: str) -> None:
        """A mask is in a file of this name."""
        self._names[mask.tobytes()] = name

    def keep(self, mask: Image.Image) -> str:
        """The file that a mask is in from now on; BadInput where it cannot be written."""
        name = self.of(mask)
        if name == AS_DRAWN or not lasts(name):
            name = str(files.keep(mask, KIND))
            self.note(mask, name)
        return name
