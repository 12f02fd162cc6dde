"""Takes a sample out of the step pictures of a run: its place in every one is covered."""

from pathlib import Path
from typing import TYPE_CHECKING

from engine import files

if TYPE_CHECKING:
    from PIL import Image


def cover(folder: Path, stage: int, sample: int, count: int, tile: "Image.Image") -> None:
    """Cover sample ``sample`` of ``count`` in all step pictures of a stage with a square tile."""
    for file in sorted((folder / "frames").glob(f"{stage}-*.png")):
        _cover(file, sample, count, tile)


def _cover(file: Path, sample: int, count: int, tile: "Image.Image") -> None:
    from PIL import Image  # late: it would hold up the first paint

    with Image.open(file) as opened:
        sheet = opened.convert("RGB")
    side = sheet.height // count
    fitting = tile.resize((side, side))
    for left in range(0, sheet.width, side):
        sheet.paste(fitting, (left, sample * side))
    files.write(file, lambda part: sheet.save(part, "PNG", compress_level=1), sync=False)
