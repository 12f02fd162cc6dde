"""One stage, trained until a time: the batch that pays, a rate for it, and looks in between."""

import math
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from engine.control import Control
from engine.events import Progress
from engine.forge import pipeline
from engine.forge.run_folder import ForgeRun
from engine.forge.timed import batch_size
from engine.forge.timed.batch_size import Pace
from engine.specs.forge import Forge
from engine.training.devices import own_device, resident
from engine.training.trainer import Diverged

Say = Callable[[str], object]
FIRST, MOST = (32, 16), (1024, 512)
"""Batches of stage I and II: those that `RATE` is meant for, and the largest that are tried."""
RATE, MOST_RATE = 4e-4, 1e-3
"""Peak for the first batch; it grows with the root of the batch (Malladi et al. 2022)."""
TRY_SHARE, LOOK_SHARE = 0.08, 0.1
"""Of a stage's time, at most: for trying batches, and for looks while it trains."""
LOOKS, GRID, CHECKPOINTS = 10, 24, 8
"""At most so many looks, each at so many pictures; so many checkpoints."""
AVERAGED = 0.05
"""Share of the steps that the average of weights remembers."""
TRIES = 3
"""With half the rate each time, where the loss is not finite."""
REPORT_SECONDS = 5.0


def fields(number: int) -> tuple[str, str]:
    """What a stage's batch and steps are called in the spec."""
    return ("batch", "steps") if number == 1 else ("stage2_batch", "stage2_steps")


def tried(spec: Forge, number: int, asked: int, seconds: float) -> tuple[Pace, float]:
    """The pace of the batch that is asked for, or else of the best, tried for about `seconds`.

    And the seconds that it takes to begin: pictures and networks are read again to train.
    """
    begun, run, device = time.monotonic(), ForgeRun(Path(spec.out)), own_device(spec.device)
    pictures, frozen = pipeline.pictures_of(spec, run), pipeline.words(run, device)
    small, large = (resident(each, device) for each in (pictures.small, pictures.large))
    pictures = replace(pictures, small=small, large=large)
    unet = pipeline.network(spec, number, frozen)
    setup = time.monotonic() - begun

    def objective(batch: int) -> Any:
        sized = spec.model_copy(update={fields(number)[0]: batch})
        return pipeline.objective(sized, number, pictures, frozen)

    first, most = (asked, asked) if asked else (FIRST[number - 1], MOST[number - 1])
    return batch_size.best(unet, objective, first, most, seconds - setup), setup


def planned(
    spec: Forge, number: int, pace: Pace, seconds: float, rate: float, look_seconds: float
) -> Forge:
    """The spec of a stage for so many seconds of training at a pace.

    Its rate falls to zero by the clock; `steps` are twice as many as are expected, so that they do
    not end it before.
    """
    steps = max(1, int(seconds / pace.seconds))
    looks = min(LOOKS, int(LOOK_SHARE * seconds / max(look_seconds, 0.1)))
    root = math.sqrt(pace.batch / FIRST[number - 1])
    batch, most = fields(number)
    return spec.model_copy(
        update={
            "part": f"stage{number}",
            batch: pace.batch,
            most: 2 * steps + 1000,
            "minutes": seconds / 60,
            "learning_rate": rate or min(MOST_RATE, RATE * root),
            "ema_decay": min(0.9995, max(0.9, 1 - 1 / (AVERAGED * steps + 1))),
            "checkpoint_every": max(10, steps // CHECKPOINTS),
            "sample_every": max(1, steps // looks) if looks else 10**8,
        }
    )


def train(spec: Forge, control: Control, say: Say) -> Forge:
    """Train one stage as it was planned; the spec that it ended with.

    Where the loss is not finite it goes on from the last checkpoint at half the rate, in the time
    that is left. Raises Diverged where that does not help either.
    """
    end = time.monotonic() + 60 * spec.minutes
    for attempt in range(TRIES):
        try:
            pipeline.forge(spec, reporter(say, end), control.stop, control.wanted, say)
            return spec
        except Diverged as error:
            left = (end - time.monotonic()) / 60
            if attempt + 1 == TRIES or left <= 0:
                raise
            say(f"{error}; it goes on at half the rate")
            halved = {"learning_rate": spec.learning_rate / 2, "minutes": left}
            spec = spec.model_copy(update=halved)
    raise AssertionError


def reporter(say: Say, end: float) -> Callable[[str, Progress], None]:
    """Says how a training goes, not more often than every `REPORT_SECONDS`."""
    said = -math.inf

    def report(part: str, now: Progress) -> None:
        nonlocal said
        if time.monotonic() - said < REPORT_SECONDS:
            return
        said = time.monotonic()
        say(
            f"{part}: step {now.step:,}, loss {now.metrics['loss']:.4f}, rate"
            f" {now.learning_rate:.1e}, {now.steps_per_second:.1f} steps/s,"
            f" {max(0.0, end - said):.0f} s left"
        )

    return report
