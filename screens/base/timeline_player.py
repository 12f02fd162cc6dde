"""A timeline with the keys that walk its steps and play them."""

from typing import Any, ClassVar

from textual.binding import BindingType
from textual.containers import Vertical

from screens import keys
from screens.widgets.timeline import Timeline

WALKING = ("back", "next", "far_back", "far_next", "first", "last")
PLAYING = ("play", "slower", "faster")


class TimelinePlayer(Vertical):
    """Holds a :class:`Timeline`; a screen that shows one has these keys from it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *keys.bindings(*(f"timeline.{name}" for name in (*WALKING, *PLAYING)))
    ]
    DEFAULT_CSS = """
    TimelinePlayer { height: auto; }
    """

    def __init__(self, **options: Any) -> None:
        self.timeline = Timeline()
        super().__init__(self.timeline, **options)

    def action_play(self) -> None:
        self.timeline.playback.toggle()

    def action_go(self, delta: int) -> None:
        self.timeline.go(delta)

    def action_home(self) -> None:
        self.timeline.go_to(0)

    def action_end(self) -> None:
        self.timeline.go_to(len(self.timeline.frames) - 1)

    def action_slower(self) -> None:
        self.timeline.playback.pace(-1)

    def action_faster(self) -> None:
        self.timeline.playback.pace(+1)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return len(self.timeline.frames) > 1
