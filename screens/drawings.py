"""Where pictures drawn by hand are kept, so that a run that began with one can be replayed."""

import time
from pathlib import Path

from PIL import Image
from platformdirs import user_data_path

from engine.errors import BadInput
from screens.canvas import files
from screens.exporting import free


def folder() -> Path:
    """The user's own."""
    return user_data_path("diffuscope") / "drawings"


def keep(image: Image.Image) -> Path:
    """Write a drawing under the time of day; BadInput in one line where that cannot be."""
    where = folder()
    try:
        where.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why = f"cannot keep the drawing in {where}: {(error.strerror or '').lower()}"
        raise BadInput(why) from None
    return files.save(image, str(free(where / time.strftime("drawing-%Y%m%d-%H%M%S"), ".png")))
