"""Where a picture is on the screen, and whether anything lies over it."""

from typing import TYPE_CHECKING, NamedTuple

from textual.geometry import Region

from screens.picture.textual_private import drawn_widgets, screen_stack

if TYPE_CHECKING:
    from textual.screen import Screen

    from screens.picture.widget import Picture


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


def on_top(picture: "Picture") -> bool:
    """Whether its screen is the one that is shown, with no dialog over it."""
    stack = screen_stack(picture.app)
    return bool(stack) and picture.is_attached and picture.screen is stack[-1]


def region_of(picture: "Picture") -> VisibleRegion | None:
    """None where there is nothing to see: another place, scrolled away, hidden, without room."""
    if not on_top(picture):
        return None
    found = drawn_widgets(picture.screen).get(picture)
    place = picture.cells.place
    if found is None or place.width < 1 or place.height < 2:
        return None
    region, clip = found
    gutter = picture.gutter
    column = region.x + gutter.left + place.left
    line = region.y + gutter.top + place.top // 2
    mine = Region(column, line, place.width, place.height // 2)
    if not clip.overlaps(mine):
        return None
    whole = clip.contains_region(mine) and not _covered(picture.screen, picture, mine)
    return VisibleRegion(column, line, place.width, place.height // 2, whole)


def _covered(screen: "Screen[object]", picture: "Picture", mine: Region) -> bool:
    """Whether anything is drawn in front of it: the compositor lists what is in front first."""
    for widget, (region, clip) in drawn_widgets(screen).items():
        if widget is picture:
            return False
        if region.intersection(clip).overlaps(mine):
            return True
    return False
