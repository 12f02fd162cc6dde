"""The views of an illusion, opened and tried; those made by a person go into the run's folder."""

from engine.checkpoints import Cascade
from engine.errors import BadInput
from engine.events import Notice
from engine.job import RecordedJob
from engine.runs import view_name
from engine.specs import Illusion
from engine.views import Resolution, View, keep, open_view


def opened(spec: Illusion) -> dict[str, View]:
    """Every view by the name that the spec has for it; BadInput where there is none."""
    return {name: open_view(name) for name in spec.composition.views()}


def tried(job: RecordedJob, spec: Illusion, cascade: Cascade, found: dict[str, View]) -> None:
    """See through the views at each stage's size, and keep those that a person made.

    BadInput, in one line, for one that cannot be used. One that is known to fail is used, with a
    notice, for it shows why a view has to be orthogonal.
    """
    parts = [part for part in (cascade.stage1, cascade.stage2) if part is not None]
    squares = [Resolution(part.sample_size, cascade.stage1.sample_size) for part in parts]
    for view in found.values():
        for square in squares:
            view.at(square)
        if not view.orthogonal:
            job.say(Notice, f"{view.name}: {view.text}")
    for number, name in enumerate(spec.composition.view_files(), 1):
        keep(found[name], _kept(found[name], squares), job.writer.folder / view_name(number))


def _kept(view: View, squares: list[Resolution]) -> list[Resolution]:
    """The sizes to keep a view at: with stage I alone, that of IF's stage II too where it has one.

    So the run can be enlarged later.
    """
    first = squares[0]
    larger = Resolution(4 * first.side, first.cells)
    if larger in squares:
        return squares
    try:
        view.at(larger)
    except BadInput:
        return squares
    return [*squares, larger]
