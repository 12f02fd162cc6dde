"""`python -m engine.digits.classifier`: train the judge that is shipped, test it, and write both.

It takes twelve processor minutes on one thread (AMD EPYC, beside other work).
"""

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Any

import torch

from engine.digits.classifier import network
from engine.digits.classifier.learn import NOISE, taught
from engine.digits.classifier.network import Classifier, look
from engine.digits.data import CLASSES, Digits, to_unit
from engine.digits.datasets import load
from engine.errors import BadInput, Unavailable
from engine.training.trainer import Progress

EVERY = 200


def examined(classifier: Classifier, test: Digits) -> dict[str, Any]:
    """How often it is right about digits that it never saw: as they are, by digit, and noised."""
    pictures = to_unit(test.images)
    right = look(classifier, pictures).right(test.labels)
    noise = torch.randn(pictures.shape, generator=torch.Generator().manual_seed(0))
    noised = {
        str(s): look(classifier, pictures + s * noise).right(test.labels) for s in (0.1, NOISE)
    }
    return {
        "tested_on": f"{len(test)} of {test.source}, never trained on",
        "accuracy": _share(right),
        "by_digit": [_share(right[test.labels == digit]) for digit in range(CLASSES)],
        "accuracy_under_noise": {sigma: _share(hits) for sigma, hits in noised.items()},
    }


def say(progress: Progress) -> None:
    """A line now and then."""
    if progress.step % EVERY == 0:
        loss, hit = progress.metrics["loss"], progress.metrics["hit"]
        sys.stderr.write(f"step {progress.step}/{progress.steps} loss {loss:.4f} hit {hit:.4f}\n")


def main(arguments: list[str] | None = None) -> int:
    """Exit codes: 0 done, 2 bad input, 3 data not to be had."""
    parser = argparse.ArgumentParser(prog="python -m engine.digits.classifier", description=__doc__)
    parser.add_argument("--out", type=Path, default=network.HERE, help="folder of the judge")
    parser.add_argument("--data", default="mnist", help="mnist, bundled, or a folder in IDX form")
    parser.add_argument("--steps", type=int, default=6000, help="steps of 128 digits")
    parser.add_argument("--work", type=Path, help="folder of checkpoints to resume from")
    parser.add_argument("--seed", type=int, default=2718)
    args = parser.parse_args(arguments)
    torch.set_num_threads(1)  # so that the same bits come out wherever there are more
    try:
        train, test = load(args.data)
        with tempfile.TemporaryDirectory() as folder:
            work = args.work or Path(folder)
            classifier = taught(train, args.steps, args.seed, work, say)
    except (BadInput, Unavailable) as error:
        sys.stderr.write(f"{error}\n")
        return 2 if isinstance(error, BadInput) else 3
    trained = {
        "trained_on": f"{len(train)} of {train.source}",
        "steps": args.steps,
        "seed": args.seed,
        "parameters": sum(p.numel() for p in classifier.parameters()),
    }
    figures = examined(classifier, test)
    network.save(classifier, args.out, trained | figures)
    sys.stderr.write(f"{args.out}: right about {figures['accuracy']:.2%} of {len(test)}\n")
    return 0


def _share(hits: torch.Tensor) -> float:
    return round(float(hits.float().mean()), 4)


if __name__ == "__main__":
    sys.exit(main())
