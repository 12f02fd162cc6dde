"""Where a picture is on the screen, and whether anything lies over it."""

from typing import NamedTuple

from textual.geometry import Region
from textual.widget import Widget

from screens.picture.fit import Box
from screens.picture.textual_private import drawn_widgets, screen_stack


class VisibleRegion(NamedTuple):
    """A picture's cells on the screen, counted from 0; ``whole`` where nothing hides any."""

    column: int
    line: int
    columns: int
    rows: int
    whole: bool

    @property
    def region(self) -> Region:
        return Region(self.column, self.line, self.columns, self.rows)


def on_top(widget: Widget) -> bool:
    """Whether its screen is the one that is shown, with no dialog over it."""
    stack = screen_stack(widget.app)
    return bool(stack) and widget.is_attached and widget.screen is stack[-1]


def region_of(widget: Widget, place: Box) -> VisibleRegion | None:
    """Where ``place``, counted in the content of a widget on top, is seen on the screen.

    None where there is nothing to see: scrolled away, hidden, without room.
    """
    drawn = drawn_widgets(widget.screen).get(widget)
    if drawn is None or place.width < 1 or place.height < 2:
        return None
    region, clip = drawn
    gutter = widget.gutter
    column = region.x + gutter.left + place.left
    line = region.y + gutter.top + place.top // 2
    mine = Region(column, line, place.width, place.height // 2)
    if not clip.overlaps(mine):
        return None
    whole = clip.contains_region(mine) and not _covered(widget, mine)
    return VisibleRegion(column, line, place.width, place.height // 2, whole)


def _covered(widget: Widget, mine: Region) -> bool:
    """Whether anything is drawn in front of it: the compositor lists what is in front first."""
    for other, (region, clip) in drawn_widgets(widget.screen).items():
        if other is widget:
            return False
        if region.intersection(clip).overlaps(mine):
            return True
    return False
