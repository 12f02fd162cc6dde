"""A view as code: a Python file with `view(x)`, and `inverse(x)` if it likes.

The file is executed in this process with all that the person may do, and only because the person
named it on the command line; nothing that came with a picture or a run gets here. Code that hangs
is the person's own affair.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from engine.errors import BadInput, shortened
from engine.views.checking import Probe, check
from engine.views.probe_matrix import read
from engine.views.upscale_permutation import alike, enlarged
from engine.views.view import Array, LinearMap, Resolution, View


def opened(path: Path) -> View:
    """The view that a Python file defines; BadInput where it defines none or breaks off.

    Both functions take and give arrays (3, side, side), float32. They are checked at each side
    that is asked for, and then only the description of what they do is used. Where stage II would
    not see what stage I does, as with an order drawn anew for each size, the latter is enlarged.
    """
    name = shortened(path.name)
    made = _executed(path, name)
    seen = _function(made.get("view"), "view", name)
    if seen is None:
        raise BadInput(f"{name}: defines no view; write a function view(x) on arrays (3, H, W)")
    back = _function(made.get("inverse"), "inverse", name)

    @cache
    def moves(side: int) -> LinearMap:
        check(seen, name, side, back)
        return read(seen, name, side)

    def at(square: Resolution) -> LinearMap:
        fine, coarse = moves(square.side), moves(square.cells)
        return fine if alike(fine, coarse) else enlarged(coarse, square.side)

    return View(f"computed by {name}", at, name=path.stem)


def _executed(path: Path, name: str) -> dict[str, Any]:
    namespace: dict[str, Any] = {"__name__": path.stem, "__file__": str(path)}
    try:
        exec(compile(path.read_bytes(), str(path), "exec"), namespace)
    except (Exception, SystemExit) as error:
        raise BadInput(f"{name}: {_said(error)}") from None
    return namespace


def _function(made: object, called: str, name: str) -> Probe | None:
    """The person's function, given a copy, and held to give an array of numbers back."""
    if made is None:
        return None
    if not callable(made):
        raise BadInput(f"{name}: {called} is {type(made).__name__}, and must be a function of x")
    function: Callable[[Array], object] = made

    def probe(x: Array) -> Array:
        try:
            with np.errstate(all="ignore"):
                result = function(x.copy())
        except (Exception, SystemExit) as error:
            raise BadInput(f"{name}: {called}(x) on {x.shape}: {_said(error)}") from None
        if not isinstance(result, np.ndarray) or result.dtype.kind not in "fiu":
            kind = result.dtype if isinstance(result, np.ndarray) else type(result).__name__
            raise BadInput(f"{name}: {called}(x) gives {kind}, and must give an array of floats")
        return result.astype(np.float64)

    return probe


def _said(error: BaseException) -> str:
    return shortened(f"{type(error).__name__}: {' '.join(str(error).split())}".rstrip(": "), 120)
