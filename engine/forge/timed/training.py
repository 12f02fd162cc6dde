"""What happens in the time: render, examine, train stage I, train stage II, examine, write down."""

import argparse
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch

from engine import files
from engine.checkpoints.layout import StageFolder, read_stage
from engine.checkpoints.resolve import find_folders
from engine.control import Control
from engine.errors import BadInput, Stopped
from engine.evaluation import describe_machine
from engine.forge import pipeline
from engine.forge.__main__ import recorded
from engine.forge.run_folder import ForgeRun
from engine.forge.timed import stage
from engine.forge.timed.data import renderings
from engine.forge.timed.examination import Examination
from engine.forge.timed.results import Results
from engine.specs.forge import Forge
from engine.training.devices import own_device

RENDER_SHARE = 0.1
"""Of the time."""
AGAIN, WRITING = 1.3, 5.0
"""What was done once may take so many times as long again; seconds for a checkpoint and an export,
until it is known how long they take."""


class TimedTraining:
    """The command's arguments at work; `begun` is when its process began, by time.monotonic().

    `around` is how long a stage takes beside its training: to begin, and to be written.
    """

    def __init__(self, args: argparse.Namespace, control: Control, begun: float) -> None:
        self.args, self.control, self.begun = args, control, begun
        self.deadline = begun + 60 * args.minutes
        self.out: Path = args.out
        self.device = own_device(args.device)
        asked = {"minutes": args.minutes, "begun_with": args.begin_with, "seed": args.seed}
        self.results = Results(self.out, {"machine": describe_machine(self.device), **asked})
        self.around = 0.0

    def begin(self) -> Forge:
        """Make everything ready; the spec of what is trained.

        Raises BadInput and Unavailable for data, a cascade or a device that is not to be had.
        """
        files.make_folder(self.out)
        tune(self.device)
        self.say(f"{self.args.minutes:g} minutes on {self.results.asked['machine']}")
        first, second = begun_with(self.args.begin_with)
        small, large = (int(found.unet["sample_size"]) for found in (first, second))
        with self.phase("data"):
            data, held_out = renderings(
                self.args.data, self.args.held_out, self.out, large, self.args.count,
                RENDER_SHARE * 60 * self.args.minutes, self.args.seed,
            )  # fmt: skip
        for number, found in enumerate((first, second), 1):
            place = ForgeRun(self.out).cascade / f"stage-{number}"
            if not place.is_dir():  # until it is trained
                shutil.copytree(found.root, place)
        return Forge(
            folder=str(data), held_out=str(held_out or ""), out=str(self.out),
            begin_with=self.args.begin_with, device=self.args.device, small=small, large=large,
            crop=min(64, large), precision=self.args.precision, threads=self.args.threads,
            seed=self.args.seed,
        )  # fmt: skip

    def train(self, spec: Forge) -> None:
        """Examine, train both stages, examine again; what there is at its end is written down.

        Raises BadInput where the time is too short, and Diverged.
        """
        try:
            with recorded(spec, self.control):
                self._train(spec)
        finally:
            self.results.write()
        for line in self.results.lines():
            self.say(line)
        self.say(f"the cascade is in {ForgeRun(self.out).cascade}")

    def _train(self, spec: Forge) -> None:
        pipeline.forge(spec.model_copy(update={"part": "text"}), lambda *_: None, self.control.stop)
        with self.phase("examined before"):
            self.results.before = self.examined(spec, spec.begin_with, "samples-before.png")
        last = AGAIN * self.results.seconds["examined before"]
        for number, share in ((1, self.args.share), (2, 1.0)):
            left = self.deadline - time.monotonic() - last
            if not self.control.cancelled:
                self.stage(spec, number, time.monotonic() + share * left)
        if not self.control.cancelled:
            with self.phase("examined after"):
                cascade = str(ForgeRun(self.out).cascade)
                self.results.after = self.examined(spec, cascade, "samples-after.png")

    def stage(self, spec: Forge, number: int, end: float) -> None:
        """Train a stage until about `end`."""
        name, asked = f"stage{number}", (self.args.batch, self.args.stage2_batch)[number - 1]
        with self.phase(f"{name} tried"):
            seconds = stage.TRY_SHARE * (end - time.monotonic())
            pace, setup = stage.tried(spec, number, asked, seconds)
        seconds = end - time.monotonic() - (self.around or setup + WRITING)
        if seconds <= 0:
            return self.too_late(number)
        look = self.results.seconds["examined before"] * stage.GRID / self.count
        plan = stage.planned(spec, number, pace, seconds, self.args.learning_rate, look)
        self.say(
            f"{name}: {pace.batch} pictures a step, {pace.pictures:,.0f} a second; about"
            f" {seconds / pace.seconds:,.0f} steps at a rate of {plan.learning_rate:.1e}"
        )
        with self.phase(name):
            done = stage.train(plan, self.control, self.say)
        self.around = AGAIN * (self.results.seconds[name] - seconds)
        chosen = ("learning_rate", "ema_decay", "minutes")
        self.results.chosen[name] = {"batch": pace.batch, "pictures_per_second": pace.pictures}
        self.results.chosen[name] |= {field: getattr(done, field) for field in chosen}
        self.results.write()

    def too_late(self, number: int) -> None:
        """Stage II stays as it was; without time for stage I, BadInput: there is nothing to do."""
        if number == 2:
            return self.say("no time is left for stage II, which stays as it was")
        raise BadInput(
            f"{self.args.minutes:g} minutes are too few here: none are left to train in after"
            " starting up and examining; ask for more --minutes, or a smaller --examine"
        )

    @property
    def count(self) -> int:
        """Pictures that are examined."""
        return self.args.examine or (1 if self.device.type == "cpu" else 28)

    def examined(self, spec: Forge, model: str, sheet: str) -> dict[str, object]:
        """Figures of a cascade; none where it was stopped meanwhile."""
        held_out = Path(spec.held_out) if spec.held_out else None
        kept, stop = self.out / ".examined", self.control.stop
        exam = Examination(held_out, kept, self.args.device, self.count, self.say, stop)
        try:
            return exam.of(model, self.out / sheet)
        except Stopped:
            return {}

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Notes how long something takes."""
        begun = time.monotonic()
        yield
        self.results.seconds[name] = time.monotonic() - begun

    def say(self, line: str) -> None:
        """On stderr and in log.txt, with the time since the beginning."""
        line = f"[{time.monotonic() - self.begun:4.0f} s] {line}\n"
        sys.stderr.write(line)
        sys.stderr.flush()
        with (self.out / "log.txt").open("a", encoding="utf-8") as log:
            log.write(line)


def begun_with(model: str) -> tuple[StageFolder, StageFolder]:
    """Both stages of a cascade; BadInput where there is only one."""
    first, second = find_folders(model, "auto", False, lambda _: None)
    if second is None:
        raise BadInput(f"{model} has no stage II to begin with")
    return read_stage(first, 1), read_stage(second, 2)


def tune(device: torch.device) -> None:
    """Let CUDA choose its fastest kernels: the pictures' sizes are always the same."""
    if device.type == "cuda":
        torch.backends.cudnn.benchmark = True
        torch.set_float32_matmul_precision("high")
