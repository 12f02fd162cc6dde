"""All pictures of the app share one way to the terminal: which of them is sent next, and how."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, Protocol

from screens.picture.backends import Backend
from screens.picture.latest_task import Done, Work
from screens.picture.pacer import Pacer, ProbeIds
from screens.picture.rates import Rates
from screens.picture.transmission import PictureState, Rendition, Transmission
from screens.picture.visible_region import VisibleRegion, region_of

if TYPE_CHECKING:
    from screens.picture.widget import Picture

REST = 0.3
"""Seconds after which a picture stands still: then it gets its full quality."""
SELECTED, FRESH, STILL = 3.0, 1.0, 0.1
"""What a second of waiting counts: for the one in focus, for the others, for full quality."""


class Sends(Protocol):
    """What pieces are written with."""

    def send(self, data: str, tickets: ProbeIds) -> None: ...

    def write(self, data: str) -> None: ...


class Works(Protocol):
    """What encodes beside the event loop."""

    def put(self, work: Work, done: Done) -> None: ...


class Loop(Protocol):
    """The event loop: ``soon`` from any thread, ``later`` after some seconds, once; ``failed``."""

    def soon(self, call: Callable[[], object]) -> None: ...

    def later(self, seconds: float, call: Callable[[], object]) -> None: ...

    def failed(self, error: Exception) -> None: ...


class Selection(NamedTuple):
    """Whose turn it is, seen where."""

    picture: "Picture"
    held: PictureState
    seen: VisibleRegion


class Stream:
    """The newest image of each picture in sight, one piece at a time.

    Everything happens on the event loop but the encoding, which the worker's thread does.
    """

    def __init__(
        self, way: Backend, pacer: Pacer, out: Sends, slot: Works, loop: Loop, idents: Iterator[int]
    ) -> None:
        self.way, self.pacer = way, pacer
        self.rates, self._asked = Rates(pacer.now), Rates(pacer.now)
        self._out, self._slot, self._loop, self._idents = out, slot, loop, idents
        self._held: dict[Picture, PictureState] = {}
        self._gone = b""
        self._busy = self._paused = False
        self._joined: PictureState | None = None

    def held(self, picture: "Picture") -> PictureState:
        """What the terminal has of it."""
        if picture not in self._held:
            self._held[picture] = PictureState(next(self._idents))
        return self._held[picture]

    def submit(self, picture: "Picture") -> None:
        """The picture has another image, or another place."""
        self.held(picture).asked = self.pacer.now()
        if region_of(picture) is not None:
            self._asked.count(0, True)
        self.pump()

    def drop(self, picture: "Picture") -> None:
        """There is nothing to show any longer."""
        held = self._held.pop(picture, None)
        if held is None:
            return
        if self._joined is held:
            self._gone += b"".join(piece.data for piece in held.rest)
            self._joined = None
        self._gone += self.way.gone(held)
        self.pump()

    def drawn(self, picture: "Picture") -> None:
        """Its cells were drawn from its image, so that where cells are all, it is shown."""
        seen = region_of(picture) if self.way.cells else None
        if seen is not None:
            held = self.held(picture)
            held.rest.clear()
            held.shown = Rendition(picture.image, self.pacer.best, self.way.spot(seen))

    def drawn_over(self, touched: Callable[[VisibleRegion], bool]) -> None:
        """Cells were written: pixels that stood there are gone."""
        if self.way.fragile:
            for picture, held in self._held.items():
                if (seen := region_of(picture)) is not None:
                    picture.reform()
                    if touched(seen):
                        held.spoilt()
        self.pump()

    def answered(self, ticket: int, at: float) -> None:
        """The terminal has got so far; ``at`` is when its answer was read."""
        self.pacer.acknowledged(ticket, at)
        self.pump()

    def pause(self) -> str:
        """Send nothing more; gives what frees all that the terminal holds."""
        self._paused, self._joined = True, None
        freed = self._gone + b"".join(map(self.way.gone, self._held.values()))
        self._gone = b""
        for held in self._held.values():
            held.forget()
        return freed.decode()

    def resume(self) -> None:
        """The terminal is ours again, and holds nothing."""
        self._paused = False
        self.pump()

    def __str__(self) -> str:
        """``kitty · 64 colours · 17 fps · 92 KB/s``."""
        frames, size = self.rates.seen()
        words = self.way.name, self.pacer.quality, f"{frames:.0f} fps", f"{size / 1000:.0f} KB/s"
        return " · ".join(map(str, words))

    def pump(self) -> None:
        """Send what may be sent now, and come back when more may be."""
        try:
            while not self._busy and not self._paused and self._step():
                pass
        except Exception as error:  # called from where nothing would say it
            self._loop.failed(error)

    def _step(self) -> bool:
        """Whether a piece was sent, so that another one may follow."""
        if self._gone and self._joined is None:
            self._out.write(self._gone.decode())
            self._gone = b""
        turn = self._next()
        if turn is None:
            return False
        if (wait := self.pacer.wait(frame=not turn.held.begun)) > 0:
            self._loop.later(wait, self.pump)
            return False
        if not turn.held.rest:
            self._encode(turn)
            return False
        self._send(turn.held)
        return True

    def _next(self) -> Selection | None:
        """The picture that has waited longest, by what its waiting counts."""
        now, turn, most, changing = self.pacer.now(), None, 0.0, 0
        for picture, held in self._held.items():
            seen = region_of(picture) if picture.image is not None else None
            if seen is None or (spot := self.way.spot(seen)) is None:
                continue
            changing += now - held.asked < REST
            waited = (now - held.turn) * self._worth(picture, held, spot, now)
            if self._joined in (held, None) and waited > most:
                turn, most = Selection(picture, held, seen), waited
        self.pacer.sharing, self.pacer.demand = max(1, changing), self._asked.pace()
        return turn

    def _worth(self, picture: "Picture", held: PictureState, spot: object, now: float) -> float:
        held.settle(picture.image, spot)
        worth = SELECTED if picture.has_class("-selected") else FRESH
        if held.rest:
            return worth if held.coming.level is not None else STILL
        if held.shown.image is not picture.image or held.shown.spot != spot:
            return worth
        if held.shown.quality == self.pacer.best:
            return 0.0
        if (rest := held.asked + REST - now) > 0:
            self._loop.later(rest, self.pump)
            return 0.0
        return STILL

    def _encode(self, turn: Selection) -> None:
        picture, held, seen = turn
        image, spot = picture.image, self.way.spot(seen)
        still = held.shown.image is image and held.shown.spot == spot
        quality = self.pacer.best if still else self.pacer.quality
        coming = Rendition(image, quality, spot, None if still else self.pacer.level)
        work = self.way.work(held, picture, seen, quality, self.pacer.piece)
        self._busy = True

        def done(found: Transmission | Exception) -> None:
            self._loop.soon(partial(self._ready, turn, coming, found))

        self._slot.put(work, done)

    def _ready(self, turn: Selection, coming: Rendition, found: Transmission | Exception) -> None:
        self._busy = False
        if isinstance(found, Exception):
            self._loop.failed(found)
            return
        if self._held.get(turn.picture) is turn.held and not self._paused:
            turn.held.load(coming, found)
            self._joined = turn.held if found.joined else None
        self.pump()

    def _send(self, held: PictureState) -> None:
        first = not held.begun
        piece = held.take()
        last = not held.rest
        if last:
            self._joined = None
        held.turn = self.pacer.now()
        tickets = self.pacer.begin(len(piece.data), first, held.coming.level if last else None)
        self.rates.count(len(piece.data), last)
        self._out.send(piece.data.decode(), tickets)
        if piece.landed is not None:
            piece.landed()
