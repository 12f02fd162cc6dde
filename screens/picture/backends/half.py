"""Half-blocks: of the cells, only those that changed are written."""

from collections.abc import Callable, Iterator
from functools import partial

from textual.strip import Strip

from screens.picture.backends.base import ImageProtocol, ShownPicture
from screens.picture.color_encoding import INDEXED, TRUECOLOR
from screens.picture.fit import scaled
from screens.picture.half_blocks import HalfBlocks, half_blocks, shades
from screens.picture.quality import Quality
from screens.picture.transmission import Chunk, PictureState, Transmission
from screens.picture.visible_region import VisibleRegion


class Half:
    """``synchronized``: the terminal shows what is written between two marks at once."""

    fragile, cells = False, True

    def __init__(self, synchronized: bool) -> None:
        self._marks = (b"\x1b[?2026h", b"\x1b[?2026l") if synchronized else (b"", b"")

    def spot(self, region: VisibleRegion) -> object:
        return region

    def encoder(
        self,
        state: PictureState,
        picture: ShownPicture,
        region: VisibleRegion,
        quality: Quality,
        chunk_size: int,
    ) -> Callable[[], Transmission]:
        """Where something lies over the picture, or it moved, Textual draws it."""
        image, encoding = picture.image, picture.encoding
        place, margin = picture.cells.place, picture.cells.margin
        assert image is not None
        if quality.colours and encoding is TRUECOLOR:
            encoding = INDEXED
        before = picture.cells.body if region.whole else []

        def encode() -> Transmission:
            pixels = scaled(image, (place.width, place.height))
            after = half_blocks(pixels, encoding, margin) if encoding else shades(pixels, margin)
            if not _comparable(before, after):
                return Transmission([Chunk(b"", partial(picture.take, 0, after, drawn=False))])
            return Transmission(list(self._chunks(picture, region, before, after, chunk_size)))

        return encode

    def release(self, state: PictureState) -> bytes:
        return b""

    def body(self, picture: ShownPicture) -> None:
        """All that it draws are half-blocks."""

    def _chunks(
        self,
        picture: ShownPicture,
        region: VisibleRegion,
        before: list[Strip],
        after: list[Strip],
        chunk_size: int,
    ) -> Iterator[Chunk]:
        start, text = 0, ""
        for row, (old, new) in enumerate(zip(before, after, strict=True)):
            assert isinstance(old, HalfBlocks)
            assert isinstance(new, HalfBlocks)
            changed = new.changed(old)
            if text and len(text) + len(changed) > chunk_size:
                yield Chunk(self._whole(text), partial(picture.take, start, after[start:row]))
                start, text = row, ""
            if changed:
                text += f"\x1b[{region.line + row + 1};{region.column + 1}H{changed}"
        yield Chunk(self._whole(text), partial(picture.take, start, after[start:]))

    def _whole(self, text: str) -> bytes:
        if not text:
            return b""
        begin, end = self._marks
        return begin + b"\x1b7" + text.encode() + b"\x1b[0m\x1b8" + end


def _comparable(before: list[Strip], after: list[Strip]) -> bool:
    every = (*before, *after)
    return len(before) == len(after) and all(isinstance(strip, HalfBlocks) for strip in every)


PROTOCOL = ImageProtocol(
    title="half-blocks",
    rank=1,
    supported=lambda capabilities: True,
    ladder=(Quality(None, 1, 1.0), Quality(256, 1, 0.45)),
    open=lambda terminal: Half(terminal.capabilities.synchronized),
    pixels=False,
)
