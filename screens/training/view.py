"""The curves of a training over its samples and figures; follows a run folder while it grows."""

import asyncio
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static
from textual.worker import Worker

from engine.events import Event, Samples
from engine.runs.digit_metrics import Curves, curves
from engine.runs.training_log import TrainingLog
from engine.runs.training_part import MEAN, PACE, RATE, Part
from screens.picture.widget import Picture
from screens.widgets.training.curves import Series
from screens.widgets.training.film_strip import FilmStrip
from screens.widgets.training.gallery import Drawn, Gallery
from screens.widgets.training.load_line import LoadLine
from screens.widgets.training.loss_plot import LossPlot
from screens.widgets.training.part_table import spaced, table

PERIOD = 0.5
"""Seconds from one look at the files to the next."""
FOLDS = ("", "-plot", "-film")
"""What is shown: curves and samples, curves alone, samples alone."""
NOTICES = 3
"""The newest of what a part has to say."""
NOWHERE = Path(os.devnull)
"""A folder in which no run will ever be."""


class TrainingView(Vertical):
    """Watches one run; the screen around it owns the keys (:class:`TrainingActions`)."""

    class Looked(Message):
        """The files were looked at; ``fresh`` where there was something new."""

        def __init__(self, fresh: bool) -> None:
            super().__init__()
            self.fresh = fresh

    DEFAULT_CSS = """
    TrainingView #below { height: 1fr; }
    TrainingView #facts { width: 1fr; max-width: 52; padding: 1 1 0 1; }
    TrainingView #figures { height: auto; text-wrap: nowrap; text-overflow: ellipsis; }
    TrainingView #figures.-words { text-wrap: wrap; }
    TrainingView #prompts { color: $text-muted; height: 1fr; margin-top: 1; }
    TrainingView.-beside #facts { display: none; }
    TrainingView.-plot #below { display: none; }
    TrainingView.-film LossPlot, TrainingView.-film #facts { display: none; }
    """

    def __init__(self, folder: Path = NOWHERE, **options: Any) -> None:
        super().__init__(**options)
        self.training, self.others = TrainingLog(folder), list[TrainingLog]()
        self.part: str | None = None
        self.metric, self.together, self.folded = "loss", False, ""
        self.batches: dict[str, int] = {}
        """Pictures in a step of each part, where that is known."""
        self._following, self._looking = True, False
        self._judged: dict[Path, Curves] = {}
        self.plot, self.gallery, self.film = LossPlot(), Gallery(), FilmStrip()
        self.figures = Static("", id="figures", markup=False)
        self.prompts = Static("", id="prompts", markup=False)
        self.load = LoadLine()
        self._told, self._said, self._captions = Text(), "", ""

    def compose(self) -> ComposeResult:
        yield self.plot
        yield Horizontal(*self.below(), id="below")

    def below(self) -> Iterable[Widget]:
        """What lies under the curves."""
        yield Vertical(self.gallery, self.film, id="sheets")
        yield Vertical(self.figures, self.load, self.prompts, id="facts")

    def on_mount(self) -> None:
        self.set_interval(PERIOD, self._look_again)
        self.look()

    def turn_to(self, folder: Path) -> None:
        """Watch another run from now on; runs that were drawn over the last one stay."""
        self.training, self.part = TrainingLog(folder), None
        self.others = [log for log in self.others if log.folder != folder]
        self.metric, self.together, self._following = "loss", False, True
        self._let_go()
        self.film.load((), 0)
        self._draw()
        self.look()

    @property
    def picture(self) -> Picture:
        """Where the sheet under the cursor is shown."""
        return self.gallery.picture

    @property
    def parts(self) -> list[Part]:
        """The run's parts in the order in which they began."""
        return _in_order(self.training)

    @property
    def shown(self) -> Part | None:
        """The part whose samples are on the strip."""
        return self.training.parts.get(self.part or "")

    @property
    def metrics(self) -> list[str]:
        """The curves there are: the loss and its parts, then learning rate and pace."""
        chosen = [part for part in self.parts if self.together or part.name == self.part]
        names = dict.fromkeys(name for part in chosen for name in part.curves)
        own = [name for name in names if name not in (RATE, PACE, MEAN)]
        return [*own, RATE, PACE, *self._judged.get(self.training.folder, ())]

    def look(self) -> None:
        """Read what is new, off the event loop; not twice at a time."""
        if not self._looking:
            self._looking = True
            _: Worker[None] = self.run_worker(self._look(), group="look")

    def overlay(self, folders: Iterable[Path]) -> None:
        """Draw the curves of these runs too."""
        self.others = [TrainingLog(folder) for folder in folders]
        self._draw()
        self.look()

    def next_part(self, delta: int) -> None:
        """Another part alone; beyond the last, all of them together."""
        names = [part.name for part in self.parts]
        at = len(names) if self.together else names.index(self.part) if self.part in names else 0
        at = (at + delta) % (len(names) + (len(names) > 1))
        self._following, self.together = False, at == len(names)
        if not self.together:
            self._choose(names[at])
        self._draw()

    def next_metric(self) -> None:
        """Another curve of the chosen parts."""
        names = self.metrics
        at = names.index(self.metric) if self.metric in names else -1
        self.metric = names[(at + 1) % len(names)]
        self._draw()

    def fold(self) -> None:
        """Curves and samples, curves alone, samples alone."""
        self.folded = FOLDS[(FOLDS.index(self.folded) + 1) % len(FOLDS)]
        for name in filter(None, FOLDS):
            self.set_class(self.folded == name, name)

    def beside(self) -> None:
        """Hold the sheet under the cursor beside those to come; or let it go."""
        gallery = self.gallery
        if gallery.held is not None and gallery.alone:
            gallery.hold(gallery.held)
        else:
            gallery.hold(None if gallery.held else gallery.here)
        self.set_class(gallery.both, "-beside")

    async def flip(self) -> None:
        """The held sheet in the place of the one under the cursor; with none held, the one before.

        The first has none before it: it is flipped with the last.
        """
        if self.gallery.held is not None:
            self.gallery.flip()
            self.remove_class("-beside")
            return
        at = self.film.cursor - 1
        sheet = self.film.sheets[at]
        self.gallery.hold(await self._drawn(sheet, at % len(self.film.sheets)), alone=True)

    def _look_again(self) -> None:
        """Not while another place is shown."""
        if self.screen in self.app.screen_stack:
            self.look()

    def _let_go(self) -> None:
        self.gallery.hold(None)
        self.remove_class("-beside")

    async def _look(self) -> None:
        logs = [self.training, *self.others]
        found, judged = await asyncio.to_thread(_read, logs)
        anew, self._judged = judged != self._judged, judged
        for log, fresh in zip(logs, found, strict=True):
            log.take(fresh)
        self._looking = False
        if logs[0] is not self.training:
            return self.look()
        if any(found) or anew:
            self._follow(found[0])
            self._draw()
        self._tell()
        self.post_message(self.Looked(any(found)))

    def _follow(self, fresh: list[tuple[str, Event]]) -> None:
        """Until somebody chooses a part, the newest that is being trained is shown."""
        if self._following and any(name for name, _ in fresh):
            live = [part for part in self.parts if part.attempt.live]
            self._choose((live or self.parts)[-1].name)

    def _choose(self, part: str) -> None:
        if part != self.part:
            self.part = part
            self._let_go()
            if found := self.shown:
                self.film.load(found.samples, found.step)

    def _draw(self) -> None:
        if found := self.shown:
            self.film.grew(found.samples, found.step)
            self.gallery.relabel(self._label(self.film.sheet, self.film.cursor))
        sheet = self.film.sheet
        mark = float(sheet.step) if sheet and not self.together else None
        self.plot.show(self.metric, list(self._series()), mark)
        self._tell()

    def _series(self) -> Iterable[Series]:
        """The chosen curve of the chosen parts, then of other runs; a part keeps its colour.

        Where another run has no part of that name, all of its parts are drawn.
        """
        number = 0
        for log in (self.training, *self.others):
            alike = self.part in log.parts and not self.together
            for part in _in_order(log):
                if not alike or part.name == self.part:
                    yield from self._curves(log, part, number)
                number += 1

    def _curves(self, log: TrainingLog, part: Part, number: int) -> Iterable[Series]:
        """The chosen curve, its own or the judge's; the loss with its mean over each epoch."""
        run = "" if log is self.training else f"{log.folder.name[:15]} "
        curve, mean = part.curves.get(self.metric), part.curves.get(MEAN)
        judged = self._judged.get(log.folder, {}).get(self.metric)
        if curve:
            yield Series(run + part.name, curve.steps, curve.values, number)
        if judged:
            yield Series(run + part.name, judged.steps, judged.values, number, points=True)
        if mean and self.metric == "loss":
            yield Series("", mean.steps, mean.values, number, points=True)

    def _tell(self) -> None:
        chosen = None if self.together else self.part
        told = table(self.parts, chosen, self.plot.colour, self.training.doing, self.batches)
        if told != self._told:
            self._told = told
            self.figures.set_class(not self.parts, "-words")
            self.figures.update(told)
        notices = dict.fromkeys(self.shown.notices) if self.shown else ()
        said = "\n".join(filter(None, (*list(notices)[-NOTICES:], self._captions)))
        if said != self._said:
            self._said = said
            self.prompts.update(said)

    def on_film_strip_moved(self, event: FilmStrip.Moved) -> None:
        event.stop()
        _: Worker[None] = self.run_worker(self._see(event.sheet), exclusive=True, group="sheet")

    async def _see(self, sheet: Samples | None) -> None:
        self.gallery.see(await self._drawn(sheet, self.film.cursor))
        self._captions = " · ".join(sheet.prompts) if sheet else ""
        self._draw()
        self.screen.refresh_bindings()

    async def _drawn(self, sheet: Samples | None, at: int) -> Drawn:
        label = self._label(sheet, at)
        return await Drawn.read(self.training.folder / sheet.file, label) if sheet else Drawn(label)

    def _label(self, sheet: Samples | None, at: int) -> str:
        if sheet is None:
            return f"{self.part} has drawn no samples yet" if self.part else " "
        part = self.training.parts.get(sheet.part)
        ends = part.curves[MEAN].steps if part and MEAN in part.curves else ()
        if sheet.step in ends:
            return f"epoch {ends.index(sheet.step) + 1} · step {spaced(sheet.step)}"
        place = f"sheet {at + 1} of {len(self.film.sheets)}"
        return f"{sheet.part} · step {spaced(sheet.step)} · {place}"


def _read(logs: Sequence[TrainingLog]) -> tuple[list[list[tuple[str, Event]]], dict[Path, Curves]]:
    """What is new of each run, and what a judge said of it."""
    return [log.fresh() for log in logs], {log.folder: curves(log.folder) for log in logs}


def _in_order(log: TrainingLog) -> list[Part]:
    return sorted(log.parts.values(), key=lambda part: part.began)
