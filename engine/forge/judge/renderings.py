"""Renderings whose concept, colour and style are known, and the set that each was drawn from."""

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from engine.errors import BadInput
from engine.forge.pictures import metadata

HEADS = ("concept", "colour", "style")
Names = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Labelled:
    """Files of N pictures, and labels (N,3) int64, which index `names`, a tuple a head; `sets` says
    of each whose drawing it is, "" where the folder does not."""

    files: tuple[Path, ...]
    labels: Tensor
    names: Names
    sets: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.labels)

    def part(self, chosen: Tensor) -> "Labelled":
        """Some of the pictures: indices (n,), or a mask (N,)."""
        at = torch.arange(len(self))[chosen]
        files, sets = ((tuple(each[i] for i in at.tolist())) for each in (self.files, self.sets))
        return Labelled(files, self.labels[at], self.names, sets)

    def with_label(self, head: str, name: str) -> Tensor:
        """Which pictures have this label, (N,) bool."""
        column = HEADS.index(head)
        known = self.names[column]
        return self.labels[:, column] == (known.index(name) if name in known else -1)

    def from_set(self, name: str) -> Tensor:
        """Which pictures are of this set of drawings, (N,) bool."""
        return torch.tensor([each == name for each in self.sets], dtype=torch.bool)


def load(folder: Path, names: Names | None = None) -> Labelled:
    """Every picture of a folder that `engine.forge.emoji` rendered, with the names that it has.

    Labels are the fields of metadata.jsonl, not what the caption happens to mention. Raises
    BadInput for a folder without them, or with a label that is not among `names`.
    """
    if not folder.is_dir():
        raise BadInput(f"no such folder: {folder}; expected one with labelled renderings")
    rows = list(metadata(folder, ("file_name", *HEADS), ("set",)))
    if not rows:
        raise BadInput(
            f"no metadata.jsonl in {folder}; render one with python -m engine.forge.emoji"
        )
    files, *columns, sets = zip(*rows, strict=True)
    known = names or tuple(tuple(sorted(set(column))) for column in columns)
    for head, column, among in zip(HEADS, columns, known, strict=True):
        if strange := set(column) - set(among):
            raise BadInput(
                f"the judge does not learn the {head} {min(strange)!r}, which {folder} has; name a"
                " --learn-from folder with it"
            )
    labels = [[n.index(c) for c in column] for n, column in zip(known, columns, strict=True)]
    where = tuple(folder / name for name in files)
    return Labelled(where, torch.tensor(labels).T.contiguous(), known, tuple(sets))


def split(whole: Labelled, share: float = 0.1) -> tuple[Labelled, Labelled]:
    """What a judge may learn from, and the last tenth, which only examines it.

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
