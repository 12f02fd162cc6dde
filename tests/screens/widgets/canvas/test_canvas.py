"""The canvas as a hand meets it: by keys alone, and by mouse."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any, ClassVar

import pytest
from PIL import Image
from textual import events
from textual.app import App
from textual.binding import BindingType
from textual.geometry import Region
from textual.message import Message
from textual.pilot import Pilot
from textual.widgets import Input

from screens.canvas.colours import BLACK, PALETTE, WHITE
from screens.canvas.sketch import blank
from screens.picture import strip_widget
from screens.picture.half_blocks import HalfBlocks
from screens.widgets.canvas.canvas import Canvas
from tests.screens.picture.test_widget import pixels

RED, SKY = PALETTE["red"], PALETTE["sky"]
Point = tuple[float, float]


class Show(App[None]):
    """A canvas, a field beside it, and a screen with meanings of its own for some keys."""

    BINDINGS: ClassVar[list[BindingType]] = [
        (key, f"outer('{key}')", "") for key in ("enter", "backspace", "escape", "1", "slash", "x")
    ]

    def __init__(self, side: int = 16) -> None:
        super().__init__()
        self.canvas = Canvas(blank((side, side)))
        self.outer: list[str] = []
        self.heard: list[Message] = []

    def compose(self):
        yield self.canvas
        yield Input(id="beside", compact=True)

    def action_outer(self, key: str) -> None:
        self.outer.append(key)

    def on_canvas_changed(self, event: Canvas.Changed) -> None:
        self.heard.append(event)


@asynccontextmanager
async def shown(
    side: int = 16, size: tuple[int, int] = (32, 17)
) -> AsyncIterator[tuple[Canvas, Pilot[None], Show]]:
    app = Show(side)
    async with app.run_test(size=size) as pilot:
        app.canvas.focus()
        await pilot.pause()
        yield app.canvas, pilot, app


def coloured(canvas: Canvas, colour: tuple[int, ...]) -> set[tuple[int, int]]:
    width, height = canvas.sketch.picture.size
    places = ((x, y) for x in range(width) for y in range(height))
    return {at for at in places if canvas.sketch.picture.getpixel(at) == colour}


def mouse(app: Show, kind: type[events.MouseEvent], at: Point, button: int = 1) -> None:
    """An event as the driver sends it, at (column, line) of the canvas; nothing waits for it."""
    left, top = app.canvas.region.offset
    x, y = at[0] + left, at[1] + top
    app.screen._forward_event(kind(None, x, y, 0, 0, button, False, False, False, x, y))


def drag(app: Show, path: Iterable[Point], button: int = 1) -> None:
    first, *rest = path
    mouse(app, events.MouseDown, first, button)
    for at in rest:
        mouse(app, events.MouseMove, at, button)
    mouse(app, events.MouseUp, rest[-1] if rest else first, button)


async def test_a_picture_drawn_by_keys_alone() -> None:
    async with shown() as (canvas, pilot, _):
        assert canvas.sketch.cursor == (8, 8)
        await pilot.press("space", "right", "right", "space")
        assert coloured(canvas, BLACK) == {(8, 8), (10, 8)}
        await pilot.press("d", "up", "up", "right", "d", "up")
        assert coloured(canvas, BLACK) == {(8, 8), (10, 8), (10, 7), (10, 6), (11, 6)}
        await pilot.press("w", "down", "space", "z", "z", "z", "z")
        assert coloured(canvas, BLACK) == set()
        await pilot.press("y")
        assert coloured(canvas, BLACK) == {(8, 8)}


async def test_arrows_stop_at_the_edges_and_shift_goes_eight() -> None:
    async with shown() as (canvas, pilot, _):
        await pilot.press("shift+left", "shift+left", "shift+up")
        assert canvas.sketch.cursor == (0, 0)
        await pilot.press("shift+right", "shift+down", "shift+down", "down")
        assert canvas.sketch.cursor == (8, 15)


@pytest.mark.parametrize(
    ("tool", "area"),
    [("T", 12), ("t", 10), ("l", 4), ("O", 8)],
    ids=["block", "rect", "line", "disc"],
)
async def test_a_shape_is_anchored_seen_and_placed(tool: str, area: int) -> None:
    async with shown() as (canvas, pilot, app):
        await pilot.press(tool, "space", "right", "right", "right", "down", "down")
        assert canvas.sketch.drawing.hand.placing
        assert coloured(canvas, BLACK) == set()
        assert canvas.sketch.drawing.hand.shown.tobytes() != canvas.sketch.picture.tobytes()
        await pilot.press("enter")
        assert len(coloured(canvas, BLACK)) == area
        assert not canvas.sketch.down
        await pilot.press("z")
        assert coloured(canvas, BLACK) == set()
        assert app.outer == []


async def test_a_shape_is_dropped_and_then_backspace_and_enter_are_the_screens_own() -> None:
    async with shown() as (canvas, pilot, app):
        await pilot.press("t", "space", "right", "down", "backspace")
        assert not canvas.sketch.down
        await pilot.press("t", "space", "right", "escape")
        assert app.outer == []
        await pilot.press("backspace", "escape", "enter")
        assert app.outer == ["backspace", "escape", "enter"]
        assert coloured(canvas, BLACK) == set()


async def test_keys_that_mean_the_same_everywhere_reach_the_screen() -> None:
    async with shown() as (_, pilot, app):
        await pilot.press("1", "slash", "x")
        assert app.outer == ["1", "slash", "x"]


async def test_fill_pick_and_the_palette_by_keys() -> None:
    async with shown() as (canvas, pilot, _):
        canvas.sketch.hold(colour=SKY)
        await pilot.press("g", "space")
        assert len(coloured(canvas, SKY)) == 16 * 16
        await pilot.press("k", "k", "j")
        assert canvas.sketch.pen.colour == PALETTE["blue"]
        await pilot.press("i", "space")
        await pilot.pause()
        assert canvas.sketch.pen.colour == SKY
        assert not canvas.sketch.down
        canvas.sketch.hold(colour=(1, 2, 3))
        await pilot.press("k")
        assert canvas.sketch.pen.colour == WHITE
        await pilot.press("j", "G")
        assert (canvas.sketch.pen.colour, canvas.sketch.pen.ground) == (WHITE, PALETTE["pink"])


async def test_the_number_of_the_tool_moves_with_plus_and_minus() -> None:
    async with shown() as (canvas, pilot, _):
        await pilot.press("plus", "plus", "v", "space")
        assert len(coloured(canvas, BLACK)) == 9
        await pilot.press("minus", "g", "plus")
        assert (canvas.sketch.pen.size, canvas.sketch.pen.tolerance) == (2, 8)


async def test_mirror_both_sides_and_clear() -> None:
    async with shown() as (canvas, pilot, _):
        await pilot.press("space", "h")
        assert coloured(canvas, BLACK) == {(7, 8)}
        await pilot.press("m", "right", "space")
        assert coloured(canvas, BLACK) == {(7, 8), (9, 8), (6, 8)}
        await pilot.press("C")
        assert coloured(canvas, WHITE) == {(x, y) for x in range(16) for y in range(16)}
        await pilot.press("z")
        assert len(coloured(canvas, BLACK)) == 3


async def test_a_stroke_ends_where_the_focus_goes_and_a_shape_waits() -> None:
    async with shown() as (canvas, pilot, app):
        await pilot.press("d", "right")
        app.query_one("#beside").focus()
        await pilot.pause()
        assert not canvas.sketch.down
        canvas.focus()
        await pilot.press("right", "right", "t", "space", "down")
        app.query_one("#beside").focus()
        await pilot.pause()
        assert canvas.sketch.drawing.hand.placing
        assert coloured(canvas, BLACK) == {(8, 8), (9, 8)}


async def test_a_drag_with_gaps_leaves_none_and_is_one_step() -> None:
    async with shown() as (canvas, pilot, app):
        drag(app, [(2, 1), (28, 1), (28, 14), (3, 9)])
        await pilot.pause()
        touched = coloured(canvas, BLACK)
        assert {(x, 1) for x in range(1, 15)} <= touched
        assert {(14, y) for y in range(1, 15)} <= touched
        assert len(touched) == 14 + 13 + 13
        assert canvas.sketch.cursor == (1, 9)
        await pilot.press("z")
        assert coloured(canvas, BLACK) == set()


async def test_many_moves_between_two_paints_are_drawn_all_and_looked_at_once() -> None:
    async with shown(64, (64, 33)) as (canvas, pilot, app):
        await pilot.pause()
        looks = 0
        look = canvas.surface._look

        def counted() -> Image.Image:
            nonlocal looks
            looks += 1
            return look()

        canvas.surface._look = counted
        zigzag = [(x, 3 if x % 2 else 28) for x in range(60)]
        drag(app, zigzag)
        await pilot.pause()
        assert looks <= 3
        touched = coloured(canvas, BLACK)
        assert {(x, 6 if x % 2 else 56) for x in range(60)} <= touched
        assert len(touched) > 1500
        assert sum(isinstance(m, Canvas.Changed) for m in app.heard) <= 2


async def test_a_terminal_that_reports_pixels_reaches_both_halves_of_a_cell() -> None:
    async with shown(64, (64, 33)) as (canvas, pilot, app):
        drag(app, [(5.3, 7.2)])
        drag(app, [(9.9, 7.7)])
        await pilot.pause()
        assert coloured(canvas, BLACK) == {(5, 14), (9, 15)}


async def test_shapes_by_mouse_reach_beyond_the_edge() -> None:
    async with shown() as (canvas, pilot, app):
        canvas.sketch.hold(tool="rectangle", filled=True)
        mouse(app, events.MouseDown, (28, 14))
        await pilot.pause()
        mouse(app, events.MouseMove, (60, 30))
        mouse(app, events.MouseUp, (60, 30))
        await pilot.pause()
        assert coloured(canvas, BLACK) == {(14, 14), (15, 14), (14, 15), (15, 15)}
        assert canvas.sketch.cursor == (15, 15)
        assert not app.mouse_captured


async def test_a_shape_anchored_by_key_is_placed_by_mouse() -> None:
    async with shown() as (canvas, pilot, app):
        await pilot.press("T", "space")
        drag(app, [(20, 10)])
        await pilot.pause()
        assert len(coloured(canvas, BLACK)) == 9


async def test_a_pen_that_is_down_does_not_draw_to_where_the_mouse_is_pressed() -> None:
    async with shown() as (canvas, pilot, app):
        await pilot.press("d")
        drag(app, [(0, 0)])
        await pilot.pause()
        assert coloured(canvas, BLACK) == {(8, 8), (0, 0)}


async def test_the_right_button_takes_a_colour_and_draws_nothing() -> None:
    async with shown() as (canvas, pilot, app):
        canvas.sketch.hold(colour=RED)
        await pilot.press("space")
        canvas.sketch.hold(colour=SKY)
        drag(app, [(2, 2), (16, 8)], button=3)
        drag(app, [(31, 16)], button=2)
        await pilot.pause()
        assert canvas.sketch.pen.colour == RED
        assert len(coloured(canvas, RED)) == 1


async def test_a_release_that_went_elsewhere_is_noticed() -> None:
    async with shown() as (canvas, pilot, app):
        mouse(app, events.MouseDown, (4, 4))
        await pilot.pause()
        mouse(app, events.MouseMove, (20, 4), 0)
        mouse(app, events.MouseMove, (20, 9), 0)
        await pilot.pause()
        assert not canvas.sketch.down
        assert not app.mouse_captured
        assert coloured(canvas, BLACK) == {(2, 4)}


async def test_hovering_and_clicks_beside_the_picture_do_nothing() -> None:
    async with shown(16, (60, 30)) as (canvas, pilot, app):
        cursor = canvas.sketch.cursor
        mouse(app, events.MouseMove, (20, 10), 0)
        await pilot.pause()
        assert canvas.sketch.cursor == cursor
        drag(app, [(0, 0)])
        await pilot.pause()
        assert coloured(canvas, BLACK) == set()


async def test_the_screen_shows_the_picture_and_only_in_focus_a_cursor() -> None:
    async with shown() as (canvas, pilot, app):
        canvas.sketch.take(Image.effect_noise((16, 16), 80).convert("RGB"))
        await pilot.pause()
        room = Region(0, 0, 32, 16)
        large = canvas.sketch.picture.resize((32, 32), Image.Resampling.NEAREST)
        assert pixels(app, room).tobytes() != large.tobytes()
        app.query_one("#beside").focus()
        await pilot.pause()
        assert pixels(app, room).tobytes() == large.tobytes()


async def test_a_repaint_draws_only_the_lines_that_changed() -> None:
    async with shown() as (canvas, pilot, _):
        before = [canvas.surface.render_line(y) for y in range(16)]
        await pilot.press("right", "space")
        await pilot.pause()
        kept = [y for y in range(16) if canvas.surface.render_line(y) is before[y]]
        assert kept == [y for y in range(16) if not 6 <= y <= 10]
        lines = canvas.surface.render_lines(Region(0, 0, 32, 16))
        assert all(isinstance(line, HalfBlocks) for line in lines)


async def test_a_small_room_shows_the_part_around_the_cursor() -> None:
    async with shown(64, (40, 11)) as (canvas, pilot, app):
        canvas.sketch.take(Image.effect_noise((64, 64), 80).convert("RGB"))
        await pilot.press(*["shift+down"] * 4)
        app.query_one("#beside").focus()
        await pilot.pause()
        left, top = canvas.surface.view.first
        assert top == 44
        part = canvas.sketch.picture.crop((left, top, left + 40, top + 20))
        assert pixels(app, Region(0, 0, 40, 10)).tobytes() == part.tobytes()
        drag(app, [(0, 0)])
        await pilot.pause()
        assert coloured(canvas, BLACK) >= {(left, 44)}


async def test_an_odd_picture_and_tiny_rooms_do_not_crash() -> None:
    async with shown(5, (9, 9)) as (canvas, pilot, _):
        for size in ((1, 2), (3, 3), (16, 9), (40, 40)):
            await pilot.resize_terminal(*size)
            await pilot.press("space", "left")
            await pilot.pause()
        assert coloured(canvas, BLACK)


async def test_taking_a_picture_is_one_step_and_another_size_forgets_the_steps() -> None:
    async with shown() as (canvas, pilot, app):
        await pilot.press("space")
        image = Image.effect_noise((32, 16), 80)
        canvas.sketch.take(image)
        await pilot.pause()
        assert canvas.sketch.picture.size == (16, 16)
        assert (
            canvas.sketch.picture.tobytes() == image.crop((8, 0, 24, 16)).convert("RGB").tobytes()
        )
        await pilot.press("z")
        assert coloured(canvas, BLACK) == {(8, 8)}
        app.heard.clear()
        canvas.sketch.become((8, 8))
        await pilot.pause()
        assert canvas.sketch.picture.size == (8, 8)
        assert canvas.sketch.cursor == (7, 7)
        assert [type(m) for m in app.heard] == [Canvas.Changed]
        await pilot.press("z")
        assert canvas.sketch.picture.size == (8, 8)


async def test_a_move_changes_no_picture_and_says_so() -> None:
    async with shown() as (_, pilot, app):
        await pilot.press("right", "k", "w", "space")
        await pilot.pause()
        assert app.heard == []


@pytest.mark.parametrize("system", ["256", "standard", None])
async def test_poorer_terminals_get_a_canvas(system: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    really = strip_widget.encoding_for
    monkeypatch.setattr(strip_widget, "encoding_for", lambda _: really(system))
    async with shown() as (canvas, pilot, _):
        canvas.sketch.hold(tool="ellipse", filled=True)
        await pilot.press("space", "shift+left", "shift+up", "enter")
        lines = [canvas.surface.render_line(y) for y in range(16)]
        styles = {segment.style for line in lines for segment in line}
        texts = {char for line in lines for char in line.text}
        assert len(styles) > 2 or len(texts & set("░▒▓█ ")) > 1
