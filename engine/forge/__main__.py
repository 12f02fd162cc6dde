"""`python -m engine.forge FOLDER --out RUN`: the forge without the program around it.

On several cores or GPUs: `torchrun --nproc-per-node 2 -m engine.forge FOLDER --out RUN`.
"""

import argparse
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine import distributed_env, events, runs
from engine.control import Control
from engine.errors import BadInput, Unavailable
from engine.runs.remote_control import Orders
from engine.specs.forge import Forge
from engine.training.trainer import Diverged, Progress


def parse(arguments: list[str] | None = None) -> Forge:
    """A spec from flags named after its fields."""
    parser = argparse.ArgumentParser(prog="python -m engine.forge", description=Forge.__doc__)
    parser.add_argument("folder", help="folder of captioned pictures")
    for name, field in Forge.model_fields.items():
        if name != "folder":
            parser.add_argument(f"--{name.replace('_', '-')}", help=field.description)
    given = {k: v for k, v in vars(parser.parse_args(arguments)).items() if v is not None}
    spec = Forge.parse(given)
    assert isinstance(spec, Forge)
    return spec


def say(part: str, progress: Progress) -> None:
    """One line of progress on stderr."""
    figures = " ".join(f"{name} {value:.4f}" for name, value in progress.metrics.items())
    sys.stderr.write(
        f"{part} {progress.step}/{progress.steps} {figures} lr {progress.learning_rate:.2e}"
        f" {progress.steps_per_second:.2f} steps/s {progress.seconds:.0f} s\n"
    )
    sys.stderr.flush()


def warn(line: str) -> None:
    """Something that a person should know."""
    sys.stderr.write(f"{line}\n")


def placed(spec: Forge) -> Forge:
    """The spec with the run folder that it is trained in; BadInput where processes would differ."""
    if not spec.out and distributed_env.count() > 1:
        raise BadInput("several processes need one run folder: name it with --out")
    return spec if spec.out else spec.model_copy(update={"out": str(runs.fresh(spec.title()))})


@contextmanager
def recorded(spec: Forge, control: Control) -> Iterator[None]:
    """Process 0 makes the folder a run that is listed, tells of its beginning and end, obeys."""
    if distributed_env.rank() != 0:
        yield
        return
    folder = Path(spec.out)
    with runs.RunWriter(folder, spec) as writer:
        sys.stderr.write(f"the run is {folder}\n")
        tell = events.Resumed, events.Paused
        control.follow(
            Orders(folder).fresh, lambda waits: writer.event(tell[waits](folder.name, 0.0))
        )
        writer.event(events.Started(folder.name, 0.0, str(folder), os.getpid()))
        try:
            yield
        except Exception as error:
            writer.event(events.Failed(folder.name, 0.0, str(error), 2))
            raise
        writer.event((events.Cancelled if control.cancelled else events.Done)(folder.name, 0.0))


def main() -> int:
    """Train until done or until a signal or an order, which leave a checkpoint behind."""
    control = Control()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # as with nohup
            signal.signal(number, lambda number, frame: control.cancel())
    try:
        spec = placed(parse())
        from engine.forge.pipeline import forge
        from engine.training import distributed
        from engine.training.devices import own_device

        with distributed.group(own_device(spec.device)), recorded(spec, control):
            forge(spec, say, control.stop, control.wanted, warn)
    except (BadInput, Diverged) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except Unavailable as error:
        sys.stderr.write(f"{error}\n")
        return 3
    return 130 if control.cancelled else 0


if __name__ == "__main__":
    sys.exit(main())
