"""The private names of Textual and rich that we use are where they were, and used in one file."""

import ast
import inspect
import re
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar

import pytest
from rich.console import Console
from textual._compositor import ChopsUpdate, Compositor, LayoutUpdate
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.widgets import Input, Static

from screens.picture import textual_private as private

ROOT = Path(__file__).parents[3]
HERE = ROOT / "screens" / "picture" / "textual_private.py"
READ = ("_screen_stack", "_compositor", "_styles_cache", "_handle_exception", "_sender",
        "_color_system", "_bindings", "_keymap")  # fmt: skip
"""Attributes that only the module reads."""
PRIVATE_MODULE = re.compile(r"(textual|rich)[\w.]*\._")


class Two(App[None]):
    """A field, and something that hides a part of it."""

    CSS = (
        "Screen { layers: below above; } Input { layer: below; } Static { layer: above; width: 4; }"
    )

    def compose(self) -> ComposeResult:
        yield Input("typed")
        yield Static("over")


async def test_what_is_read_of_an_app() -> None:
    app = Two()
    async with app.run_test(size=(20, 5)) as pilot:
        await pilot.pause()
        assert private.screen_stack(app) == [app.screen]
        over, field = app.query_one(Static), app.query_one(Input)
        drawn = [widget for widget in private.drawn_widgets(app.screen) if widget in (over, field)]
        assert drawn == [over, field]
        region, clip = private.drawn_widgets(app.screen)[field]
        assert region.overlaps(clip)
        private.draw_anew(field)
        assert not field._styles_cache._cache


def test_who_posted_a_message() -> None:
    field = Input()
    message = Input.Changed(field, "a")
    assert private.sender(message) is None
    message.set_sender(field)
    assert private.sender(message) is field


class Bound(Static):
    """A widget with a key that a person may change."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("x", "go", id="a.go")]


async def test_bindings_of_a_widget_are_a_copy_with_the_keys_of_a_person() -> None:
    app = Two()
    app.set_keymap({"a.go": "v"})
    async with app.run_test():
        widget = Bound()
        await app.mount(widget)
        assert set(private.bindings_of(widget).key_to_bindings) == {"v"}
        assert set(private.bindings_of(widget).key_to_bindings) == {"v"}


async def test_an_error_ends_the_app() -> None:
    app = Two()
    with pytest.raises(ValueError, match="wrong"):
        async with app.run_test():
            private.fail(app, ValueError("wrong"))


def test_the_colours_of_a_console() -> None:
    assert private.color_system(Console(color_system=None)) is None
    console = Console(color_system="truecolor", force_terminal=True)
    found = private.color_system(console)
    assert found is not None
    assert found.name == "TRUECOLOR"


def test_which_cells_an_update_writes() -> None:
    region = Region(1, 2, 3, 4)
    assert private.regions_of(LayoutUpdate([], region)) == [region]
    assert private.regions_of(ChopsUpdate([], [(2, 5, 9)], [])) == [Region(5, 2, 4, 1)]
    assert private.regions_of("other") == []
    assert isinstance(Compositor.visible_widgets, property)


@pytest.mark.parametrize(("kind", "names"), private.OVERRIDDEN.items())
def test_what_is_overridden_is_there(kind: str, names: tuple[str, ...]) -> None:
    module, _, name = kind.partition(":")
    base: Any = getattr(import_module(module), name)
    source = "".join(inspect.getsource(each) for each in base.__mro__[:-1])
    for hidden in names:
        written = re.search(rf"\bdef {hidden}\(|\bself\.{hidden}(: .+)? = |\"{hidden}\"", source)
        assert written, f"{kind} has no {hidden} any more"


def test_no_other_file_reads_them() -> None:
    files = [file for room in ("screens", "tui") for file in (ROOT / room).rglob("*.py")]
    assert HERE in files
    assert [found for file in files if file != HERE for found in _reads(file)] == []


def _reads(file: Path) -> list[str]:
    """Private modules that a file imports, and names that it reads, each with the file."""
    found = []
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.Attribute) and node.attr in READ:
            found.append(f"{file}: {node.attr}")
        elif isinstance(node, ast.ImportFrom) and re.match(
            r"(textual|rich)\S*\._", node.module or ""
        ):
            found.append(f"{file}: {node.module}")
    return found
