"""All pictures of the app share one way to the terminal: which of them is sent next, and how."""

from collections.abc import Callable
from functools import partial
from threading import Condition, Thread
from typing import Any, Protocol

from screens.picture.backends.base import Backend, ShownPicture
from screens.picture.pacer import Pacer, ProbeIds
from screens.picture.picture_states import PictureStates, Selection
from screens.picture.throughput import Rates
from screens.picture.transmission import PictureState, Rendition, Transmission
from screens.picture.visible_region import VisibleRegion

Work = Callable[[], Any]
Done = Callable[[Any], None]


class Sends(Protocol):
    """What chunks are written with."""

    def send(self, data: str, probes: ProbeIds) -> None: ...

    def write(self, data: str) -> None: ...


class Works(Protocol):
    """What encodes beside the event loop."""

    def put(self, work: Work, done: Done) -> None: ...


class Loop(Protocol):
    """The event loop: ``soon`` from any thread, ``later`` after some seconds, once; ``failed``."""

    def soon(self, call: Callable[[], object]) -> None: ...

    def later(self, seconds: float, call: Callable[[], object]) -> None: ...

    def failed(self, error: Exception) -> None: ...


class LatestTaskWorker:
    """Never a queue: work that was not begun gives way to newer work.

    ``done`` of a piece of work is called in the worker's thread with what came out of it, or with
    the exception that it raised. The thread is a daemon: the program does not wait for it.
    """

    def __init__(self) -> None:
        self._changed = Condition()
        self._next: tuple[Work, Done] | None = None
        self._thread: Thread | None = None

    def put(self, work: Work, done: Done) -> None:
        """Do ``work`` next, instead of what waits here."""
        with self._changed:
            self._next = work, done
            self._changed.notify()
        if self._thread is None:
            self._thread = Thread(target=self._run, name="pictures", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while True:
            work, done = self._take()
            try:
                result = work()
            except Exception as error:  # handed over: the event loop ends the program with it
                result = error
            done(result)

    def _take(self) -> tuple[Work, Done]:
        with self._changed:
            while self._next is None:
                self._changed.wait()
            task, self._next = self._next, None
            return task


class Sender:
    """Writes chunks at the pacer's word, and what frees pictures between them."""

    def __init__(self, out: Sends, pacer: Pacer) -> None:
        self.pacer, self.rates = pacer, Rates(pacer.now)
        self.freeing = b""
        self._out = out

    def send(self, state: PictureState) -> None:
        """The next chunk of a picture."""
        first, pacer = not state.begun, self.pacer
        chunk = state.take()
        last = not state.rest
        state.turn = pacer.now()
        probes = pacer.begin(len(chunk.data), first, state.coming.level if last else None)
        self.rates.count(len(chunk.data), last)
        self._out.send(chunk.data.decode(), probes)
        if chunk.landed is not None:
            chunk.landed()

    def free(self) -> None:
        """Write what frees pictures that are gone."""
        if self.freeing:
            self._out.write(self.freeing.decode())
            self.freeing = b""

    def __str__(self) -> str:
        """``64 colours · 17 fps · 92 KB/s``."""
        frames, size = self.rates.seen()
        return f"{self.pacer.ladder.quality} · {frames:.0f} fps · {size / 1000:.0f} KB/s"


class PictureScheduler:
    """The newest image of each picture in sight, one chunk at a time.

    Everything happens on the event loop but the encoding, which the worker's thread does.
    """

    def __init__(self, states: PictureStates, sender: Sender, worker: Works, loop: Loop) -> None:
        self.states, self.sender = states, sender
        self.backend: Backend = states.backend
        self.pacer = sender.pacer
        self._worker, self._loop = worker, loop
        self._busy = self._paused = False

    def submit(self, picture: ShownPicture) -> None:
        """The picture has another image, or another place; or nothing to show any longer."""
        if picture.image is None:
            self.drop(picture)
            return
        self.states.of(picture).asked = self.pacer.now()
        if picture.cells.region is not None:
            self.states.asked.count(0, True)
        self.pump()

    def drop(self, picture: ShownPicture) -> None:
        """There is nothing to show any longer."""
        if self.states.known(picture):
            self.sender.freeing += self.states.drop(picture)
            self.pump()

    def drawn_over(self, touched: Callable[[VisibleRegion], bool]) -> None:
        """Cells were written: pixels that stood there are gone."""
        if self.backend.fragile:
            self.states.spoil(touched)
        self.pump()

    def pause(self) -> str:
        """Send nothing more; gives what frees all that the terminal holds."""
        self._paused = True
        freeing, self.sender.freeing = self.sender.freeing + self.states.release(), b""
        return freeing.decode()

    def resume(self) -> None:
        """The terminal is ours again, and holds nothing."""
        self._paused = False
        self.pump()

    def pump(self) -> None:
        """Send what may be sent now, and come back when more may be."""
        try:
            while not self._busy and not self._paused and self._step():
                pass
        except Exception as error:  # called from where nothing would say it
            self._loop.failed(error)

    def _step(self) -> bool:
        """Whether a chunk was sent, so that another one may follow."""
        if self.states.joined is None:
            self.sender.free()
        selection, rest = self.states.next(self.pacer)
        if rest > 0:
            self._loop.later(rest, self.pump)
        if selection is None:
            return False
        state = selection.state
        if (wait := self.pacer.wait(frame=not state.begun)) > 0:
            self._loop.later(wait, self.pump)
            return False
        if not state.rest:
            self._encode(selection)
            return False
        self.sender.send(state)
        self.states.joined = self.states.joined if state.rest else None
        return True

    def _encode(self, selection: Selection) -> None:
        coming, work = self.states.rendition(selection, self.pacer)
        ready = partial(self._ready, selection, coming)
        self._busy = True
        self._worker.put(work, lambda result: self._loop.soon(partial(ready, result)))

    def _ready(
        self, selection: Selection, coming: Rendition, result: Transmission | Exception
    ) -> None:
        self._busy = False
        if isinstance(result, Exception):
            self._loop.failed(result)
            return
        if not self._paused:
            self.states.load(selection, coming, result)
        self.pump()
