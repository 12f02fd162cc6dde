"""What is trained on and examined with: renderings that are there, or drawn from a packed file."""

import os
import time
from pathlib import Path

from engine.errors import BadInput
from engine.forge import emoji, pack
from engine.forge.captions import bundled_table
from engine.forge.drawings import catalogue, folder
from engine.forge.drawings.rendering import Recipe

HELD_OUT = 400
"""Pictures to examine with: the plain ones of their last tenth are looked at."""


def renderings(
    data: Path, held_out: Path | None, out: Path, side: int, count: int, seconds: float, seed: int
) -> tuple[Path, Path | None]:
    """Folders of renderings `side` wide, to train on and to examine with, if there are any.

    Of a file that was packed both are rendered into `out`, or gone on with, for about `seconds`;
    there are at most `count` to train on. Raises BadInput and Unavailable as the renderer does.
    """
    if data.is_dir():
        return data, held_out
    if not data.is_file():
        raise BadInput(f"no such file or folder: {data}; python -m engine.forge.pack writes one")
    cache = pack.unpacked(data, out / "drawings")
    until = time.monotonic() + seconds
    trained = _rendered(out / "renderings", cache, False, side, count, until, seed)
    if held_out is None:
        soon = time.monotonic() + seconds / 4
        held_out = _rendered(out / "held-out", cache, True, side, HELD_OUT, soon, seed)
    return trained, held_out


def _rendered(
    out: Path, cache: Path, held_out: bool, side: int, count: int, until: float, seed: int
) -> Path:
    recipe = Recipe(tuple(catalogue.names(held_out)), cache, bundled_table(), side, seed)
    emoji.tell(recipe, out)
    rendering = folder.Rendering(out, recipe.told(), count)
    folder.render(rendering, recipe.renderer, os.cpu_count() or 1, emoji.say, until)
    return out
