"""An app whose pictures are streamed: between its pictures, its driver and its event loop."""

import asyncio
import contextvars
import random
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

from textual import events
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.app import App
from textual.driver import Driver
from textual.geometry import Region
from textual.screen import Screen

from screens.picture import picture_mode
from screens.picture.backends import Backend
from screens.picture.backends.half import Half
from screens.picture.backends.kitty import Kitty
from screens.picture.backends.sixel import Sixel
from screens.picture.capabilities import Capabilities, cell_of
from screens.picture.latest_task import LatestTaskWorker
from screens.picture.pacer import CAP, CAP_TMUX, Pacer
from screens.picture.picture_driver import PictureDriver, with_picture_driver
from screens.picture.quality import LADDERS
from screens.picture.scheduler import Stream
from screens.picture.visible_region import VisibleRegion, region_of
from screens.picture.widget import Picture

CAREFUL = 2
"""The level to begin with over SSH, where nothing is known of the link."""
THROUGH_TMUX = 125_000
"""Bytes a second over SSH inside tmux, whose answers say nothing of the link: 1 Mbit/s."""


class Streaming(App[Any]):
    """``picture_stream`` is None without a terminal, and where no pictures are wanted.

    ``bandwidth`` is what pictures may take of the link, in KB a second; None: what there is.
    """

    bandwidth: float | None = None
    picture_stream: Stream | None = None
    _cell: tuple[int, int] | None = None

    def on_resize(self, event: events.Resize) -> None:
        self._cell = cell_of(event.pixel_size, event.size, self._cell_now())

    def action_link(self) -> None:
        """Say how pictures reach the terminal now."""
        self.notify(str(self.picture_stream or picture_mode.chosen()), timeout=4)

    def action_still(self) -> None:
        """The picture in focus by itself."""
        from screens.dialogs.image_viewer import ImageViewer

        if (picture := self._in_focus) and picture.image is not None:
            self.push_screen(ImageViewer(picture.image, picture.label, self._cell_now()))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "still":
            return self._in_focus is not None
        return super().check_action(action, parameters)

    @property
    def _in_focus(self) -> Picture | None:
        seen = [p for p in self.screen.query(Picture) if p.image is not None and region_of(p)]
        return next((p for p in seen if p.has_class("-selected")), seen[0] if seen else None)

    def freed(self) -> str:
        """What frees all that the terminal holds of pictures; nothing more is sent."""
        return self.picture_stream.pause() if self.picture_stream else ""

    def _build_driver(
        self, headless: bool, inline: bool, mouse: bool, size: tuple[int, int] | None
    ) -> Driver:
        self.driver_class = with_picture_driver(self.driver_class)
        driver = super()._build_driver(headless, inline, mouse, size)
        if isinstance(driver, PictureDriver) and not headless and picture_mode.chosen() != "off":
            self._open(driver)
        return driver

    def _open(self, outlet: PictureDriver) -> None:
        found, loop = picture_mode.capabilities(), Loop(self)
        way = self._way(found)
        narrow = self.console.color_system != "truecolor"
        stream = Stream(
            way, self._pacer(way, found), outlet, LatestTaskWorker(), loop, idents(narrow)
        )
        self.picture_stream, outlet.cleanup_sequence = stream, self._last_words(outlet, stream)
        outlet.answered = lambda ticket, at: loop.soon(lambda: stream.answered(ticket, at))

    def _last_words(self, outlet: PictureDriver, stream: Stream) -> Callable[[], str]:
        def said() -> str:
            freed = stream.pause()
            outlet.drain(stream.pacer.waiting)
            return freed

        return said

    def _way(self, found: Capabilities) -> Backend:
        if picture_mode.chosen() == "kitty":
            return Kitty(found.animation, found.tmux)
        if picture_mode.chosen() == "sixel":
            return Sixel(self._cell_now, lambda: self.size.height, found.registers)
        return Half(found.synchronized)

    def _cell_now(self) -> tuple[int, int]:
        return self._cell or picture_mode.capabilities().cell

    def _pacer(self, way: Backend, found: Capabilities) -> Pacer:
        limit = self.bandwidth * 1000 if self.bandwidth else None
        if found.tmux and found.ssh:
            limit = limit or THROUGH_TMUX
        return Pacer(
            LADDERS[way.name],
            round_trip=found.round_trip,
            limit=limit,
            cap=CAP_TMUX if found.tmux else CAP,
            start=CAREFUL if found.ssh else 0,
        )

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        super()._display(screen, renderable)
        if self.picture_stream is not None:
            self.picture_stream.drawn_over(touching(renderable))

    def _resumed(self, _: object) -> None:
        if self.picture_stream is not None:
            self.picture_stream.resume()
            self.screen.refresh(layout=True)

    def on_mount(self) -> None:
        self.app_resume_signal.subscribe(self, self._resumed, immediate=True)


class Loop:
    """The running event loop, in the app's own context; one call later at a time, the soonest."""

    def __init__(self, app: App[Any]) -> None:
        self._app, self._loop = app, asyncio.get_running_loop()
        self._context = contextvars.copy_context()
        self._timer: asyncio.TimerHandle | None = None

    def soon(self, call: Callable[[], object]) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(call, context=self._context)

    def later(self, seconds: float, call: Callable[[], object]) -> None:
        when, timer = self._loop.time() + seconds, self._timer
        if timer is not None and not timer.cancelled() and self._loop.time() < timer.when() <= when:
            return
        if timer is not None:
            timer.cancel()
        self._timer = self._loop.call_at(when, call, context=self._context)

    def failed(self, error: Exception) -> None:
        self._app._handle_exception(error)


def touching(update: object) -> Callable[[VisibleRegion], bool]:
    """Whether an update of the screen wrote into what is seen of a picture."""
    if isinstance(update, LayoutUpdate):
        return lambda seen: update.region.overlaps(seen.region)
    if isinstance(update, ChopsUpdate):
        spans = [Region(start, y, end - start, 1) for y, start, end in update.spans]
        return lambda seen: any(span.overlaps(seen.region) for span in spans)
    return lambda _: False


def idents(narrow: bool) -> Iterator[int]:
    """Numbers for pictures, from a random one on, because programs in one terminal share them.

    ``narrow``: below 256, for terminals without exact colours.
    """
    most = 255 if narrow else (1 << 24) - 1
    first = random.SystemRandom().randrange(most)
    return ((first + n) % most + 1 for n in count())
