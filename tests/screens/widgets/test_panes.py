"""Which channels are shown, and how large; what a view gives is shown in their place."""

from dataclasses import replace
from typing import Any

import pytest
from textual.app import App, ComposeResult

from engine.events import CHANNELS, Frame, Sheet
from screens.picture.widget import Picture
from screens.widgets.panes import Panes, Shown, chosen, fitting, sample_pictures
from tests.support.fake_runs import generate


class Show(App[None]):
    def __init__(self, **given: Any) -> None:
        super().__init__()
        self.panes = Panes(**given)

    def compose(self) -> ComposeResult:
        yield self.panes

    @property
    def labels(self) -> list[str]:
        return [picture.label for picture in self.query(Picture)]


@pytest.mark.parametrize(
    ("columns", "lines", "expected"),
    [(80, 21, 2), (84, 33, 2), (126, 42, 3), (40, 21, 1), (40, 60, 2), (20, 10, 1)],
)
def test_more_channels_stand_side_by_side_only_where_pictures_stay_large(
    columns: int, lines: int, expected: int
) -> None:
    assert fitting(columns, lines, len(CHANNELS)) == expected


def test_the_last_place_gives_way_to_the_chosen_channel() -> None:
    assert chosen(CHANNELS, 2, "x0") == ["x", "x0"]
    assert chosen(CHANNELS, 2, "delta") == ["x", "delta"]
    assert chosen(CHANNELS, 1, "eps") == ["eps"]
    assert chosen(CHANNELS, 5, "eps") == list(CHANNELS)
    assert chosen(("x", "x0"), 2, "delta") == ["x", "x0"]


async def test_a_view_says_how_samples_are_drawn() -> None:
    def numbered(panes: Panes, frame: Frame) -> Shown:
        images, labels, marked = sample_pictures(panes, frame)
        return images, [f"{label}!" for label in labels], marked

    app = Show(samples=numbered)
    async with app.run_test(size=(80, 24)) as pilot:
        app.panes.together = True
        app.panes.see(generate.frame(3, count=2))
        await pilot.pause()
        assert app.labels == ["1 · x̂0!", "2 · x̂0!"]


async def test_a_view_shows_something_in_place_of_a_step_while_it_wants_to() -> None:
    instead = [True]

    def overlay(frame: Frame | None) -> bool:
        if instead[0]:
            app.panes.present(([None, None], ["a", "b"], 1))
        return instead[0]

    app = Show(overlay=overlay)
    async with app.run_test(size=(80, 24)) as pilot:
        app.panes.see(generate.frame(3))
        await pilot.pause()
        assert (app.labels, app.panes.selected) == (["a", "b"], 1)
        instead[0] = False
        app.panes.again()
        await pilot.pause()
        assert app.labels[0].startswith("x_t")


async def test_where_one_channel_is_seen_the_next_one_may_be_any() -> None:
    app = Show(one_channel=lambda: True)
    async with app.run_test(size=(160, 48)) as pilot:
        app.panes.see(generate.frame(3))
        channels = set()
        for _ in CHANNELS:
            app.panes.next_channel()
            channels.add(app.panes.channel)
        await pilot.pause()
        assert channels == set(CHANNELS)


async def test_samples_without_a_guess_of_the_clean_picture_are_seen_by_what_there_is() -> None:
    show = Show()
    async with show.run_test():
        frame = generate.frames(1, 1)[0]
        sheet = Sheet(("x",), 2, 4, 4, bytes(2 * 4 * 4 * 3))
        pictures, labels, _ = sample_pictures(show.panes, replace(frame, sheet=sheet))
        assert [picture.size for picture in pictures if picture] == [(4, 4)] * 2
        assert labels == ["1 · x_t", "2 · x_t"]
