"""An app whose pictures come by keys: ``python -m tests.tools.pictured.pages WAY SIDE [CAP]``."""

import sys
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from screens.picture.picture_app import PictureApp
from screens.picture.widget import Picture
from tests.tools.pictured import sides
from tests.tools.pictured.frames import frames
from tui import signals

COUNT, MANY = 6, 1000


class Said(Static, can_focus=True):
    """A line that tells what was done."""


class Over(ModalScreen[None]):
    CSS = "Over { align: center middle; } Over > Static { width: 10; height: 3; background: red; }"
    BINDINGS: ClassVar[list[BindingType]] = [("m", "dismiss")]

    def compose(self) -> ComposeResult:
        yield Static("over it")


class First(Screen[None]):
    """``n`` shows the next picture."""

    CSS = "Said { dock: bottom; height: 1; } Picture { width: 1fr; height: 1fr; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        ("n", "next"),
        ("g", "gone"),
        ("r", "run"),
        ("x", "fail"),
        ("m", "over"),
        ("t", "tell"),
    ]
    number = -1

    def compose(self) -> ComposeResult:
        self.picture = Picture()
        yield self.picture
        self.said = Said("begun.")
        yield self.said

    def action_next(self) -> None:
        self.number += 1
        self.picture.show(IMAGES[self.number % COUNT])
        self.said.update(f"picture {self.number}.")

    def action_gone(self) -> None:
        self.picture.show(None)

    def action_over(self) -> None:
        self.app.push_screen(Over())

    def action_tell(self) -> None:
        self.app.notify("told", timeout=1)

    def action_fail(self) -> None:
        raise RuntimeError("a screen failed")

    def action_run(self) -> None:
        """Another picture whenever the last one was sent."""
        scheduler = self.picture.scheduler
        assert scheduler is not None
        state, left = scheduler.states.of(self.picture), MANY

        def more() -> None:
            nonlocal left
            if state.shown.image is self.picture.image and left:
                left -= 1
                self.picture.show(IMAGES[left % COUNT])
            if not left:
                timer.stop()
                self.said.update("ran.")

        timer = self.set_interval(0.001, more)


class Second(Screen[None]):
    def compose(self) -> ComposeResult:
        yield Said("elsewhere.")


class Pages(PictureApp):
    MODES: ClassVar = {"first": First, "second": Second}
    DEFAULT_MODE = "first"
    BINDINGS: ClassVar[list[BindingType]] = [
        ("q", "quit"),
        ("1", "switch_mode('first')"),
        ("2", "switch_mode('second')"),
        ("I", "link"),
    ]

    def on_mount(self) -> None:
        if self.picture_scheduler is not None and CAP:
            self.picture_scheduler.pacer.cap = CAP


if __name__ == "__main__":
    way, side, *rest = sys.argv[1:]
    CAP = float(rest[0]) if rest else 0.0
    IMAGES = frames(int(side), COUNT)
    _, driver = sides.ours(way)
    app = Pages(driver_class=driver)
    with signals.caught(dict, lambda code: app.call_later(app.exit, None, code), None, app.freed):
        app.run()
    sys.exit(app.return_code)
