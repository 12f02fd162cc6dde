"""What a training drew, sheet by sheet: one of them, or two that are compared."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

from textual import work
from textual.binding import BindingType
from textual.containers import Vertical
from textual.message import Message

from engine.events import Samples
from engine.runs.training_log import TrainingLog
from engine.runs.training_part import MEAN, Part
from screens import keys
from screens.messages import send
from screens.training.curve_selection import CurveSelection
from screens.widgets.training.film_strip import FilmStrip
from screens.widgets.training.gallery import Gallery, SheetImage
from screens.widgets.training.part_table import spaced


class SamplesPane(Vertical, can_focus=True):
    """The sheet under the cursor of a :class:`FilmStrip`; owns the keys that walk and compare."""

    class Changed(Message):
        """Another sheet, or another number of them, is seen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *keys.bindings(
            *("timeline.back", "timeline.next", "timeline.far_back", "timeline.far_next"),
            *("timeline.first", "timeline.last"),
            *("training.page", "training.beside", "run.flip"),
        )
    ]

    def __init__(self, selection: CurveSelection, **options: Any) -> None:
        self.gallery, self.film = Gallery(), FilmStrip()
        super().__init__(self.gallery, self.film, id="sheets", **options)
        self.selection = selection
        self._shown: tuple[TrainingLog | None, str | None] = (None, None)

    def draw(self) -> None:
        """Show the sheets that the selected part has by now."""
        part = self.selection.shown
        step, sheets = (part.step, part.samples) if part else (0, [])
        shown = self.selection.runs.watched, self.selection.part
        if shown != self._shown:
            self._shown = shown
            self.gallery.pin(None)
            self.film.load(sheets, step)
        elif part:
            self.film.grew(sheets, step)
        label = _label(part, self.film.sheets, self.film.cursor)
        if part and label != self.gallery.sheet.label:
            self.gallery.see(replace(self.gallery.sheet, label=label))

    @work(exclusive=True, group="sheet")
    async def on_film_strip_moved(self) -> None:
        self.gallery.see(await _image(self, self.film.cursor))
        send(self, self.Changed())
        self.screen.refresh_bindings()

    def action_go(self, delta: int) -> None:
        self.film.go(delta)

    def action_home(self) -> None:
        self.film.go(-len(self.film.sheets))

    def action_end(self) -> None:
        self.film.go(len(self.film.sheets))

    def action_page(self) -> None:
        self.gallery.next_page()

    def action_beside(self) -> None:
        """Pin the sheet under the cursor beside those to come; or let it go."""
        gallery = self.gallery
        if gallery.pinned is not None and gallery.alone:
            gallery.pin(gallery.pinned)
        else:
            gallery.pin(None if gallery.pinned else gallery.sheet)
        send(self, self.Changed())

    async def action_flip(self) -> None:
        """The pinned sheet in the place of the one under the cursor; with none, the one before.

        The first has none before it: it is flipped with the last.
        """
        if self.gallery.pinned is not None:
            self.gallery.flip()
        else:
            at = (self.film.cursor - 1) % len(self.film.sheets)
            self.gallery.pin(await _image(self, at), alone=True)
        send(self, self.Changed())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "beside":
            return bool(self.film.sheets)
        if action == "page":
            return self.gallery.count > 1
        return len(self.film.sheets) > 1


async def _image(pane: SamplesPane, at: int) -> SheetImage:
    """The sheet at this place of the strip; an empty one where there is none."""
    sheets, selection = pane.film.sheets, pane.selection
    label = _label(selection.shown, sheets, at)
    if not sheets:
        return SheetImage(label)
    return await SheetImage.read(selection.runs.watched.folder / sheets[at].file, label)


def _label(part: Part | None, sheets: Sequence[Samples], at: int) -> str:
    """What stands above the sheet at this place of the strip."""
    if part is None or not sheets:
        return f"{part.name} has drawn no samples yet" if part else " "
    sheet = sheets[at]
    ends = part.curves[MEAN].steps if MEAN in part.curves else []
    if sheet.step in ends:
        return f"epoch {ends.index(sheet.step) + 1} · step {spaced(sheet.step)}"
    place = f"sheet {at + 1} of {len(sheets)}"
    return f"{sheet.part} · step {spaced(sheet.step)} · {place}"
