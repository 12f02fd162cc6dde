"""A number that is typed, or moved with keys."""

from typing import Any, ClassVar

from textual import events
from textual.binding import Binding, BindingType

from screens.widgets.form.text_field import TextField

Bounds = tuple[float | None, float | None]


def nudged(text: str, by: float, bounds: Bounds, whole: bool) -> str:
    """``text`` moved by ``by`` and kept within ``bounds``; as it was where it is no number."""
    try:
        value = int(text) if whole else float(text)
        moved = round(value + by, 6)
        if moved != moved:  # NaN has no next number
            return text
    except (ValueError, OverflowError):
        return text
    low, high = bounds
    moved = moved if low is None else max(low, moved)
    moved = moved if high is None else min(high, moved)
    return str(int(moved)) if whole else str(float(moved))


def wanted(bounds: Bounds, whole: bool) -> str:
    """What would be right, in a few words: ``a whole number, 1 to 1000``."""
    kind = "a whole number" if whole else "a number"
    low, high = ("" if end is None else f"{end:.15g}" for end in bounds)
    if low and high:
        return f"{kind}, {low} to {high}"
    return f"{kind} of at least {low}" if low else f"{kind} up to {high}" if high else kind


class NumberField(TextField):
    """+ and − (or up and down) move it by its nudge; * and _ (or page up and down) ten times.

    Shift and + is no key of its own in a terminal, so ten times has keys that every keyboard
    sends: on many the shifted − is _ and the shifted + is *.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "nudge(1)", "More", show=False),
        Binding("down", "nudge(-1)", "Less", show=False),
        Binding("pageup,shift+up", "nudge(10)", "Ten times more", show=False),
        Binding("pagedown,shift+down", "nudge(-10)", "Ten times less", show=False),
    ]
    STEPS: ClassVar[dict[str, int]] = {"+": 1, "-": -1, "*": 10, "_": -10}

    def __init__(
        self, text: str, nudge: float, bounds: Bounds, whole: bool, **options: Any
    ) -> None:
        super().__init__(text, **options)
        self._nudge, self._bounds, self._whole = nudge, bounds, whole

    @property
    def wanted(self) -> str:
        """What would be right here, in a few words."""
        return wanted(self._bounds, self._whole)

    def action_nudge(self, times: int) -> None:
        self.text = nudged(self.text, times * self._nudge, self._bounds, self._whole)

    async def _on_key(self, event: events.Key) -> None:
        times = self.STEPS.get(event.character or "")
        if times is None or self._is_sign(event.character):
            return await super()._on_key(event)
        event.stop()
        event.prevent_default()
        self.action_nudge(times)

    def _is_sign(self, character: str | None) -> bool:
        low = self._bounds[0]
        return character == "-" and self.cursor_position == 0 and (low is None or low < 0)
