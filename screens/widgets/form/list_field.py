"""Values with commas between them, each one of a few usual ones or anything else."""

from typing import ClassVar

from textual.binding import Binding, BindingType

from screens.widgets.form.text_field import SuggestedField


def turned(text: str, at: int, by: int, usual: tuple[str, ...]) -> str:
    """``text`` with its value number ``at`` the usual one ``by`` further; as it was where it has
    no such value. What is none of them becomes the first, or the last."""
    values = [value.strip() for value in text.split(",")]
    if not 0 <= at < len(values):
        return text
    here = usual.index(values[at]) if values[at] in usual else min(0, -by)
    values[at] = usual[(here + by) % len(usual)]
    return ",".join(values)


class ListField(SuggestedField):
    """Up and down go through the usual values of that one of several under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "suggest(-1)", "The usual value before", show=False),
        Binding("down", "suggest(1)", "The next usual value", show=False),
    ]

    def action_suggest(self, by: int) -> None:
        at = self.value.count(",", 0, self.cursor_position)
        self.value = turned(self.value, at, by, self._usual)
        self.cursor_position = len(",".join(self.value.split(",")[: at + 1]))
