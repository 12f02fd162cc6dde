"""What the folder of an illusion holds beside its steps: views and pictures of its own."""

from pathlib import Path

from engine.errors import BadInput
from engine.runs.paths import source_name, view_name
from engine.specs import Illusion
from engine.specs.illusion import with_files
from engine.views import View, open_view


def own(spec: Illusion, folder: Path) -> Illusion:
    """The same request with the copies that its run kept, of a person's views and of pictures.

    So it can be asked again where those are gone, and no code is run that only a file names.
    """
    copies = {
        **{name: view_name(n) for n, name in enumerate(spec.composition.view_files(), 1)},
        **{name: source_name(n) for n, name in enumerate(spec.composition.picture_files(), 1)},
    }
    there = {name: str(folder / copy) for name, copy in copies.items()}
    return with_files(spec, {name: file for name, file in there.items() if Path(file).is_file()})


def views(spec: Illusion, folder: Path) -> dict[str, View]:
    """The views of a run by the names that the spec has for them; never runs code.

    BadInput where the folder lacks one.
    """
    kept = own(spec, folder)
    names = zip(spec.composition.views(), kept.composition.views(), strict=True)
    return {name: open_view(copy, run_code=False) for name, copy in names}


def without_code(spec: Illusion) -> Illusion:
    """The spec itself; BadInput where it names code, which only a person may do."""
    for name in spec.composition.view_files():
        if name.lower().endswith(".py"):
            raise BadInput(f"{name} is code, which is run only where you name it: use --view")
    return spec
