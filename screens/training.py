"""A training, watched: its curves, samples and pace; live, of another process, or years old."""

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar

from PIL import Image
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Static
from textual.worker import Worker

from engine.events import Event, Samples
from engine.runs.training import PACE, RATE, Part
from engine.runs.training_log import TrainingLog
from engine.specs import Spec
from screens import keys
from screens.messages import Ask, Keep
from screens.picture.widget import Picture
from screens.place import Place
from screens.run_actions import RunActions
from screens.session import Trace
from screens.widgets.curves import Series
from screens.widgets.film_strip import FilmStrip
from screens.widgets.loss_plot import LossPlot
from screens.widgets.part_table import spaced, state, table

PERIOD = 0.5
"""Seconds from one look at the files to the next."""
FOLDS = ("", "-plot", "-film")
"""What is shown: curves and samples, curves alone, samples alone."""
KEYS = (
    "timeline.back", "timeline.next", "timeline.far_back", "timeline.far_next", "timeline.first",
    "timeline.last", "run.cancel", "run.pause", "view",
)  # fmt: skip


class TrainingScreen(RunActions, Place):
    """One run's curves above, its newest samples and figures below."""

    NAME = "runs"
    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings("training", *KEYS)]
    HELP = """
    ## A training

    Its loss as it falls, raw and smoothed, and what its averaged weights draw: **←** and **→** walk
    the sample sheets, the upright line marks their step. **up** and **down** choose a part, **c** a
    curve. A run of this program can be held, stopped and told to write a checkpoint; one of another
    process is only watched.
    """
    DEFAULT_CSS = """
    TrainingScreen #said {
        height: 1; padding: 0 1; color: $text-muted; text-wrap: nowrap; text-overflow: ellipsis;
    }
    TrainingScreen #below { height: 1fr; }
    TrainingScreen #facts { width: 1fr; max-width: 52; padding: 1 1 0 1; }
    TrainingScreen #figures { height: auto; text-wrap: nowrap; text-overflow: ellipsis; }
    TrainingScreen #prompts { color: $text-muted; height: 1fr; margin-top: 1; }
    TrainingScreen.-plot #below { display: none; }
    TrainingScreen.-film LossPlot, TrainingScreen.-film #facts { display: none; }
    """

    def __init__(self, spec: Spec, folder: Path, *given: Any) -> None:
        super().__init__(*given)
        self.spec, self.log_of_run, self.others = spec, TrainingLog(folder), list[TrainingLog]()
        self.part: str | None = None
        self.metric, self.together, self.fold = "loss", False, ""
        self._following, self._looking, self._kept = True, False, -1

    def body(self) -> Iterable[Widget]:
        self.said = Static("", id="said", markup=False)
        self.plot, self.picture, self.film = LossPlot(), Picture(" "), FilmStrip()
        self.facts = Static("", id="figures", markup=False)
        self.prompts = Static("", id="prompts", markup=False)
        yield self.said
        yield self.plot
        yield Horizontal(
            Vertical(self.picture, self.film),
            Vertical(self.facts, self.prompts, id="facts"),
            id="below",
        )

    def on_mount(self) -> None:
        known = self.memory.get("training", {})
        self.plot.logarithmic = bool(known.get("log", True))
        self.plot.smooth_by(float(known.get("weight", self.plot.weight)))
        self.set_interval(PERIOD, self.look)
        self.look()

    @property
    def trace(self) -> Trace | None:
        """The run as this program serves it; None for one of another process or an old one."""
        trace = self.session.traces.get(self.folder.name)
        return trace if trace and trace.folder == self.folder else None

    @property
    def folder(self) -> Path:
        """The run's folder."""
        return self.log_of_run.folder

    @property
    def parts(self) -> list[Part]:
        """The run's parts in the order in which they began."""
        return sorted(self.log_of_run.parts.values(), key=lambda part: part.began)

    @property
    def shown(self) -> Part | None:
        """The part whose samples are on the strip."""
        return self.log_of_run.parts.get(self.part or "")

    def heard(self, batch: list[Event]) -> None:
        mine = [event for event in batch if event.run == self.folder.name]
        if mine and self.trace is not None:
            self.tell_ending(self.trace, mine)
            self.look()
            self.refresh_bindings()

    def look(self) -> None:
        """Read what is new, off the event loop; not twice at a time."""
        if not self._looking:
            self._looking = True
            _: Worker[None] = self.run_worker(self._look(), group="look")

    async def _look(self) -> None:
        logs = [self.log_of_run, *self.others]
        found = await asyncio.to_thread(lambda: [log.fresh() for log in logs])
        for log, fresh in zip(logs, found, strict=True):
            log.take(fresh)
        self._looking = False
        if any(found):
            self._follow(found[0])
            self._draw()
        self._say()

    def _follow(self, fresh: list[tuple[str, Event]]) -> None:
        """Until somebody chooses a part, the one that was heard of last is shown."""
        named = [name for name, _ in fresh if name]
        live = [part.name for part in self.parts if part.attempt.live]
        if self._following and named:
            newest = max(self.parts, key=lambda part: part.began).name
            self._choose((live or [newest])[-1])

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

    def _series(self) -> Iterable[Series]:
        """The chosen curve of the chosen parts, then of other runs; a part keeps its colour."""
        number = 0
        for log in (self.log_of_run, *self.others):
            own = log is self.log_of_run
            for part in sorted(log.parts.values(), key=lambda part: part.began):
                curve = part.curves.get(self.metric)
                if curve and (self.together or part.name == self.part):
                    name = part.name if own else f"{log.folder.name[:15]} {part.name}"
                    yield Series(name, curve.steps, curve.values, number)
                number += 1

    def _say(self) -> None:
        parts, doing = self.parts, self.log_of_run.doing
        self.facts.update(table(parts, self.part, self.plot.colour, doing))
        live = self.log_of_run.live
        states = {name for part in parts if (name := state(part))}
        word = "running" if live else ", ".join(sorted(states)) or "no process is known"
        whose = "" if not live or self.trace else " · another process"
        self.said.update(f"{self.spec.title()} · {word}{whose} · {self.folder}")
        saved = max((part.saved for part in parts), default=0)
        if 0 <= self._kept < saved:
            self.notify(f"a checkpoint of step {spaced(saved)} is written", timeout=3)
            self._kept = -1

    def on_film_strip_moved(self, event: FilmStrip.Moved) -> None:
        event.stop()
        _: Worker[None] = self.run_worker(self._see(event.sheet), exclusive=True, group="sheet")

    async def _see(self, sheet: Samples | None) -> None:
        path = self.folder / sheet.file if sheet else None
        image = await asyncio.to_thread(_opened, path) if path else None
        self.picture.show(image, self._label())
        self.prompts.update(" · ".join(sheet.prompts) if sheet else "")
        self._draw()
        self.refresh_bindings()

    def _label(self) -> str:
        sheet = self.film.sheet
        if sheet is None:
            return f"{self.part} has drawn no samples yet" if self.part else " "
        place = f"sheet {self.film.cursor + 1} of {len(self.film.sheets)}"
        return f"{sheet.part} · step {spaced(sheet.step)} · {place}"

    def action_go(self, delta: int) -> None:
        self.film.go(delta)

    def action_home(self) -> None:
        self.film.go(-len(self.film.sheets))

    def action_end(self) -> None:
        self.film.go(len(self.film.sheets))

    def action_part(self, delta: int) -> None:
        """Another part alone; beyond the last, all of them together."""
        names = [part.name for part in self.parts]
        places = len(names) + (len(names) > 1)
        at = len(names) if self.together else names.index(self.part) if self.part in names else 0
        at = (at + delta) % places
        self._following, self.together = False, at == len(names)
        if not self.together:
            self._choose(names[at])
        self._draw()
        self._say()

    def action_metric(self) -> None:
        names = self._metrics()
        at = names.index(self.metric) if self.metric in names else -1
        self.metric = names[(at + 1) % len(names)]
        self._draw()

    def _metrics(self) -> list[str]:
        """The curves there are; rate and pace last, and the parts of the loss between."""
        chosen = [p for p in self.parts if self.together or p.name == self.part]
        names = dict.fromkeys(name for part in chosen for name in part.curves)
        return [*(n for n in names if n not in (RATE, PACE)), RATE, PACE]

    def action_smooth(self, by: int) -> None:
        self.plot.smooth(by)
        self._remember()

    def action_log(self) -> None:
        self.plot.toggle_log()
        self._remember()

    def action_zoom(self) -> None:
        self.plot.next_zoom()

    def action_fold_view(self) -> None:
        self.fold = FOLDS[(FOLDS.index(self.fold) + 1) % len(FOLDS)]
        for name in filter(None, FOLDS):
            self.set_class(self.fold == name, name)

    def action_overlay(self) -> None:
        from screens.overlaying import choose_overlay

        choose_overlay(self)

    def overlay(self, folders: list[Path]) -> None:
        """Draw the curves of these runs too."""
        self.others = [TrainingLog(folder) for folder in folders]
        self._draw()
        self.look()

    def action_checkpoint(self) -> None:
        self._kept = max((part.saved for part in self.parts), default=0)
        self.post_message(Keep(self.folder.name))

    def action_resume(self) -> None:
        self.post_message(Ask(self.spec, self.folder))

    def action_back(self) -> None:
        self.dismiss()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        mine = self.trace is not None and self.trace.live
        match action:
            case "cancel" | "pause":
                return mine
            case "checkpoint":
                return mine and not (self.trace and self.trace.paused)
            case "resume":
                return not mine and not self.log_of_run.live
            case "go" | "home" | "end":
                return len(self.film.sheets) > 1
            case "part":
                return len(self.log_of_run.parts) > 1
            case "metric":
                return bool(self.log_of_run.parts)
        return True

    def _remember(self) -> None:
        self.remember(training={"log": self.plot.logarithmic, "weight": self.plot.weight})


def _opened(path: Path) -> Image.Image | None:
    try:
        with Image.open(path) as image:
            return image.convert("RGB")
    except (OSError, ValueError, Image.DecompressionBombError):
        return None
