"""Pictures in and out of the canvas, and the folders where those drawn by hand are kept.

A run that began with one can be replayed. They touch disks and the web: off the event loop, please.
"""

import time
from pathlib import Path

from PIL import Image
from platformdirs import user_data_path

from engine.errors import BadInput
from screens.canvas.stencils import Size


def load(name: str, size: Size, mode: str = "RGB") -> Image.Image:
    """Any picture that the program knows to open, at ``size``; :class:`BadInput` in one line."""
    from engine.pictures import open_picture  # numpy and the run folders: when they are needed

    return fitted(open_picture(name.strip()).image, size, mode)


def save(image: Image.Image, name: str) -> Path:
    """Write a PNG, whole or not at all, and say where; :class:`BadInput` in one line."""
    from engine import files

    path = png(name)
    files.write(path, lambda part: image.save(part, "PNG"))
    return path


def png(name: str) -> Path:
    """The file that a typed name means; :class:`BadInput` where it is not that of a PNG."""
    path = Path(name.strip()).expanduser().absolute()
    if not name.strip() or path.is_dir():
        raise BadInput("no file name: give one such as drawing.png")
    if path.suffix.lower() not in ("", ".png"):
        raise BadInput(f"a drawing is saved as PNG: call it {path.stem}.png")
    return path.with_suffix(".png")


def fitted(image: Image.Image, size: Size, mode: str = "RGB") -> Image.Image:
    """The centre of any picture at ``size``, no side pulled.

    By a whole factor up each pixel is copied, down it is the mean of what it covers.
    """
    image = image.convert(mode)
    part = image.crop(_centre(image.size, size))
    if part.size == size:
        return part
    whole = all(max(pair) % min(pair) == 0 for pair in zip(part.size, size, strict=True))
    return part.resize(size, Image.Resampling.BOX if whole else Image.Resampling.LANCZOS)


def _centre(whole: Size, aspect: Size) -> tuple[int, int, int, int]:
    """The largest box of that aspect in the middle."""
    scale = min(have / need for have, need in zip(whole, aspect, strict=True))
    width, height = (max(1, round(need * scale)) for need in aspect)
    left, top = (whole[0] - width) // 2, (whole[1] - height) // 2
    return left, top, left + width, top + height


def folder(kind: str = "drawing") -> Path:
    """The user's own, for each ``kind``: drawing or mask."""
    return user_data_path("diffuscope") / f"{kind}s"


def keep(image: Image.Image, kind: str = "drawing") -> Path:
    """Write a drawing under the time of day; BadInput in one line where that cannot be."""
    where = made(kind)
    return save(image, str(unused_path(where / time.strftime(f"{kind}-%Y%m%d-%H%M%S"), ".png")))


def made(kind: str) -> Path:
    """The folder of a kind, there from now on; BadInput in one line where that cannot be."""
    where = folder(kind)
    try:
        where.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why = f"cannot keep the {kind} in {where}: {(error.strerror or '').lower()}"
        raise BadInput(why) from None
    return where


def unused_path(stem: Path, ending: str) -> Path:
    """A file name that nothing has yet."""
    names = (f"{stem.name}{f'-{n}' if n > 1 else ''}{ending}" for n in range(1, 10_000))
    return next(path for name in names if not (path := stem.with_name(name)).exists())
