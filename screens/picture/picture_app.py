"""An app that shows pictures: between its pictures, its driver and its event loop."""

import asyncio
import contextvars
import random
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

from textual import events
from textual.app import App
from textual.driver import Driver
from textual.screen import Screen

from screens.picture import picture_mode
from screens.picture.backends.base import Terminal
from screens.picture.capabilities import Capabilities, cell_of
from screens.picture.pacer import CAP, CAP_TMUX, Pacer
from screens.picture.picture_driver import PictureDriver, with_picture_driver
from screens.picture.picture_states import PictureStates
from screens.picture.quality import Quality
from screens.picture.scheduler import LatestTaskWorker, PictureScheduler, Sender
from screens.picture.textual_private import fail, regions_of
from screens.picture.visible_region import VisibleRegion
from screens.picture.widget import Picture

CAREFUL = 2
"""The level to begin with over SSH, where nothing is known of the link."""
THROUGH_TMUX = 125_000
"""Bytes a second over SSH inside tmux, whose answers say nothing of the link: 1 Mbit/s."""


class PictureApp(App[Any]):
    """``picture_scheduler`` is None without a terminal, and where no pictures are wanted.

    ``bandwidth`` is what pictures may take of the link, in KB a second; None: what there is.
    """

    bandwidth: float | None = None
    picture_scheduler: PictureScheduler | None = None
    _cell: tuple[int, int] | None = None

    def on_mount(self) -> None:
        self.app_resume_signal.subscribe(self, self._resumed, immediate=True)

    def on_resize(self, event: events.Resize) -> None:
        self._cell = cell_of(event.pixel_size, event.size, self.cell_now())

    def cell_now(self) -> tuple[int, int]:
        """Pixels of a cell, wide and high."""
        return self._cell or picture_mode.capabilities().cell

    def freed(self) -> str:
        """What frees all that the terminal holds of pictures; nothing more is sent."""
        return self.picture_scheduler.pause() if self.picture_scheduler else ""

    def action_link(self) -> None:
        """Say how pictures reach the terminal now."""
        words = [picture_mode.chosen()]
        if self.picture_scheduler is not None:
            words.append(str(self.picture_scheduler.sender))
        self.notify(" · ".join(words), timeout=4)

    def action_still(self) -> None:
        """The picture in focus by itself."""
        from screens.dialogs.image_viewer import ImageViewer

        if (picture := _in_focus(self)) and picture.image is not None:
            self.push_screen(ImageViewer(picture.image, picture.label, self.cell_now()))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "still":
            return _in_focus(self) is not None
        return super().check_action(action, parameters)

    def _build_driver(
        self, headless: bool, inline: bool, mouse: bool, size: tuple[int, int] | None
    ) -> Driver:
        self.driver_class = with_picture_driver(self.driver_class)
        driver = super()._build_driver(headless, inline, mouse, size)
        if (
            isinstance(driver, PictureDriver)
            and not headless
            and picture_mode.chosen() != picture_mode.OFF
        ):
            self.picture_scheduler = _scheduler(self, driver)
        return driver

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        super()._display(screen, renderable)
        if self.picture_scheduler is not None:
            self.picture_scheduler.drawn_over(touching(renderable))

    def _resumed(self, _: object) -> None:
        if self.picture_scheduler is not None:
            self.picture_scheduler.resume()
            self.screen.refresh(layout=True)


def _in_focus(app: App[Any]) -> Picture | None:
    seen = [p for p in app.screen.query(Picture) if p.image is not None and p.cells.region]
    return next((p for p in seen if p.has_class("-selected")), seen[0] if seen else None)


def _scheduler(app: PictureApp, driver: PictureDriver) -> PictureScheduler:
    """Pictures of an app through its driver, by the protocol that was chosen."""
    capabilities, chosen, loop = (
        picture_mode.capabilities(),
        picture_mode.protocol(picture_mode.chosen()),
        Loop(app),
    )
    backend = chosen.open(Terminal(capabilities, app.cell_now, lambda: app.size.height))
    pacer = _pacer(chosen.ladder, capabilities, app.bandwidth)
    narrow = app.console.color_system != "truecolor"
    states = PictureStates(backend, pacer.now, idents(narrow))
    scheduler = PictureScheduler(states, Sender(driver, pacer), LatestTaskWorker(), loop)

    def answered(probe: int, at: float) -> None:
        pacer.acknowledged(probe, at)
        scheduler.pump()

    def cleanup() -> str:
        freeing = scheduler.pause()
        driver.drain(pacer.waiting)
        return freeing

    driver.cleanup_sequence = cleanup
    driver.answered = lambda probe, at: loop.soon(lambda: answered(probe, at))
    return scheduler


def _pacer(ladder: tuple[Quality, ...], found: Capabilities, bandwidth: float | None) -> Pacer:
    limit = bandwidth * 1000 if bandwidth else None
    if found.tmux and found.ssh:
        limit = limit or THROUGH_TMUX
    return Pacer(
        ladder,
        round_trip=found.round_trip,
        limit=limit,
        cap=CAP_TMUX if found.tmux else CAP,
        start=CAREFUL if found.ssh else 0,
    )


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
        fail(self._app, error)


def touching(update: object) -> Callable[[VisibleRegion], bool]:
    """Whether an update of the screen wrote into what is seen of a picture."""
    regions = regions_of(update)
    return lambda seen: any(region.overlaps(seen.region) for region in regions)


def idents(narrow: bool) -> Iterator[int]:
    """Numbers for pictures, from a random one on, because programs in one terminal share them.

    ``narrow``: below 256, for terminals without exact colours.
    """
    most = 255 if narrow else (1 << 24) - 1
    first = random.SystemRandom().randrange(most)
    return ((first + n) % most + 1 for n in count())
