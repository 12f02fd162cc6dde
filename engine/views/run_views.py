"""Views in run folders: a person's own is kept as what it does, at the sides of a run."""

from collections.abc import Sequence
from pathlib import Path

from engine.errors import BadInput
from engine.pictures.text import shortened
from engine.views import storage
from engine.views.view import LinearMap, Resolution, View


def keep(view: View, squares: Sequence[Resolution], path: Path) -> None:
    """Write the view at these squares to a .safetensors file, which `open_view` opens again.

    Raises BadInput where the view cannot be had at one of them, or the file not be written.
    """
    found = [view.at(square) for square in squares]
    storage.write(path, [(moves.index, moves.weight, moves.colour) for moves in found])


def opened(path: Path) -> View:
    """The view in such a file, at the sides that it was kept for; BadInput for anything else."""
    held = {side: LinearMap(*parts) for side, parts in storage.read(path).items()}
    name = shortened(path.name)
    if not all(moves.orthogonal for moves in held.values()):
        raise BadInput(f"{name}: not orthogonal; a view must permute pixels, or negate them")

    def at(square: Resolution) -> LinearMap:
        if square.side not in held:
            sides = " and ".join(map(str, held))
            raise BadInput(f"{name} holds the view at {sides} pixels, not at {square.side}")
        return held[square.side]

    return View(f"kept in {name}", at, name=path.stem)
