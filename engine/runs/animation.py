"""Pictures one after another, as a GIF or an MP4 with the request in its comment."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from PIL import Image

from engine import files
from engine.errors import Unavailable

SIDE, VIDEO_SIDE = 256, 512
"""Of the longer side, at least; smaller pictures grow by whole pixels.

A video has half as many colours as it has pixels along a side: its pictures need twice the room.
"""
RESTS = 500
"""Milliseconds from which on a picture is looked at for itself."""
RATE = 25
"""Of an MP4, in pictures a second."""
_CODEC = {"crf": "16"}
"""Hardly to be told from the pictures; what is left of an error is 4:2:0's."""


@dataclass(frozen=True)
class Shot:
    """A picture, and how long it stays; in a GIF that is a multiple of 10 ms."""

    image: Image.Image
    milliseconds: int


def gif(shots: Sequence[Shot], path: Path, record: dict[str, Any]) -> None:
    """Write a GIF that loops, each picture with 256 colours of its own, all of one size.

    Raises :class:`engine.errors.BadInput` where the file cannot be written.
    """
    side = _side(shots, SIDE)
    colours = [_fewer(shot) for shot in shots]
    first, *rest = [enlarged(image, side) for image in colours]
    times = [shot.milliseconds for shot in shots]
    note = json.dumps(record).encode()

    def save(part: Path) -> None:
        first.save(
            part, "GIF", save_all=True, append_images=rest, duration=times, loop=0, comment=note
        )

    files.write(path, save)


def mp4(shots: Sequence[Shot], path: Path, record: dict[str, Any]) -> None:
    """Write an MP4 (H.264, 4:2:0, which players and browsers take); errors as in `gif`.

    Raises :class:`engine.errors.Unavailable` where PyAV is not installed.
    """
    check_mp4()
    side = _side(shots, VIDEO_SIDE)
    files.write(path, lambda part: _encode(shots, side, part, json.dumps(record)))


def check_mp4() -> None:
    """:class:`engine.errors.Unavailable`, in one line, where no MP4 can be written."""
    if find_spec("av") is None:
        raise Unavailable(
            "an MP4 needs the package av: pip install 'diffuscope[video]', or end the name in .gif"
        )


def enlarged(image: Image.Image, side: int) -> Image.Image:
    """The picture with its longer side at ``side`` pixels, no pixel blended with another."""
    factor = side / max(image.size)
    size = (round(image.width * factor), round(image.height * factor))
    return image.resize(size, Image.Resampling.NEAREST)


def _fewer(shot: Shot) -> Image.Image:
    """The picture in 256 colours; with care where it stays, for that takes half a second."""
    rounds = 2 if shot.milliseconds >= RESTS else 0
    return shot.image.convert("RGB").quantize(256, kmeans=rounds, dither=Image.Dither.NONE)


def _side(shots: Sequence[Shot], least: int) -> int:
    return max(least, *(max(shot.image.size) for shot in shots))


def _encode(shots: Sequence[Shot], side: int, path: Path, note: str) -> None:
    import av

    with av.open(str(path), "w", format="mp4") as file:
        file.metadata["comment"] = note
        stream = file.add_stream("h264", rate=RATE, options=_CODEC)
        stream.pix_fmt = "yuv420p"
        stream.width, stream.height = _even(enlarged(shots[0].image, side)).size
        for shot in shots:
            image = _even(enlarged(shot.image.convert("RGB"), side))
            for _ in range(max(1, round(shot.milliseconds * RATE / 1000))):
                file.mux(stream.encode(av.VideoFrame.from_image(image)))
        file.mux(stream.encode())


def _even(image: Image.Image) -> Image.Image:
    """Two by two pixels share their colour in 4:2:0: an odd edge is repeated."""
    width, height = (-(-n // 2) * 2 for n in image.size)
    return image.resize((width, height), Image.Resampling.NEAREST)
