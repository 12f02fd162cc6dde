"""Pictures of run folders, each read once."""

from functools import lru_cache
from pathlib import Path

from PIL import Image


def read(path: Path) -> Image.Image | None:
    """A picture of a run folder; None where it cannot be read (it is shown as an empty place)."""
    try:
        return _read(path)
    except (OSError, ValueError, Image.DecompressionBombError):
        return None


@lru_cache(maxsize=256)
def _read(path: Path) -> Image.Image:
    with Image.open(path) as image:
        return image.convert("RGB")
