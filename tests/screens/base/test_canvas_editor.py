"""A canvas with its tools, colours and files, used as a person does."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, ClassVar

import pytest
from PIL import Image
from textual.app import App
from textual.binding import BindingType
from textual.pilot import Pilot
from textual.widgets import Input, Static

from screens import keys
from screens.base.canvas_editor import CanvasEditor
from screens.canvas.colours import PALETTE
from screens.dialogs.questions import TextPrompt
from screens.widgets.key_line import KeyLine
from tui.palette import Commands


class Show(App[None]):
    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings("app.help", "app.quit")]

    def compose(self):
        yield CanvasEditor((32, 32))
        yield KeyLine()

    @property
    def editor(self) -> CanvasEditor:
        return self.query_one(CanvasEditor)

    def line(self, y: int) -> str:
        return self.screen._compositor.render_strips()[y].text


@pytest.fixture(autouse=True)
def _folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is asked is remembered, and saved, in a folder of the test's own."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")


@asynccontextmanager
async def shown() -> AsyncIterator[tuple[CanvasEditor, Pilot[None], Show]]:
    app = Show()
    async with app.run_test(size=(70, 24)) as pilot:
        app.editor.canvas.focus()
        await pilot.pause()
        yield app.editor, pilot, app


async def until(pilot: Pilot[None], done: Callable[[], Any]) -> None:
    for _ in range(400):
        if done():
            return
        await pilot.pause()
    raise AssertionError(f"never happened: {done}")


async def test_the_lines_say_tool_colour_place_and_pen() -> None:
    async with shown() as (_, pilot, app):
        assert app.line(20).split()[:4] == ["a", "brush", "w", "eraser"]
        assert app.line(22).split() == ["brush", "1", "round", "16,16", "of", "32×32"]
        place = app.line(22).index("16,16")
        await pilot.press("d", "down", "m", "plus")
        await pilot.pause()
        said = app.line(22)
        assert said.split()[:4] == ["brush", "2", "round", "16,17"]
        assert said.split()[6:] == ["⇆", "both", "pen", "down"]
        assert said.index("16,17") == place
        await pilot.press("d", "T", "space", "right", "down", "down")
        await pilot.pause()
        assert "filled" in app.line(22)
        assert "placing 2×3" in app.line(22)


async def test_tool_keys_are_named_only_where_they_work() -> None:
    async with shown() as (editor, pilot, app):
        assert "g fill" in app.line(20)
        at = app.line(20).index("fill")
        editor.colours.ask()
        await pilot.pause()
        assert "g fill" not in app.line(20)
        assert app.line(20).index("fill") == at


async def test_any_colour_is_typed_and_the_hand_goes_back_to_the_canvas() -> None:
    async with shown() as (editor, pilot, _):
        await pilot.press("number_sign", *"#0a64ff", "enter")
        await pilot.pause()
        assert editor.canvas.sketch.pen.colour == (10, 100, 255)
        assert editor.canvas.has_focus
        assert editor.colours.field.text == "#0a64ff"
        await pilot.press("number_sign", "enter")
        await pilot.pause()
        assert editor.canvas.has_focus
        assert editor.canvas.sketch.pen.colour == (10, 100, 255)


async def test_a_wrong_colour_is_one_line_and_what_was_typed_stays() -> None:
    async with shown() as (editor, pilot, app):
        await pilot.press("number_sign", *"reddish", "enter")
        await pilot.pause()
        assert "no colour 'reddish': use #rrggbb" in app.line(22)
        assert editor.colours.field.text == "reddish"
        assert editor.colours.field.has_focus
        await pilot.press(*["backspace"] * 4, "enter")
        await pilot.pause()
        assert editor.canvas.sketch.pen.colour == PALETTE["red"]
        assert "brush" in app.line(22)


async def test_colours_and_tools_by_mouse() -> None:
    async with shown() as (editor, pilot, app):
        colours = list(PALETTE.values())
        await pilot.click(editor.colours.swatches, offset=(3 * 6 + 1, 0))
        await pilot.click(editor.colours.swatches, offset=(3 * 12, 0), button=3)
        pen = editor.canvas.sketch.pen
        assert (pen.colour, pen.ground) == (
            colours[6],
            colours[12],
        )
        at = app.line(20).index("oval")
        await pilot.click(editor.tools, offset=(at, 0))
        assert (editor.canvas.sketch.pen.tool, editor.canvas.sketch.pen.filled) == (
            "ellipse",
            False,
        )
        await pilot.click(editor.tools, offset=(at + 3, 0))
        assert editor.canvas.sketch.pen.filled
        await pilot.click(editor.tools, offset=(app.line(20).index("rect"), 0))
        assert editor.canvas.sketch.pen.tool == "rectangle"
        assert editor.canvas.has_focus


async def test_a_drawing_is_saved_and_opened_again() -> None:
    async with shown() as (editor, pilot, app):
        await pilot.press("O", "space", "shift+right", "shift+down", "enter", "S")
        await pilot.pause()
        assert app.screen.query_one(Input).value == "drawing.png"
        await pilot.press("enter")
        await until(pilot, lambda: not isinstance(app.screen, TextPrompt))
        drawn = editor.canvas.sketch.picture
        with Image.open("drawing.png") as image:
            assert image.tobytes() == drawn.tobytes()
        await pilot.press("C", "L")
        await pilot.pause()
        await pilot.press("up", "enter")
        await until(pilot, lambda: not isinstance(app.screen, TextPrompt))
        await until(pilot, lambda: editor.canvas.sketch.picture.tobytes() == drawn.tobytes())
        await pilot.press("z")
        assert len(editor.canvas.sketch.picture.getcolors()) == 1


async def test_a_file_that_is_there_is_replaced_only_when_named_twice() -> None:
    before = Path("mine.png")
    before.write_bytes(b"precious")
    async with shown() as (_, pilot, app):
        await pilot.press("S")
        await pilot.pause()
        app.screen.query_one(Input).value = "mine"
        note = app.screen.query_one(".note", Static)
        await pilot.press("enter")
        await until(pilot, lambda: note.has_class("-wrong"))
        assert "mine.png is there already" in str(note.render())
        assert before.read_bytes() == b"precious"
        await pilot.press("enter")
        await until(pilot, lambda: not isinstance(app.screen, TextPrompt))
        assert before.read_bytes() != b"precious"


async def test_no_picture_is_one_line_and_leaving_changes_nothing() -> None:
    async with shown() as (editor, pilot, app):
        before = editor.canvas.sketch.picture
        await pilot.press("L")
        await pilot.pause()
        await pilot.press(*"nothing", "enter")
        note = app.screen.query_one(".note", Static)
        await until(pilot, lambda: note.has_class("-wrong"))
        assert "no picture nothing" in str(note.render())
        assert app.screen.query_one(Input).value == "nothing"
        await pilot.press("ctrl+o")
        await until(pilot, lambda: not isinstance(app.screen, TextPrompt))
        assert editor.canvas.sketch.picture is before
        assert editor.canvas.has_focus


async def test_the_palette_knows_the_canvas_while_it_has_the_focus() -> None:
    async with shown() as (editor, pilot, app):
        names = {name for name, _, _ in Commands(app.screen)._active()}
        assert {"canvas: undo", "canvas: far left", "canvas: disc", "app: quit"} <= names
        assert "canvas: place" not in names
        editor.colours.ask()
        await pilot.pause()
        assert {name for name, _, _ in Commands(app.screen)._active()} == {"app: quit", "app: help"}


def test_how_it_looks(snap_compare: Callable[..., bool]) -> None:
    async def draw(pilot: Pilot[Any]) -> None:
        editor = pilot.app.query_one(CanvasEditor)
        editor.canvas.focus()
        editor.canvas.sketch.hold(colour=PALETTE["sky"], tool="fill")
        await pilot.press("space")
        editor.canvas.sketch.hold(colour=PALETTE["yellow"], tool="ellipse", filled=True)
        await pilot.press("shift+up", "space", *["right"] * 6, *["down"] * 6, "enter")
        editor.canvas.sketch.hold(colour=PALETTE["forest"], tool="brush", size=5)
        await pilot.press("shift+left", "shift+down", "d", *["right"] * 9)
        for field in pilot.app.query(Input):
            field.cursor_blink = False
        await pilot.pause()

    assert snap_compare(Show(), terminal_size=(70, 24), run_before=draw)
