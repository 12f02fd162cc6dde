"""The curves of a training over its samples and figures; follows a run folder while it grows."""

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from PIL import Image
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Static
from textual.worker import Worker

from engine.events import Event, Samples
from engine.runs.training import PACE, RATE, Part
from engine.runs.training_log import TrainingLog
from screens.picture.widget import Picture
from screens.widgets.curves import Series
from screens.widgets.film_strip import FilmStrip
from screens.widgets.loss_plot import LossPlot
from screens.widgets.part_table import spaced, table

PERIOD = 0.5
"""Seconds from one look at the files to the next."""
FOLDS = ("", "-plot", "-film")
"""What is shown: curves and samples, curves alone, samples alone."""


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
    TrainingView #prompts { color: $text-muted; height: 1fr; margin-top: 1; }
    TrainingView.-plot #below { display: none; }
    TrainingView.-film LossPlot, TrainingView.-film #facts { display: none; }
    """

    def __init__(self, folder: Path, **options: Any) -> None:
        super().__init__(**options)
        self.training, self.others = TrainingLog(folder), list[TrainingLog]()
        self.part: str | None = None
        self.metric, self.together, self.folded = "loss", False, ""
        self._following, self._looking = True, False
        self.plot, self.picture, self.film = LossPlot(), Picture(" "), FilmStrip()
        self.figures = Static("", id="figures", markup=False)
        self.prompts = Static("", id="prompts", markup=False)
        self._told = Text()

    def compose(self) -> ComposeResult:
        yield self.plot
        facts = Vertical(self.figures, self.prompts, id="facts")
        yield Horizontal(Vertical(self.picture, self.film), facts, id="below")

    def on_mount(self) -> None:
        self.set_interval(PERIOD, self.look)
        self.look()

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
        return [*(name for name in names if name not in (RATE, PACE)), RATE, PACE]

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

    async def _look(self) -> None:
        logs = [self.training, *self.others]
        found = await asyncio.to_thread(lambda: [log.fresh() for log in logs])
        for log, fresh in zip(logs, found, strict=True):
            log.take(fresh)
        self._looking = False
        if any(found):
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
            if found := self.shown:
                self.film.load(found.samples, found.step)

    def _draw(self) -> None:
        if found := self.shown:
            self.film.grew(found.samples, found.step)
            self.picture.show(self.picture.image, self._label())
        sheet = self.film.sheet
        mark = float(sheet.step) if sheet and not self.together else None
        self.plot.show(self.metric, list(self._series()), mark)
        self._tell()

    def _series(self) -> Iterable[Series]:
        """The chosen curve of the chosen parts, then of other runs; a part keeps its colour."""
        logs = (self.training, *self.others)
        numbered = enumerate((log, part) for log in logs for part in _in_order(log))
        for number, (log, part) in numbered:
            curve = part.curves.get(self.metric)
            if curve and (self.together or part.name == self.part):
                run = "" if log is self.training else f"{log.folder.name[:15]} "
                yield Series(run + part.name, curve.steps, curve.values, number)

    def _tell(self) -> None:
        chosen = None if self.together else self.part
        told = table(self.parts, chosen, self.plot.colour, self.training.doing)
        if told != self._told:
            self._told = told
            self.figures.update(told)

    def on_film_strip_moved(self, event: FilmStrip.Moved) -> None:
        event.stop()
        _: Worker[None] = self.run_worker(self._see(event.sheet), exclusive=True, group="sheet")

    async def _see(self, sheet: Samples | None) -> None:
        path = self.training.folder / sheet.file if sheet else None
        image = await asyncio.to_thread(_opened, path) if path else None
        self.picture.show(image, self._label())
        self.prompts.update(" · ".join(sheet.prompts) if sheet else "")
        self._draw()
        self.screen.refresh_bindings()

    def _label(self) -> str:
        sheet = self.film.sheet
        if sheet is None:
            return f"{self.part} has drawn no samples yet" if self.part else " "
        place = f"sheet {self.film.cursor + 1} of {len(self.film.sheets)}"
        return f"{sheet.part} · step {spaced(sheet.step)} · {place}"


class TrainingActions:
    """The view's commands, for a screen that has one."""

    view: TrainingView

    def action_go(self, delta: int) -> None:
        self.view.film.go(delta)

    def action_home(self) -> None:
        self.view.film.go(-len(self.view.film.sheets))

    def action_end(self) -> None:
        self.view.film.go(len(self.view.film.sheets))

    def action_part(self, delta: int) -> None:
        self.view.next_part(delta)

    def action_metric(self) -> None:
        self.view.next_metric()

    def action_smooth(self, by: int) -> None:
        self.view.plot.smooth(by)

    def action_log(self) -> None:
        self.view.plot.toggle_log()

    def action_zoom(self) -> None:
        self.view.plot.next_zoom()

    def action_fold_view(self) -> None:
        self.view.fold()

    def can_watch(self, action: str) -> bool | None:
        """Whether a command of the view makes sense now; None where it is not one of its."""
        if action in ("go", "home", "end"):
            return len(self.view.film.sheets) > 1
        if action == "part":
            return len(self.view.parts) > 1
        return bool(self.view.parts) if action == "metric" else None


def _in_order(log: TrainingLog) -> list[Part]:
    return sorted(log.parts.values(), key=lambda part: part.began)


def _opened(path: Path) -> Image.Image | None:
    try:
        with Image.open(path) as image:
            return image.convert("RGB")
    except (OSError, ValueError, Image.DecompressionBombError):
        return None
