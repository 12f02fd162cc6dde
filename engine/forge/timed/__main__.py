"""The recipe within a time limit: stage I, then stage II, from a cascade's weights.

    python -m engine.forge.timed DATA --out OUT --minutes 9

DATA is a file that python -m engine.forge.pack wrote, of which pictures are rendered for a tenth of
the time, or a folder of renderings. No network is needed. Everything counts: starting up, trying
which batch is best, and examining the cascade before and after. OUT becomes the run's folder; in it
are, as far as it came also when it is broken off,

    cascade/                                both stages, as --model takes them
    results.json                            errors, grain, the curves between, what was chosen
    samples-before.png, samples-after.png   prompts at the same seeds
    log.txt                                 what was said
"""

import argparse
import importlib.util
import signal
import sys
import time
from pathlib import Path

BEGUN = time.monotonic()
NEEDED = {
    "torch": "torch", "diffusers": "diffusers", "transformers": "transformers",
    "accelerate": "accelerate", "safetensors": "safetensors", "sentencepiece": "sentencepiece",
    "pydantic": "pydantic", "platformdirs": "platformdirs", "psutil": "psutil", "PIL": "pillow",
    "numpy": "numpy",
}  # fmt: skip
"""Modules, and the packages that bring them."""
RENDERER = {"resvg_py": "resvg-py"}
"""And to render what is packed."""


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(
        prog="python -m engine.forge.timed",
        description="Train a cascade further within a time limit: stage I, then stage II",
    )
    made.add_argument("data", type=Path, help="file of packed drawings, or folder of renderings")
    made.add_argument("--out", type=Path, required=True, help="folder of the run and its results")
    made.add_argument("--minutes", type=float, default=9.0, help="for everything [9]")
    made.add_argument("--begin-with", default="tiny-if", metavar="CASCADE", help="[tiny-if]")
    made.add_argument(
        "--held-out", type=Path, help="renderings to examine with; packed data has them"
    )
    made.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:1, mps")
    made.add_argument("--share", type=float, default=0.6, help="of the training for stage I [0.6]")
    made.add_argument("--count", type=int, default=36_000, help="most pictures to render [36000]")
    made.add_argument(
        "--examine", type=int, default=0, metavar="N",
        help="pictures to examine, before and after [28, on a CPU 1]",
    )  # fmt: skip
    made.add_argument("--batch", type=int, default=0, help="pictures a step [tried at the start]")
    made.add_argument("--stage2-batch", type=int, default=0, help="crops a step [the same]")
    made.add_argument(
        "--learning-rate", type=float, default=0.0,
        help="peak [4e-4 for a batch of 32 or 16, growing with its root up to 1e-3]",
    )  # fmt: skip
    made.add_argument("--precision", choices=("fp32", "bf16"), default="bf16")
    made.add_argument("--threads", type=int, default=0, help="CPU threads [torch's choice]")
    made.add_argument("--seed", type=int, default=2718)
    return made


def wrong(args: argparse.Namespace) -> str:
    """What is wrong with what was asked; empty where nothing is."""
    if not 0 < args.minutes < 10**6:
        return "write --minutes above 0"
    if not 0 < args.share < 1:
        return "write a --share between 0 and 1, such as 0.6"
    if min(args.batch, args.stage2_batch, args.examine, args.threads) < 0 or args.count < 1:
        return "write numbers that are not negative, and a --count above 0"
    if not 0 <= args.learning_rate <= 1:
        return "write a --learning-rate up to 1, such as 4e-4"
    return ""


def missing(data: Path) -> list[str]:
    """Packages that this Python lacks."""
    wanted = NEEDED | (RENDERER if data.is_file() else {})
    return [name for module, name in wanted.items() if not importlib.util.find_spec(module)]


def main(arguments: list[str] | None = None, begun: float = BEGUN) -> int:
    """Train until the time is over, or until a signal, which leaves what there is.

    The time counts from `begun`, by time.monotonic().
    """
    args = parser().parse_args(arguments)
    if said := wrong(args):
        parser().error(said)
    if lacking := missing(args.data):
        sys.stderr.write(f"{sys.executable} lacks packages: pip install {' '.join(lacking)}\n")
        return 3
    from engine.control import Control
    from engine.errors import BadInput, Unavailable
    from engine.forge.timed.training import TimedTraining
    from engine.training.trainer import Diverged

    control = Control()
    try:
        training = TimedTraining(args, control, begun)
        spec = training.begin()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN:  # as with nohup
                signal.signal(number, lambda number, frame: control.cancel())
        training.train(spec)
    except KeyboardInterrupt:
        sys.stderr.write("broken off; the same command goes on\n")
        return 130
    except (BadInput, Diverged) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except Unavailable as error:
        sys.stderr.write(f"{error}\n")
        return 3
    return 130 if control.cancelled else 0


if __name__ == "__main__":
    sys.exit(main())
