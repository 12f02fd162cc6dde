"""Half-blocks: of the cells, only those that changed are written."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from textual.strip import Strip

from screens.picture.fit import scaled
from screens.picture.half_blocks import HalfBlocks, half_blocks, shades
from screens.picture.held import Held, Parcel, Piece
from screens.picture.ink import INDEXED, TRUECOLOR
from screens.picture.quality import Quality
from screens.picture.visible_region import Sight

if TYPE_CHECKING:
    from screens.picture.widget import Picture


class Half:
    """``synchronized``: the terminal shows what is written between two marks at once."""

    name, fragile, cells = "half", False, True

    def __init__(self, synchronized: bool) -> None:
        self._marks = (b"\x1b[?2026h", b"\x1b[?2026l") if synchronized else (b"", b"")

    def spot(self, sight: Sight) -> object:
        return sight

    def work(
        self, held: Held, picture: "Picture", sight: Sight, quality: Quality, piece: int
    ) -> Callable[[], Parcel]:
        """Where something lies over the picture, or it moved, Textual draws it."""
        image, place, margin, ink = picture.image, picture.place, picture.margin, picture.ink
        assert image is not None
        if quality.colours and ink is TRUECOLOR:
            ink = INDEXED
        before = picture.body if sight.whole else []

        def encode() -> Parcel:
            pixels = scaled(image, (place.width, place.height))
            after = half_blocks(pixels, ink, margin) if ink else shades(pixels, margin)
            if not _comparable(before, after):
                return Parcel([Piece(b"", partial(picture.take, 0, after, drawn=False))])
            return Parcel(list(self._pieces(picture, sight, before, after, piece)))

        return encode

    def gone(self, held: Held) -> bytes:
        return b""

    def _pieces(
        self,
        picture: "Picture",
        sight: Sight,
        before: list[Strip],
        after: list[Strip],
        piece: int,
    ) -> Iterator[Piece]:
        start, text = 0, ""
        for row, (old, new) in enumerate(zip(before, after, strict=True)):
            assert isinstance(old, HalfBlocks)
            assert isinstance(new, HalfBlocks)
            changed = new.changed(old)
            if text and len(text) + len(changed) > piece:
                yield Piece(self._whole(text), partial(picture.take, start, after[start:row]))
                start, text = row, ""
            if changed:
                text += f"\x1b[{sight.line + row + 1};{sight.column + 1}H{changed}"
        yield Piece(self._whole(text), partial(picture.take, start, after[start:]))

    def _whole(self, text: str) -> bytes:
        if not text:
            return b""
        begin, end = self._marks
        return begin + b"\x1b7" + text.encode() + b"\x1b[0m\x1b8" + end


def _comparable(before: list[Strip], after: list[Strip]) -> bool:
    every = (*before, *after)
    return len(before) == len(after) and all(isinstance(strip, HalfBlocks) for strip in every)
