"""`python -m tests.tools.kills --count 200`: trainings killed at random moments lose nothing.

Every training is a forked process (Linux): one that has torch, so that a kill costs no start. It
tells through a pipe when a step is done, when a checkpoint begins, and when its file is written;
SIGKILL comes a random moment after one of these. What it leaves is looked at, and the next process
goes on from there, until all steps are done: then weights and losses equal, bit for bit, those of
a training that nobody disturbed.
"""

import argparse
import os
import random
import select
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save as to_bytes
from torch import Tensor

from engine.digits import recipe
from engine.runs.training_log import TrainingLog
from engine.specs import Train
from engine.training import checkpoint
from engine.training.fit import TrainingCallbacks

SPEC = Train(
    model="class", data="bundled", limit=64, hidden=2, epochs=4, batch=8, timesteps=20,
    sample_steps=2, checkpoint_every=2, precision="fp32", device="cpu", threads=1,
)  # fmt: skip
STEP, WRITE, FILE, WRITTEN, NEVER = b"s", b"w", b"f", b"d", b""
AIMS = (STEP, WRITE, FILE, FILE)
LONGEST = {STEP: 0.03, WRITE: 0.05, FILE: 0.05}
"""Seconds after what was told within which the kill comes."""
PIECES = 6
"""A checkpoint's file is written in so many: else it is done at once, and hardly ever met."""
TOLD = 8
"""The kill comes after at most so many steps, or writes."""


@dataclass
class Kills:
    """What was done and found: kills by where they struck, whole trainings, broken promises."""

    struck: Counter[str] = field(default_factory=Counter)
    whole: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        """Kills so far."""
        return sum(self.struck.values())


def run(count: int, seed: int, folder: Path) -> Kills:
    """Kill ``count`` trainings, each going on where the one before was killed."""
    torch.set_num_threads(1)
    torch.optim.Adam(
        [torch.zeros(1, requires_grad=True)]
    )  # imports for seconds: once for all forks
    found, chance = Kills(), random.Random(seed)
    reference = folder / "undisturbed"
    killed(reference, lambda told: None)
    while found.count < count:
        place = folder / f"training-{found.whole}"
        while attempt(place, chance.choice(AIMS) if found.count < count else NEVER, chance, found):
            pass
        found.whole += 1
        found.wrong += differences(place, reference)
    return found


def attempt(place: Path, aim: bytes, chance: random.Random, found: Kills) -> bool:
    """Train in a process that is killed where ``aim`` says; False where it was done before."""
    left = chance.randint(1, TOLD)
    late = chance.uniform(0, LONGEST.get(aim, 0.0))

    def when(told: bytes) -> float | None:
        nonlocal left
        left -= told == aim
        return late if left <= 0 else None

    during = killed(place, when)
    if during:
        half = [*place.glob("*/checkpoints/.*.part")]
        found.struck["the write of a file" if half else during] += 1
        found.wrong += broken(place)
    return bool(during)


def killed(place: Path, when: Callable[[bytes], float | None]) -> str:
    """Train until ``when`` says after how many seconds to kill; what was being done then, or ''."""
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        os.close(reading)
        os._exit(train(place, writing))
    os.close(writing)
    last = b""
    try:
        while letter := os.read(reading, 1):
            last = letter
            if (late := when(letter)) is not None:
                if select.select([reading], [], [], late)[0]:
                    last = os.read(reading, 64)[-1:] or last
                os.kill(child, signal.SIGKILL)
                break
    finally:
        os.close(reading)
        _, status = os.waitpid(child, 0)
    if not os.WIFSIGNALED(status):
        assert os.waitstatus_to_exitcode(status) == 0, f"the training in {place} failed"
        return ""
    return "a checkpoint" if last in (WRITE, FILE) else "a step"


def train(place: Path, told: int) -> int:
    """In the forked process: train, or go on, on a slow disk, and tell of steps and writes."""
    save = checkpoint.save

    def telling(*given: Any, **named: Any) -> Path:
        os.write(told, WRITE)
        path = save(*given, **named)
        os.write(told, WRITTEN)
        return path

    def slow(tensors: dict[str, Tensor], path: Path, metadata: dict[str, str]) -> None:
        os.write(told, FILE)
        data = to_bytes(tensors, metadata)
        with path.open("wb", buffering=0) as file:
            for piece in range(PIECES):
                file.write(data[piece * len(data) // PIECES : (piece + 1) * len(data) // PIECES])
                os.fsync(file.fileno())

    def stop() -> bool:
        os.write(told, STEP)
        return False

    checkpoint.save, checkpoint.save_file = telling, slow
    try:
        _, done = recipe.train(SPEC, place, TrainingCallbacks(lambda part, now: None, stop))
    except Exception as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        return 1
    return 0 if done else 2


def broken(place: Path) -> list[str]:
    """What a killed training left that it should not have."""
    part = place / SPEC.model
    told = TrainingLog.read(place).parts.get(SPEC.model)
    saved = told.saved if told else 0
    files = [*checkpoint.newest(part / "checkpoints")]
    wrong = []
    for file in files:
        try:
            checkpoint.read(file)
        except ValueError as error:
            wrong.append(f"{place.name}: {error}")
    steps = [int(file.stem.partition("-")[2]) for file in files]
    if max(steps, default=0) < saved:
        wrong.append(f"{place.name}: a checkpoint of step {saved} was told of, {steps} are there")
    return wrong


def differences(place: Path, reference: Path) -> list[str]:
    """Where a training that was killed again and again is not the undisturbed one."""
    pairs = [(losses(place), losses(reference), "losses"), (weights(place), weights(reference), "")]
    wrong = [f"{place.name}: other {what or 'weights'}" for a, b, what in pairs if not _same(a, b)]
    sheets = [sorted(p.name for p in run.glob("*/samples/*")) for run in (place, reference)]
    return wrong + [f"{place.name}: other samples"] * (sheets[0] != sheets[1])


def losses(run: Path) -> dict[int, float]:
    """The loss of every step, as the run's events tell it."""
    curve = TrainingLog.read(run).parts[SPEC.model].curves["loss"]
    assert curve.steps == sorted({*curve.steps}), "a point is doubled"
    return dict(zip(curve.steps, curve.values, strict=True))


def weights(run: Path) -> dict[str, Tensor]:
    """Everything in the last checkpoint."""
    return checkpoint.read(next(checkpoint.newest(run / SPEC.model / "checkpoints")))[0]


def _same(one: dict[Any, Any], other: dict[Any, Any]) -> bool:
    equal = lambda a, b: torch.equal(a, b) if isinstance(a, Tensor) else a == b  # noqa: E731
    return one.keys() == other.keys() and all(equal(one[k], other[k]) for k in one)


def main() -> int:
    """Exit code 0 where every promise was kept."""
    parser = argparse.ArgumentParser(prog="python -m tests.tools.kills", description=__doc__)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=2718)
    asked = parser.parse_args()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        found = run(asked.count, asked.seed, Path(folder))
    where = ", ".join(f"{count} during {what}" for what, count in sorted(found.struck.items()))
    sys.stdout.write(
        f"{found.count} kills ({where}) in {time.monotonic() - begun:.0f} s; all went on, the"
        f" {found.whole} trainings to their end; {len(found.wrong)} promises broken\n"
    )
    sys.stdout.writelines(f"{line}\n" for line in found.wrong)
    return 1 if found.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
