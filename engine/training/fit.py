"""One part of a training run: begun or resumed, trained, its progress told to its event file."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from torch import nn

from engine import events
from engine.errors import BadInput, Stopped
from engine.events import Progress
from engine.job import Job
from engine.runs import training_part as events_of
from engine.runs.training_log import TrainingLog
from engine.training import distributed, snapshots, trainer
from engine.training.event_log import EventLog
from engine.training.progress import Means
from engine.training.tensorboard import FOLDER, board
from engine.training.trainer import Diverged, Objective, Settings, Training

Report = Callable[[str, Progress], None]
Stop = Callable[[], bool]


class Drawn(NamedTuple):
    """A sample sheet, what is said of its pictures, and what else was measured of the weights."""

    file: Path
    prompts: Sequence[str] = ()
    metrics: Mapping[str, float] = MappingProxyType({})


DrawSamples = Callable[[Training], Drawn | None]


@dataclass(frozen=True)
class TrainingCallbacks:
    """Who looks on: hears of progress, may stop the training, may ask for a checkpoint.

    `warn` hears, in a line, what a person should know.
    """

    report: Report
    stop: Stop
    keep: Stop = trainer.never
    warn: Callable[[str], object] = lambda line: None


@dataclass(frozen=True)
class Part:
    """A part of a run, ``name``, with its folder ``run/name``; may it go on with what is there?

    With ``tensorboard`` its progress is written for that too.
    """

    run: Path
    name: str
    resume: bool = True
    tensorboard: bool = False

    @property
    def folder(self) -> Path:
        """Its events, its checkpoints, its samples."""
        return self.run / self.name

    @property
    def checkpoints(self) -> Path:
        """One file each."""
        return self.folder / "checkpoints"

    @property
    def averages(self) -> Path:
        """Snapshots of its power-function EMAs."""
        return self.folder / "averages"

    @property
    def board(self) -> Path | None:
        """Where TensorBoard's event files are to be; process 0 writes them."""
        wanted = self.tensorboard and distributed.rank() == 0
        return self.folder / FOLDER if wanted else None

    @property
    def samples(self) -> Path:
        """What it drew, named by the step."""
        return self.folder / "samples"


def fit(
    part: Part, model: nn.Module, objective: Objective, how: Settings, watch: TrainingCallbacks,
    look: DrawSamples = lambda training: None, note: Callable[[], object] = lambda: None,
    notices: Sequence[str] = (),
) -> tuple[Training, bool]:  # fmt: skip
    """Begin or resume a part and train it; whether all its steps are done.

    `note` writes down what is trained once it is sure that it can be; `notices` are told when it
    begins. Raises BadInput where the part has checkpoints that are not to be resumed, or of another
    model, or where another process trains it.
    """
    training = trainer.begin(model, how)
    part.checkpoints.mkdir(parents=True, exist_ok=True)
    if not part.resume and any(part.checkpoints.iterdir()):
        raise BadInput(f"{part.checkpoints} holds checkpoints; resume them, or name another folder")
    with EventLog(part.run, part.name) as journal, ExitStack() as stack:
        warnings = trainer.resume(training, part.checkpoints)

        def taken_up() -> None:
            note()
            journal.begin(training.step, how.steps)
            if training.averages is not None:
                snapshots.drop_others(part.averages, training.averages.began, training.step)

        def tell(line: str) -> None:
            journal.notice(line)
            if distributed.rank() == 0:
                watch.warn(line)

        shown = stack.enter_context(board(part.board, training.step, tell))
        distributed.first_alone(taken_up)  # what the others read below is written then
        for line in (*notices, *warnings):
            tell(line)
        earlier = _told(part)
        means = Means.of(earlier, how.epoch)

        def emit(progress: Progress) -> None:
            complete = means.add(progress)
            journal.progress(complete)
            shown.progress(complete)
            if distributed.rank() == 0:
                watch.report(part.name, complete)

        def after_step(training: Training) -> None:
            if distributed.rank() != 0:
                return
            try:
                if training.averages is not None:
                    snapshots.take(part.averages, training.averages, training.step)
                drawn = look(training)
            except BadInput as error:  # a full disk costs a sheet, not the run
                tell(str(error))
            else:
                if drawn is not None:
                    journal.drawn(training.step, *drawn)
                    shown.drawn(training.step, drawn.file, drawn.metrics)

        if training.step and training.step not in [sheet.step for sheet in earlier.samples]:
            after_step(training)  # it was stopped before it had drawn what was due
        journal.done = trainer.train(
            training, objective, how, part.checkpoints, emit, watch.stop, after_step, watch.keep,
            journal.saved, tell,
        )  # fmt: skip
    return training, journal.done


def _told(part: Part) -> events_of.Part:
    """What the part's event file tells by now; only process 0 writes it, and may not have yet."""
    return TrainingLog.read(part.run).parts.get(part.name) or events_of.Part(part.name)


@contextmanager
def watched(job: Job) -> Iterator[TrainingCallbacks]:
    """Tells of progress and notices, without writing them: the parts have event files of their own.

    Those have the losses of all steps; what is told of here is that there is something to read.

    Leaving the block raises Stopped where the run was cancelled, and BadInput for a loss that is
    not finite.
    """

    def report(part: str, now: Progress) -> None:
        job.emit(replace(now, run=job.name, seconds=job.seconds, part=part, losses=()))

    def warn(line: str) -> None:
        job.emit(events.Notice(job.name, job.seconds, line))

    try:
        yield TrainingCallbacks(report, job.control.stop, job.control.wanted, warn)
    except Diverged as error:
        raise BadInput(f"{error}; a lower --learning-rate may help") from None
    if job.control.cancelled:
        raise Stopped
