"""What the terminal has of each picture, and which of them is to be sent next."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from screens.picture.backends.base import Backend, ShownPicture
from screens.picture.pacer import Pacer
from screens.picture.quality import Quality
from screens.picture.throughput import Rates
from screens.picture.transmission import PictureState, Rendition, Transmission
from screens.picture.visible_region import VisibleRegion

REST = 0.3
"""Seconds after which a picture stands still: then it gets its full quality."""
SELECTED, FRESH, STILL = 3.0, 1.0, 0.1
"""What a second of waiting counts: for the one in focus, for the others, for full quality."""


class Selection(NamedTuple):
    """A picture that is to be sent, and where it is seen."""

    picture: ShownPicture
    state: PictureState
    region: VisibleRegion


class PictureStates:
    """A state for each picture that has something to show.

    ``joined`` is the one whose chunks must all go before another's; ``asked`` counts new images.
    """

    def __init__(self, backend: Backend, now: Callable[[], float], idents: Iterator[int]) -> None:
        self.backend, self.asked = backend, Rates(now)
        self.joined: PictureState | None = None
        self._now, self._idents = now, idents
        self._states: dict[ShownPicture, PictureState] = {}

    def of(self, picture: ShownPicture) -> PictureState:
        """What the terminal has of it."""
        if picture not in self._states:
            self._states[picture] = PictureState(next(self._idents))
        return self._states[picture]

    def known(self, picture: ShownPicture) -> bool:
        """Whether it has, or had, something to show."""
        return picture in self._states

    def drop(self, picture: ShownPicture) -> bytes:
        """Forget a picture; gives what frees it, after what of it must go."""
        state = self._states.pop(picture)
        must = b""
        if self.joined is state:
            must = b"".join(chunk.data for chunk in state.rest)
            self.joined = None
        return must + self.backend.release(state)

    def drawn(self, picture: ShownPicture, quality: Quality) -> None:
        """Its cells were drawn from its image, so that where cells are all, it is shown."""
        region = picture.cells.region if self.backend.cells else None
        if region is not None:
            state = self.of(picture)
            state.rest.clear()
            state.shown = Rendition(picture.image, quality, self.backend.spot(region))

    def spoil(self, touched: Callable[[VisibleRegion], bool]) -> None:
        """Cells were written where ``touched`` says: pixels that stood there are gone."""
        for picture, state in self._states.items():
            if (region := picture.cells.region) is not None:
                picture.cells.reform()
                if touched(region):
                    state.spoilt()

    def release(self) -> bytes:
        """Gives what frees all that the terminal holds."""
        self.joined = None
        freeing = b"".join(map(self.backend.release, self._states.values()))
        for state in self._states.values():
            state.forget()
        return freeing

    def next(self, pacer: Pacer) -> tuple[Selection | None, float]:
        """The picture that has waited longest, by what its waiting counts.

        And the seconds until one that changes now stands still; 0 where none does.
        """
        now, selection, most, changing, rests = self._now(), None, 0.0, 0, []
        for picture, state in self._states.items():
            region = picture.cells.region if picture.image is not None else None
            if region is None or (spot := self.backend.spot(region)) is None:
                continue
            changing += now - state.asked < REST
            state.settle(picture.image, spot)
            worth, rest = _worth(picture, state, spot, pacer.ladder.best, now)
            rests += [rest] if rest > 0 else []
            waited = (now - state.turn) * worth
            if self.joined in (state, None) and waited > most:
                selection, most = Selection(picture, state, region), waited
        pacer.sharing, pacer.demand = max(1, changing), self.asked.pace()
        return selection, min(rests, default=0.0)

    def rendition(
        self, selection: Selection, pacer: Pacer
    ) -> tuple[Rendition, Callable[[], Transmission]]:
        """How a picture is sent next, and the work that encodes it."""
        picture, state, region = selection
        image, spot, ladder = picture.image, self.backend.spot(region), pacer.ladder
        still = state.shown.image is image and state.shown.spot == spot
        quality = ladder.best if still else ladder.quality
        coming = Rendition(image, quality, spot, None if still else ladder.level)
        return coming, self.backend.encoder(state, picture, region, quality, pacer.chunk)

    def load(self, selection: Selection, coming: Rendition, result: Transmission) -> None:
        """A picture was encoded; of no use where it has gone meanwhile."""
        if self._states.get(selection.picture) is selection.state:
            selection.state.load(coming, result)
            self.joined = selection.state if result.joined else None


def _worth(
    picture: ShownPicture, state: PictureState, spot: object, best: Quality, now: float
) -> tuple[float, float]:
    """What a second of waiting counts, and the seconds until it counts as standing still."""
    worth = SELECTED if picture.has_class("-selected") else FRESH
    if state.rest:
        return worth if state.coming.level is not None else STILL, 0.0
    if state.shown.image is not picture.image or state.shown.spot != spot:
        return worth, 0.0
    if state.shown.quality == best:
        return 0.0, 0.0
    rest = state.asked + REST - now
    return (0.0, rest) if rest > 0 else (STILL, 0.0)
