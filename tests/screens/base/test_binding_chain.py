"""Keys that count wherever the focus is: of a part's own, below those of what has the focus."""

from collections.abc import Iterable
from typing import Any, ClassVar

from textual.app import App
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

from screens.base.binding_chain import command_nodes
from screens.base.mode_screen import ModeScreen
from screens.session import Session
from tui.palette import Commands


class Part(Widget):
    """A widget with commands; it is never in focus."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("x", "cancel", "cancel", id="run.cancel"),
        Binding("ctrl+g", "run", "run", id="ask.run"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.done: list[str] = []
        self.can = True

    def action_cancel(self) -> None:
        self.done.append("cancel")

    def action_run(self) -> None:
        self.done.append("run")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return self.can


class Picky(Widget, can_focus=True):
    """A widget that lets one key through."""

    passing_keys = ("ask.run",)


class Place(ModeScreen):
    NAME = "place"

    def body(self) -> Iterable[Widget]:
        self.part, self.field, self.picky = Part(), Input(), Picky()
        self.command_widgets = lambda: (self.part, self.part)
        yield from (self.part, self.field, self.picky)


class Show(App[None]):
    def get_default_screen(self) -> Screen[Any]:
        return Place(Session(), ("place",), {}, {})


async def test_a_parts_keys_count_without_its_focus_but_no_letter_that_is_typed() -> None:
    app = Show()
    async with app.run_test() as pilot:
        place: Any = app.screen
        await pilot.press("x")
        assert place.part.done == ["cancel"]
        place.field.focus()
        await pilot.press("x", "ctrl+g")
        assert place.field.value == "x"
        assert place.part.done == ["cancel", "run"]
        assert place.active_bindings["ctrl+g"].node is place.part


async def test_what_makes_no_sense_now_is_no_key_and_no_command() -> None:
    app = Show()
    async with app.run_test() as pilot:
        place: Any = app.screen
        place.field.focus()
        await pilot.pause()
        assert [name for name, _, _ in Commands(place)._active()] == ["ask: run", "run: cancel"]
        place.part.can = False
        assert "ctrl+g" not in place.active_bindings
        assert not list(Commands(place)._active())


async def test_a_widget_may_let_few_keys_through() -> None:
    app = Show()
    async with app.run_test() as pilot:
        place: Any = app.screen
        place.picky.focus()
        await pilot.press("x", "ctrl+g")
        assert place.part.done == ["run"]
        assert [name for name, _, _ in Commands(place)._active()] == ["ask: run"]


async def test_a_remapped_key_of_a_part_counts_in_place_of_its_own() -> None:
    app = Show()
    app.set_keymap({"run.cancel": "v"})
    async with app.run_test() as pilot:
        place: Any = app.screen
        await pilot.press("x", "v")
        assert place.part.done == ["cancel"]
        nodes = list(command_nodes(place, place.command_widgets()))
        assert nodes == [place.part, place, app]
