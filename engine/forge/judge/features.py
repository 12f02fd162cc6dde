"""What the large judge sees of a picture: a row of numbers, made of the network's maps."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import torch
from PIL.Image import Resampling
from torch import Tensor

from engine.errors import Stopped
from engine.forge.judge.backbone import pretrained
from engine.forge.objectives import lower
from engine.forge.pictures import cached, decode, levels, to_unit
from engine.judge.efficientnet import SIDE, STAGES, STEM, Trunk, at_side
from engine.judge.network import DEPTH as PLACED
from engine.judge.network import GRID, places, statistics

DEPTH = 6
"""Stages; the seventh and what follows know photographs better than drawings."""
CHANNELS = (STEM, *(stage[1] for stage in STAGES[:DEPTH]))
STATISTICS = 2 * sum(CHANNELS)
WIDTH = STATISTICS + GRID**2 * CHANNELS[PLACED]
BATCH, CHUNK, EDITION = 32, 480, 2
Say = Callable[[str], None]
Stop = Callable[[], bool]


def columns(levels: Iterable[int], with_places: bool = False) -> Tensor:
    """Where in a row the statistics of some maps are, and the places of the fifth stage's map, (n,)
    int64; level 0 is the stem, the others are the stages."""
    starts = {level: 2 * sum(CHANNELS[:level]) for level in levels}
    spans = [range(start, start + 2 * CHANNELS[level]) for level, start in starts.items()]
    if with_places:
        spans.append(range(STATISTICS, WIDTH))
    return torch.tensor([index for span in spans for index in span])


@dataclass(frozen=True)
class Eye:
    """The frozen network, the side at which it looks, and the precision."""

    network: Trunk
    precision: str = "fp32"
    side: int = SIDE

    @torch.inference_mode()
    def rows(self, pictures: Tensor) -> Tensor:
        """(N,2784) float32 of pictures (N,3,h,w), in [-1,1] or uint8; N may be 0."""
        seen = [torch.empty(0, WIDTH)]
        for first in range(0, len(pictures), BATCH):
            part = pictures[first : first + BATCH]
            unit = to_unit(part) if part.dtype == torch.uint8 else part.float().clamp(-1, 1)
            shown = at_side(unit, self.side).contiguous(memory_format=torch.channels_last)
            with lower(self.precision):
                maps = [each.float() for each in self.network.maps(shown)]
            seen.append(torch.cat([*map(statistics, maps), places(maps[PLACED])], 1))
        return torch.cat(seen)


def eye(precision: str = "fp32") -> Eye:
    """With the package's weights. Raises Unavailable without the package."""
    return Eye(pretrained(DEPTH), precision)


@dataclass(frozen=True)
class View:
    """How pictures in files are shown to the judge: at which side, and mirrored or not."""

    side: int
    mirrored: bool = False

    def __str__(self) -> str:
        return f"{self.side} px, mirrored" if self.mirrored else f"{self.side} px"

    def pictures(self, files: Sequence[Path]) -> Tensor:
        """uint8 (N,3,side,side), each pixel the mean of those that it covers."""
        shown = [levels(decode(file, self.side, Resampling.BOX)) for file in files]
        whole = torch.stack(shown)
        return whole.flip(-1) if self.mirrored else whole


@dataclass(frozen=True)
class Viewing:
    """Files, looked at once: what is seen is kept in a folder, so that it goes on where it stopped.

    `say` hears how far it is; where `stop` says so, looking raises Stopped.
    """

    eye: Eye
    kept: Path
    say: Say
    stop: Stop

    def rows(self, name: str, files: Sequence[Path], view: View) -> Tensor:
        """(N,2784) float16 of pictures in files; `name` is what these are in the folder.

        Raises BadInput for a file that is no picture.
        """
        parts = []
        for first in range(0, len(files), CHUNK):
            some = files[first : first + CHUNK]
            self.say(f"looking at pictures of {view}: {first:,} of {len(files):,}")
            named = [(str(file), file.stat().st_size if file.is_file() else 0) for file in some]
            how = ["mirrored"] if view.mirrored else []
            of = [EDITION, self.eye.precision, self.eye.side, view.side, *how, named]
            cache = self.kept / name / f"{view.side}{'m' * view.mirrored}-{first:06d}.safetensors"
            parts.append(cached(of, cache, partial(self._look, some, view))["rows"])
        return torch.cat(parts)

    def both_ways(self, name: str, files: Sequence[Path], side: int) -> tuple[Tensor, Tensor]:
        """The rows of pictures, and those of their mirror images."""
        return (
            self.rows(name, files, View(side)),
            self.rows(name, files, View(side, mirrored=True)),
        )

    def _look(self, files: Sequence[Path], view: View) -> dict[str, Tensor]:
        rows = []
        for first in range(0, len(files), BATCH):
            if self.stop():
                raise Stopped(first)
            some = view.pictures(files[first : first + BATCH])
            rows.append(self.eye.rows(some).half())
        return {"rows": torch.cat(rows)}
