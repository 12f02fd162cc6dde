"""How the places look, at fixed sizes, with the fake engine's deterministic pictures."""

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from engine import events
from engine.runs import paths
from screens.picture import picture_mode
from tests.support.fake_runs import digits as digit_runs
from tests.support.fake_worker import FakeWorker
from tests.tui.conftest import place
from tui.app import Diffuscope
from tui.engine_bridge import RedrawBudget
from tui.state_file import StateFile

Look = Callable[..., bool]


@pytest.fixture
def app(folders: Path, monkeypatch: pytest.MonkeyPatch) -> Diffuscope:
    """An app whose runs have names that are always the same."""
    numbers = itertools.count(1)
    fresh = lambda title, taken: folders / "runs" / f"20260101-00000{next(numbers)}-{title[:8]}"  # noqa: E731
    monkeypatch.setattr(paths, "fresh", fresh)
    return Diffuscope(
        memory=StateFile(folders / "state.json"), make_worker=FakeWorker, budget=RedrawBudget(1.0)
    )  # type: ignore[arg-type]


@pytest.fixture
def no_pictures(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Where the words matter, the pixels only make the file large."""
    monkeypatch.setattr(picture_mode, "_chosen", "off")
    return None


async def still(pilot: Pilot[Any]) -> None:
    """Nothing blinks, nothing floats, nothing is on its way."""
    for field in pilot.app.screen.query(Input):
        field.cursor_blink = False
    pilot.app.clear_notifications()
    for _ in range(4):
        await pilot.pause()


async def run(pilot: Pilot[Any], played: int = 10_000, **fields: Any) -> None:
    """Ask for a picture and let ``played`` events of it happen."""
    app = pilot.app
    assert isinstance(app, Diffuscope)
    place: Any = app.get_screen_stack("generate")[0]
    await pilot.pause()
    asked = {"prompt": "a rocket on blue", "steps": 6, "stage2_steps": 4} | fields
    place.form.form.set_values(asked)
    await pilot.press("ctrl+g")
    worker: Any = app.engine.worker
    while not worker._stories:
        await pilot.pause()
    worker.play(played)
    await still(pilot)


def test_start_shows_the_form_and_where_the_pictures_will_be(
    app: Diffuscope, snap_compare: Look
) -> None:
    assert snap_compare(app, terminal_size=(80, 24), run_before=still)


def test_small_terminal_shows_two_pictures_side_by_side_while_it_runs(
    app: Diffuscope, snap_compare: Look
) -> None:
    async def live(pilot: Pilot[Any]) -> None:
        await run(pilot, 8)

    assert snap_compare(app, terminal_size=(80, 24), run_before=live)


@pytest.mark.usefixtures("no_pictures")
def test_a_branch_says_where_it_begins(app: Diffuscope, snap_compare: Look) -> None:
    async def branch(pilot: Pilot[Any]) -> None:
        await run(pilot)
        await pilot.press("home", "right", "b")
        await still(pilot)

    assert snap_compare(app, terminal_size=(120, 36), run_before=branch)


@pytest.mark.usefixtures("no_pictures")
def test_a_wrong_value_is_said_at_its_field(app: Diffuscope, snap_compare: Look) -> None:
    async def wrong(pilot: Pilot[Any]) -> None:
        await pilot.pause()
        place: Any = pilot.app.screen
        place.form.form.set_values({"guidance": "nan", "prompt": ""})
        await pilot.press("ctrl+g")
        await still(pilot)

    assert snap_compare(app, terminal_size=(120, 36), run_before=wrong)


@pytest.mark.usefixtures("no_pictures")
def test_four_samples_are_a_grid(app: Diffuscope, snap_compare: Look) -> None:
    async def grid(pilot: Pilot[Any]) -> None:
        await run(pilot, count=4)
        await pilot.press("down")
        await still(pilot)

    assert snap_compare(app, terminal_size=(120, 36), run_before=grid)


def test_two_runs_beside_each_other_with_what_differs(app: Diffuscope, snap_compare: Look) -> None:
    async def compare(pilot: Pilot[Any]) -> None:
        await run(pilot)
        await run(pilot, prompt="a cat", guidance=3.0)
        await pilot.press("equals_sign")
        await still(pilot)
        await pilot.press("enter")
        await still(pilot)

    assert snap_compare(app, terminal_size=(80, 24), run_before=compare)


@pytest.mark.usefixtures("no_pictures")
def test_doctor_says_what_to_type(app: Diffuscope, snap_compare: Look) -> None:
    async def doctor(pilot: Pilot[Any]) -> None:
        await pilot.press("ctrl+o", place("doctor"))
        await pilot.pause()
        emit: Any = app.engine.worker.emit  # type: ignore[union-attr]
        emit(events.Report("doctor", 0.1, "device", True, "cpu, 2 threads"))
        emit(events.Report("doctor", 0.1, "licence", False, "not accepted", "hf auth login"))
        emit(events.Done("doctor", 0.2))
        await still(pilot)

    assert snap_compare(app, terminal_size=(80, 24), run_before=doctor)


async def to(pilot: Pilot[Any], name: str) -> None:
    """Go to a place; what it asked of the engine has come."""
    await pilot.press("ctrl+o", place(name))
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()


async def play(pilot: Pilot[Any], *keys: str) -> None:
    """Press keys that run something, and let all of it happen."""
    app: Any = pilot.app
    await pilot.press(*keys)
    while not app.engine.worker._stories:
        await pilot.pause()
    app.engine.worker.play()
    while any(trace.live for trace in app.session.states.values()):
        await pilot.pause()
    await pilot.pause()
    await still(pilot)


def test_denoise_has_its_figures_beside_the_pictures(app: Diffuscope, snap_compare: Look) -> None:
    async def denoise(pilot: Pilot[Any]) -> None:
        await to(pilot, "denoise")
        await play(pilot, "h", "left_square_bracket", "ctrl+g")

    assert snap_compare(app, terminal_size=(120, 36), run_before=denoise)


def test_edits_stand_beside_their_original_some_only_noised(
    app: Diffuscope, snap_compare: Look
) -> None:
    async def edit(pilot: Pilot[Any]) -> None:
        await to(pilot, "edit")
        await play(pilot, "ctrl+g")
        await pilot.press("home", "right", "right", "down")
        await still(pilot)

    assert snap_compare(app, terminal_size=(80, 24), run_before=edit)


def test_a_mask_is_drawn_over_its_picture(app: Diffuscope, snap_compare: Look) -> None:
    async def mask(pilot: Pilot[Any]) -> None:
        await to(pilot, "inpaint")
        await pilot.press("d", "o", "space", "shift+right", "shift+down")
        await still(pilot)

    assert snap_compare(app, terminal_size=(80, 24), run_before=mask)


def test_an_inpainting_has_its_jumps_above_the_timeline(
    app: Diffuscope, snap_compare: Look
) -> None:
    async def inpaint(pilot: Pilot[Any]) -> None:
        await to(pilot, "inpaint")
        place: Any = pilot.app.screen
        jumps = {"method": "repaint", "steps": 12, "jump": 3, "resample": 3, "stage2": "none"}
        place.form.form.set_values(jumps | {"prompt": "a rocket"})
        await pilot.pause()
        await play(pilot, "ctrl+g")
        await pilot.press("left_square_bracket", *["left"] * 9)
        await still(pilot)

    assert snap_compare(app, terminal_size=(120, 36), run_before=inpaint)


def test_an_anagram_has_its_readings_side_by_side(app: Diffuscope, snap_compare: Look) -> None:
    async def anagram(pilot: Pilot[Any]) -> None:
        await to(pilot, "illusions")
        place: Any = pilot.app.screen
        asked = {"first": "an oil painting of a rocket", "second": "an oil painting of a fish"}
        place.forms.active.form.set_values(asked | {"steps": 6, "stage2": "none"})
        await pilot.pause()
        await play(pilot, "ctrl+g")
        await pilot.press("left")
        await pilot.app.workers.wait_for_complete()
        await still(pilot)

    assert snap_compare(app, terminal_size=(120, 36), run_before=anagram)


def test_a_training_of_digits_has_its_curve_over_its_newest_samples(
    app: Diffuscope, folders: Path, snap_compare: Look
) -> None:
    digit_runs.training(folders / "runs" / "20260101-000000-class")

    async def digits(pilot: Pilot[Any]) -> None:
        await to(pilot, "digits")
        place: Any = pilot.app.screen
        while place.view.training.samples.gallery.sheet.looks is None:
            await pilot.pause()
        place.view.training.panes.plot._draw()
        await still(pilot)

    assert snap_compare(app, terminal_size=(80, 24), run_before=digits)
