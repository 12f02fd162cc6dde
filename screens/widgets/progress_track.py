"""Where the steps of a run lie on a bar, and the bar itself as styled text. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.events import Frame

Piece = tuple[str, str]
"""Text and the role it plays: done, ahead, mark, cursor, label, value ..."""

DONE, AHEAD, MARK, CURSOR = "━", "─", "┃", "●"


@dataclass(frozen=True)
class Track:
    """How many steps each stage has; a step's place on the bar never moves while a run grows."""

    totals: tuple[int, ...] = ()

    @property
    def length(self) -> int:
        """Steps of all stages."""
        return sum(self.totals)

    def with_frame(self, frame: Frame) -> "Track":
        """The track that also knows how long this frame's stage is."""
        totals = [*self.totals, *[0] * (frame.stage - len(self.totals))]
        totals[frame.stage - 1] = frame.total
        return self if tuple(totals) == self.totals else Track(tuple(totals))

    def slot(self, frame: Frame) -> int:
        """The place of a frame among the steps of all stages, from 0."""
        return sum(self.totals[: frame.stage - 1]) + frame.index

    def column(self, slot: float, width: int) -> int:
        """The column of a slot on a bar of ``width`` columns."""
        return round(slot * (width - 1) / max(1, self.length - 1))

    def bar(self, width: int, slots: Sequence[int], cursor: int | None) -> list[Piece]:
        """The bar: ``slots`` that have arrived, stage borders, and the cursor's slot."""
        if width < 1:
            return []
        cells = [(AHEAD, "ahead")] * width
        for slot in slots:
            first = self.column(slot - 1, width) + 1 if slot else 0
            last = self.column(slot, width)
            for at in range(min(first, last), last + 1):
                cells[at] = (DONE, "done")
        for border in self._borders(width):
            cells[border] = (MARK, "mark")
        if cursor is not None:
            cells[self.column(cursor, width)] = (CURSOR, "cursor")
        return _joined(cells)

    def nearest(self, column: int, width: int, slots: Sequence[int]) -> int | None:
        """Which of ``slots`` lies closest to a column, as an index into them."""
        if not slots:
            return None
        return min(range(len(slots)), key=lambda i: abs(self.column(slots[i], width) - column))

    def _borders(self, width: int) -> list[int]:
        ends = [sum(self.totals[: n + 1]) for n in range(len(self.totals) - 1)]
        return [self.column(end - 0.5, width) for end in ends if 0 < end < self.length]


def _joined(cells: Sequence[Piece]) -> list[Piece]:
    pieces: list[Piece] = []
    for text, role in cells:
        if pieces and pieces[-1][1] == role:
            pieces[-1] = (pieces[-1][0] + text, role)
        else:
            pieces.append((text, role))
    return pieces
