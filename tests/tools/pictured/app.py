"""The app: one picture of 40 by 20 cells, and a line that counts keys."""

import asyncio
import json
import math
import threading
import time
from pathlib import Path
from typing import Any, ClassVar

from PIL import Image
from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.driver import Driver
from textual.message import Message
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Static

from screens.picture.capabilities import window_cell
from screens.picture.picture_app import PictureApp
from tests.tools.pictured.frames import RATE
from tests.tools.pictured.sides import show

BEAT = 0.004
SETTLED = 0.3
"""Seconds before the first frame, for the replies of a terminal to Textual's own questions."""


class Shown(Message):
    """A frame of the engine; one that is still waiting gives way to the next."""

    def __init__(self, image: Image.Image) -> None:
        super().__init__()
        self.image = image

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, Shown)


class Keys(Static, can_focus=True):
    """What keys go to: the program's driver holds them back until something has the focus."""


class Over(ModalScreen[None]):
    """A modal in the middle of the picture."""

    CSS = "Over { align: center middle; } Over > Static { width: 20; height: 5; background: red; }"

    def compose(self) -> ComposeResult:
        yield Static("over it")

    def on_key(self) -> None:
        self.dismiss()


class Pictured(PictureApp):
    """Shows ``images`` one after the other from a thread, RATE a second.

    ``m`` puts a modal over the picture, ``q`` quits; other keys count, for the time to paint.
    """

    CSS = "#picture { width: 40; height: 20; } #keys { dock: bottom; }"
    BINDINGS: ClassVar[list[BindingType]] = [("q", "quit"), ("m", "over")]

    def __init__(
        self,
        picture: Widget,
        images: list[Image.Image],
        file: Path | None = None,
        encoding: float = 0.0,
        driver: type[Driver] | None = None,
    ) -> None:
        super().__init__(driver_class=driver)
        self.encoding = encoding
        self.picture, self.images, self.file = picture, images, file
        self.keys = 0
        self.late: list[float] = []
        self.beat_at = 0.0

    def compose(self) -> ComposeResult:
        yield self.picture
        yield Keys("key 0.", id="keys")

    async def on_mount(self) -> None:
        self.beating = asyncio.create_task(self.beat())
        threading.Thread(target=self.stream, daemon=True).start()

    def on_key(self, event: events.Key) -> None:
        self.keys += 1
        self.query_one("#keys", Static).update(f"key {self.keys}.", layout=False)

    def on_shown(self, message: Shown) -> None:
        show(self.picture, message.image)

    def action_over(self) -> None:
        self.push_screen(Over())

    async def beat(self) -> None:
        """How late the event loop is, all the time."""
        while True:
            self.beat_at = time.monotonic()
            await asyncio.sleep(BEAT)
            self.late.append(time.monotonic() - self.beat_at - BEAT)

    def stream(self) -> None:
        """The engine's thread: it waits for nobody."""
        pause = threading.Event()
        pause.wait(SETTLED)
        begun, before = time.monotonic(), len(self.late)
        for number, image in enumerate(self.images):
            pause.wait(max(0.0, begun + number / RATE - time.monotonic()))
            self.post_message(Shown(image))
        pause.wait(max(0.0, begun + len(self.images) / RATE - time.monotonic()))
        late = [*self.late[before:], time.monotonic() - self.beat_at - BEAT]
        ended = time.monotonic()
        answer = {"begun": begun, "ended": ended, "late": sorted(late), "encode": self.encoding}
        self.tell(answer | {"place": self.place(), "link": str(self.picture_scheduler)})

    def place(self) -> tuple[int, ...]:
        """Left, top, width and height of the picture in the terminal's pixels: a square."""
        wide, high = window_cell(2)
        left, top, columns, lines = self.picture.region
        side = min(columns * wide, lines * high)
        column = left + (columns - math.ceil(side / wide)) // 2
        line = top + (lines - math.ceil(side / high)) // 2
        return column * wide, line * high, side, side

    def tell(self, answer: dict[str, Any]) -> None:
        if self.file:
            half = self.file.with_suffix(".half")
            half.write_text(json.dumps(answer))
            half.rename(self.file)
