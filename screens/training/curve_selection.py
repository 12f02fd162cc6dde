"""Which curve of which parts of the followed runs is drawn, and the series that this makes."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from engine.runs.training_log import TrainingLog
from engine.runs.training_part import MEAN, PACE, RATE, Part
from engine.specs import Spec, Train
from screens.training.followed_runs import Events, FollowedRuns, in_order
from screens.widgets.training.curves import Series


@dataclass
class CurveSelection:
    """``part`` is the one whose samples are shown and whose curve is drawn, or all ``together``.

    Until somebody chooses, it is the newest that is being trained. ``batches`` are the pictures
    in a step of each part, where that is known.
    """

    runs: FollowedRuns = field(default_factory=FollowedRuns)
    part: str | None = None
    metric: str = "loss"
    together: bool = False
    batches: dict[str, int] = field(default_factory=dict)
    _following: bool = True

    def watch(self, spec: Spec, folder: Path) -> None:
        """Another run is watched: begin anew."""
        self.runs.watch(spec, folder)
        self.part, self.metric, self.together = None, "loss", False
        self.batches = {spec.model: spec.batch} if isinstance(spec, Train) else {}
        self._following = True

    @property
    def shown(self) -> Part | None:
        """The part whose samples are shown."""
        return self.runs.watched.parts.get(self.part or "")

    @property
    def metrics(self) -> list[str]:
        """The curves there are: the loss and its parts, learning rate and pace, evaluations."""
        chosen = [part for part in self.runs.parts if self.together or part.name == self.part]
        names = dict.fromkeys(name for part in chosen for name in part.curves)
        own = [name for name in names if name not in (RATE, PACE, MEAN)]
        return [*own, RATE, PACE, *self.runs.evaluated.get(self.runs.watched.folder, ())]

    def follow(self, events: Events) -> None:
        """Until somebody chooses a part, the newest that is being trained is shown."""
        if self._following and any(part for part, _ in events):
            live = [part for part in self.runs.parts if part.attempt.live]
            self.part = (live or self.runs.parts)[-1].name

    def next_part(self, delta: int) -> None:
        """Another part alone; beyond the last, all of them together."""
        names = [part.name for part in self.runs.parts]
        at = len(names) if self.together else names.index(self.part) if self.part in names else 0
        at = (at + delta) % (len(names) + (len(names) > 1))
        self._following, self.together = False, at == len(names)
        if not self.together:
            self.part = names[at]

    def next_metric(self) -> None:
        """Another curve of the chosen parts."""
        names = self.metrics
        at = names.index(self.metric) if self.metric in names else -1
        self.metric = names[(at + 1) % len(names)]

    def series(self) -> list[Series]:
        """The chosen curve of the chosen parts, then of other runs; a part keeps its colour.

        Where another run has no part of that name, all of its parts are drawn.
        """
        logs = (self.runs.watched, *self.runs.others)
        parts = [(log, part) for log in logs for part in in_order(log)]
        return [
            series
            for number, (log, part) in enumerate(parts)
            if self._draws(log, part)
            for series in self._curves(log, part, number)
        ]

    def _draws(self, log: TrainingLog, part: Part) -> bool:
        return self.together or self.part not in log.parts or part.name == self.part

    def _curves(self, log: TrainingLog, part: Part, number: int) -> Iterator[Series]:
        """The chosen curve, of the training or its evaluation; the loss with each epoch's mean."""
        run = "" if log is self.runs.watched else f"{log.folder.name[:15]} "
        curve, mean = part.curves.get(self.metric), part.curves.get(MEAN)
        evaluated = self.runs.evaluated.get(log.folder, {}).get(self.metric)
        if curve:
            yield Series(run + part.name, curve.steps, curve.values, number)
        if evaluated:
            yield Series(run + part.name, evaluated.steps, evaluated.values, number, points=True)
        if mean and self.metric == "loss":
            yield Series("", mean.steps, mean.values, number, points=True)
