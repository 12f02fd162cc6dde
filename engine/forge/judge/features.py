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
from engine.judge.network import row

DEPTH = 6
"""Stages; the seventh and what follows know photographs better than drawings."""
QUARTERED = (5, 6)
"""Maps of which each quarter of the picture is seen by itself."""
CHANNELS = (STEM, *(stage[1] for stage in STAGES[:DEPTH]))
STATISTICS = 2 * sum(CHANNELS)
WIDTH = STATISTICS + 4 * sum(CHANNELS[level] for level in QUARTERED)
BATCH, CHUNK, EDITION = 32, 480, 1
Say = Callable[[str], None]
Stop = Callable[[], bool]


def columns(statistics: Iterable[int], quartered: Iterable[int] = ()) -> Tensor:
    """Where in a row the statistics and the quarters of some maps are, (n,) int64; 0 is the stem's,
    the others are the stages'."""
    starts = [2 * sum(CHANNELS[:level]) for level in range(len(CHANNELS))]
    spans = [range(starts[level], starts[level] + 2 * CHANNELS[level]) for level in statistics]
    for level in quartered:
        before = sum(CHANNELS[each] for each in QUARTERED if each < level)
        start = STATISTICS + 4 * before
        spans.append(range(start, start + 4 * CHANNELS[level]))
    return torch.tensor([index for span in spans for index in span])


@dataclass(frozen=True)
class Eye:
    """The frozen network, the side at which it looks, and the precision."""

    network: Trunk
    precision: str = "fp32"
    side: int = SIDE

    @torch.inference_mode()
    def rows(self, pictures: Tensor) -> Tensor:
        """(N,2208) float32 of pictures (N,3,h,w), in [-1,1] or uint8; N may be 0."""
        seen = [torch.empty(0, WIDTH)]
        for first in range(0, len(pictures), BATCH):
            part = pictures[first : first + BATCH]
            unit = to_unit(part) if part.dtype == torch.uint8 else part.float().clamp(-1, 1)
            shown = at_side(unit, self.side).contiguous(memory_format=torch.channels_last)
            with lower(self.precision):
                maps = [each.float() for each in self.network.maps(shown)]
            seen.append(row(maps, [maps[level] for level in QUARTERED]))
        return torch.cat(seen)


def eye(precision: str = "fp32") -> Eye:
    """With the package's weights. Raises Unavailable without the package."""
    return Eye(pretrained(DEPTH), precision)


def of_files(
    looking: Eye, files: Sequence[Path], side: int, kept: Path, say: Say, stop: Stop
) -> Tensor:
    """(N,2208) float16 of pictures in files, reduced to a side.

    They are kept in a folder, so that it goes on where it was broken off. Raises Stopped where
    `stop` says so, BadInput for a file that is no picture.
    """
    parts = []
    for first in range(0, len(files), CHUNK):
        some = files[first : first + CHUNK]
        say(f"looking at pictures of {side} px: {first:,} of {len(files):,}")
        named = [(str(file), file.stat().st_size if file.is_file() else 0) for file in some]
        of = [EDITION, looking.precision, looking.side, side, named]
        cache = kept / f"{side}-{first:06d}.safetensors"
        parts.append(cached(of, cache, partial(_rows, looking, some, side, stop))["rows"])
    return torch.cat(parts)


def _rows(looking: Eye, files: Sequence[Path], side: int, stop: Stop) -> dict[str, Tensor]:
    rows = []
    for first in range(0, len(files), BATCH):
        if stop():
            raise Stopped(first)
        rows.append(looking.rows(pictures(files[first : first + BATCH], side)).half())
    return {"rows": torch.cat(rows)}


def pictures(files: Sequence[Path], side: int) -> Tensor:
    """Files as uint8 (N,3,side,side), each pixel the mean of those that it covers."""
    return torch.stack([levels(decode(file, side, Resampling.BOX)) for file in files])
