"""Make the small judge that is shipped, and examine it on art that it never saw.

    python -m engine.forge.emoji hands && python -m engine.forge.emoji held-out --held-out
    python -m engine.forge.judge held-out --learn-from hands --judge RUN

RUN may be the folder of `diffuscope forge evaluate held-out --learn-from hands --judge RUN`: what
that one has seen of the pictures is not looked at again. It goes on where it was broken off.
"""

import argparse
import sys
from pathlib import Path

from engine.errors import BadInput, Unavailable
from engine.events import Progress
from engine.forge.captions import bundled_concepts
from engine.forge.judge import features, small
from engine.forge.judge.features import Viewing
from engine.forge.judge.lessons import read
from engine.judge import HERE
from engine.specs.evaluate import Evaluate
from engine.training.trainer import never


def say(line: str) -> None:
    """On stderr."""
    sys.stderr.write(f"{line}\n")


def report(part: str, now: Progress) -> None:
    """How the training goes."""
    say(f"{part}: step {now.step}/{now.steps}, top-1 {now.metrics['hit']:.3f}")


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(prog="python -m engine.forge.judge", description=__doc__)
    made.add_argument("folder", help="renderings that examine it")
    made.add_argument("--learn-from", required=True, help="renderings that it learns from")
    made.add_argument("--judge", default="judge", help="folder of the training [judge]")
    made.add_argument("--out", type=Path, default=HERE, help="where it is written [assets/judge]")
    made.add_argument("--precision", default="fp32", help="of the network: fp32 or bf16 [fp32]")
    made.add_argument("--judge-steps", type=int, default=6000, help="steps of training [6000]")
    made.add_argument("--judge-batch", type=int, default=128, help="pictures a step [128]")
    return made


def main(arguments: list[str] | None = None) -> int:
    """Read the command line, train, examine, write."""
    asked = vars(parser().parse_args(arguments))
    out: Path = asked.pop("out")
    try:
        spec = Evaluate.parse(asked)
        assert isinstance(spec, Evaluate)
        _make(spec, out)
    except (BadInput, Unavailable) as error:
        say(str(error))
        return 2 if isinstance(error, BadInput) else 3
    except KeyboardInterrupt:
        say("broken off; the same command goes on")
        return 130
    return 0


def _make(spec: Evaluate, out: Path) -> None:
    lessons = read(spec)
    viewing = Viewing(
        features.eye(spec.precision), Path(spec.judge).expanduser() / "seen", say, never
    )
    judge = small.made(spec, lessons, bundled_concepts(), viewing, out, report, never)
    small.note(out, {"examined_on": small.examined(judge, lessons.exam, say)})


if __name__ == "__main__":
    sys.exit(main())
