"""The request of a run, to be asked for again with what its folder kept."""

from collections.abc import Callable
from pathlib import Path

from engine.errors import BadInput
from engine.runs import paths
from engine.specs import Illusion, Inpaint, Pictured, Spec
from engine.specs.illusion import with_files

IN_A_FOLDER = ("out", "resume")
"""Fields that name the run's own folder."""


def request(
    spec: Spec, folder: Path | None, tell: Callable[[str], object] = lambda line: None
) -> Spec:
    """What to ask for to have the run of ``folder`` again; None where only its request is left.

    An illusion takes its own copies of views and pictures. So does an inpainting of its picture
    and its mask, for a mask is often painted on under its old name. Of other runs the copy of the
    picture is taken where that is gone by now, and ``tell`` told of it. A training gets a new
    folder. Opens the picture: not for an event loop. Raises BadInput where a picture is gone
    without a copy, and where only a file names code that draws: nobody asked for that here.
    """
    if isinstance(spec, Illusion):
        from engine.runs.illusions import display  # late: it brings the views

        return display.without_code(display.own(spec, folder) if folder else spec)
    if isinstance(spec, Inpaint):
        return _with_copies(spec, folder) if folder else spec
    if isinstance(spec, Pictured) and folder is not None:
        return _with_picture(spec, folder, tell)
    if spec.resumable:
        named = [name for name in IN_A_FOLDER if isinstance(getattr(spec, name, None), str)]
        return spec.model_copy(update=dict.fromkeys(named, ""))
    return spec


def without_code(spec: Spec, folder: Path) -> Spec:
    """The same, where a view that only code draws is the identity: something to begin with."""
    if not isinstance(spec, Illusion):
        return spec
    from engine.runs.illusions import display

    own = display.own(spec, folder)
    code = [name for name in own.composition.view_files() if name.lower().endswith(".py")]
    return with_files(own, dict.fromkeys(code, "identity"))


def _with_copies(spec: Inpaint, folder: Path) -> Inpaint:
    own = {"image": folder / paths.SOURCE, "mask": folder / paths.SOURCE_MASK}
    there = {name: str(path) for name, path in own.items() if path.is_file()}
    return spec.model_copy(update=there if len(there) == len(own) else {})


def _with_picture(spec: Pictured, folder: Path, tell: Callable[[str], object]) -> Pictured:
    from engine.pictures import open_picture  # late: it reads runs, too

    try:
        open_picture(spec.image)
    except BadInput as error:
        copy = folder / paths.ORIGINAL
        if not copy.is_file():
            raise
        tell(f"{error}; the run's own copy is taken")
        return spec.model_copy(update={"image": str(copy)})
    return spec
