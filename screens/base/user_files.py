"""Where pictures and masks drawn by hand are kept: a run that began with one can be replayed."""

import time
from pathlib import Path

from PIL import Image
from platformdirs import user_data_path

from engine.errors import BadInput
from screens.canvas import files


def folder(kind: str = "drawing") -> Path:
    """The user's own, for each ``kind``: drawing or mask."""
    return user_data_path("diffuscope") / f"{kind}s"


def keep(image: Image.Image, kind: str = "drawing") -> Path:
    """Write a drawing under the time of day; BadInput in one line where that cannot be."""
    where = made(kind)
    return files.save(
        image, str(unused_path(where / time.strftime(f"{kind}-%Y%m%d-%H%M%S"), ".png"))
    )


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
