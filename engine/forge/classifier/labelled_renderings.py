"""Renderings whose concept, colour and style are known, at the classifier's side."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from PIL.Image import Resampling
from torch import Tensor

from engine.errors import BadInput, Stopped
from engine.forge.pictures import cached, decode, levels, metadata

SIDE = 32
HEADS = ("concept", "colour", "style")
Names = tuple[tuple[str, ...], ...]
Stop = Callable[[], bool]


@dataclass(frozen=True)
class Labelled:
    """Pictures (N,3,32,32) uint8 and labels (N,3) int64, which index `names`, a tuple a head."""

    pictures: Tensor
    labels: Tensor
    names: Names

    def __len__(self) -> int:
        return len(self.labels)

    def part(self, chosen: Tensor) -> "Labelled":
        """Some of the pictures: indices (n,), or a mask (N,)."""
        return Labelled(self.pictures[chosen], self.labels[chosen], self.names)

    def of(self, head: str, name: str) -> "Labelled":
        """The pictures with this label."""
        column = HEADS.index(head)
        return self.part(self.labels[:, column] == self.names[column].index(name))


def load(folder: Path, cache: Path, stop: Stop = lambda: False) -> Labelled:
    """Every picture of a folder that `engine.forge.emoji` rendered, box-reduced, kept in `cache`.

    Labels are the fields of metadata.jsonl, not what the caption happens to mention. Raises
    BadInput for a folder without them, Stopped where `stop` says so while pictures are decoded.
    """
    if not folder.is_dir():
        raise BadInput(f"no such folder: {folder}; expected one with labelled renderings")
    rows = list(metadata(folder, ("file_name", *HEADS)))
    if not rows:
        raise BadInput(
            f"no metadata.jsonl in {folder}; render one with python -m engine.forge.emoji"
        )
    files, *columns = zip(*rows, strict=True)
    pictures = reduced([folder / name for name in files], cache, stop)
    names = tuple(tuple(sorted(set(column))) for column in columns)
    labels = [[n.index(c) for c in column] for n, column in zip(names, columns, strict=True)]
    return Labelled(pictures, torch.tensor(labels).T.contiguous(), names)


def reduced(files: list[Path], cache: Path, stop: Stop = lambda: False) -> Tensor:
    """Files as uint8 (N,3,32,32), kept in `cache` until they are others."""

    def shrink() -> dict[str, Tensor]:
        pictures = torch.empty(len(files), 3, SIDE, SIDE, dtype=torch.uint8)
        for index, file in enumerate(files):
            if stop():
                raise Stopped(index)
            pictures[index] = levels(decode(file, SIDE, Resampling.BOX))
        return {"pictures": pictures}

    return cached([SIDE, [str(file) for file in files]], cache, shrink)["pictures"]


def split(whole: Labelled, share: float = 0.1) -> tuple[Labelled, Labelled]:
    """What a classifier may learn from, and the last tenth, which only examines it.

    Raises BadInput where the first part lacks a label of the second, or there is nothing to tell
    apart.
    """
    held = max(1, round(len(whole) * share))
    learn = whole.part(torch.arange(len(whole) - held))
    exam = whole.part(torch.arange(len(whole) - held, len(whole)))
    if len(whole.names[0]) < 2:
        raise BadInput(f"the only concept is {whole.names[0][0]!r}; a judge needs two or more")
    for column, head in enumerate(HEADS):
        never = set(range(len(whole.names[column]))) - set(learn.labels[:, column].tolist())
        if never:
            name = whole.names[column][min(never)]
            raise BadInput(f"the {head} {name!r} is in the last tenth only; render more pictures")
    return learn, exam
