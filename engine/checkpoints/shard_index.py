"""The index of a variant's shards has two spellings on the hub; the libraries know one of them."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from engine.checkpoints.weights import Weights

_INDEX = ".safetensors.index.json"


@contextmanager
def as_libraries_spell(folder: Path, weights: Weights) -> Iterator[tuple[Path, str | None]]:
    """The folder and the variant to give to ``from_pretrained``.

    ``model.fp16.safetensors.index.json`` becomes the plain index of a folder of links; what the
    libraries find, ``model.safetensors.index.fp16.json`` among it, is left as it is.
    """
    marked = f".{weights.variant}{_INDEX}"
    if weights.variant is None or not weights.entry.endswith(marked):
        yield folder, weights.variant
        return
    with TemporaryDirectory(prefix="diffuscope-") as made:
        links = Path(made)
        shutil.copyfile(folder / "config.json", links / "config.json")
        plain = weights.entry.removesuffix(marked) + _INDEX
        shutil.copyfile(folder / weights.entry, links / plain)
        for file in weights.files:
            (links / file.name).symlink_to(file.absolute())
        yield links, None
