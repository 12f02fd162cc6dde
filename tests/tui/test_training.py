"""A training watched in the app: a folder that grows, of this program or of another process."""

import os
from pathlib import Path
from typing import Any

import pytest

from engine import events
from engine.control import Control
from engine.runs.remote_control import Orders
from engine.specs import Forge
from screens.dialogs.questions import Picker
from screens.picture.widget import Picture
from screens.training.screen import TrainingScreen
from screens.widgets.training.loss_plot import LossPlot
from screens.widgets.training.part_table import spaced
from screens.widgets.training.plot_settings import PlotSettings
from tests.support.fake_runs import training
from tests.support.fake_runs.training import DEAD, begun, progress, samples, write

NAME = "20260101-000000-forge-pictures"


@pytest.fixture
def folder(folders: Path) -> Path:
    """A training of another process, 40 of 100 steps done, two sheets drawn."""
    path = folders / "runs" / NAME
    training.write_spec(path, steps=100)
    write(path, "one", begun(0), *(progress(s, loss=4 / s) for s in (10, 20)))
    write(path, "one", samples(path, 20), progress(30), progress(40), samples(path, 40))
    return path


def said(screen: TrainingScreen) -> str:
    """The line above the curves."""
    return str(screen.view.status.render())


def picture(screen: TrainingScreen) -> Picture:
    """Where the sheet under the cursor is shown."""
    return screen.view.samples.gallery.picture


def colour(screen: TrainingScreen) -> Any:
    """The first pixel of that sheet; its red says the step."""
    image = picture(screen).image
    return image.getpixel((0, 0)) if image else None


def plot(screen: TrainingScreen) -> LossPlot:
    return screen.view.panes.plot


async def in_runs(it: Any) -> None:
    """Go to the list and wait until it is read."""
    await it.at("runs")
    await it.until(lambda: it.app.screen.list.rows, "the list")


async def watched(it: Any) -> TrainingScreen:
    """Open the run under the cursor of Runs, and wait until it is read."""
    await in_runs(it)
    await it.pilot.press("enter")
    await it.until(lambda: isinstance(it.app.screen, TrainingScreen), "the screen")
    screen = it.app.screen
    await it.until(
        lambda: screen.view.samples.film.sheet is None or picture(screen).image,
        "the sheet",
    )
    return screen


async def grown(it: Any, screen: TrainingScreen, *told: events.Event) -> None:
    """The other process writes; the screen looks."""
    write(screen.folder, "one", *told)
    step = max(event.step for event in told if isinstance(event, events.Progress))
    await it.until(
        lambda: screen.view.poller.poll() or screen.view.selection.shown.step == step, "the step"
    )


async def test_a_run_of_another_process_is_shown_and_followed(driven: Any, folder: Path) -> None:
    async with driven() as it:
        screen = await watched(it)
        assert screen.view.selection.shown.name == "one"
        assert colour(screen) == (40, 80, 160)
        assert "one · step 40 · sheet 2 of 2" in picture(screen).label
        assert "running · another process" in said(screen)
        assert "40/100" in str(screen.view.panes.figures.text.render())
        assert str(screen.view.panes.figures.prompts.render()) == "a cat · a dog"
        await grown(it, screen, progress(50), samples(folder, 50), progress(60))
        await it.until(lambda: colour(screen) == (50, 80, 160))
        assert plot(screen).series[0].steps == [10, 20, 30, 40, 50, 60]


async def test_earlier_sheets_stay_in_sight_while_it_grows(driven: Any, folder: Path) -> None:
    async with driven() as it:
        screen = await watched(it)
        await it.pilot.press("left")
        await it.until(lambda: colour(screen) == (20, 80, 160))
        assert plot(screen).mark == 20.0
        await grown(it, screen, samples(folder, 50), progress(50))
        assert colour(screen) == (20, 80, 160)
        assert "sheet 1 of 3" in picture(screen).label
        await it.pilot.press("end")
        await it.until(lambda: colour(screen) == (50, 80, 160))


async def test_steps_after_the_checkpoint_of_a_resumed_run_are_gone(
    driven: Any, folder: Path
) -> None:
    async with driven() as it:
        screen = await watched(it)
        await grown(it, screen, begun(25), progress(30, loss=7.0))
        assert plot(screen).series[0].steps == [10, 20, 30]
        assert plot(screen).series[0].values[-1] == 7.0
        await it.until(lambda: colour(screen) == (20, 80, 160))


async def test_what_another_process_trains_is_held_saved_and_stopped_too(
    driven: Any, folder: Path
) -> None:
    write(folder, "", events.Started("r", 0.0, str(folder), os.getpid()))
    given = Orders(folder, iter(range(10_000)).__next__)
    async with driven() as it:
        screen = await watched(it)
        active = {found.binding.id for found in it.app.screen.active_bindings.values()}
        assert {"run.cancel", "run.pause", "training.checkpoint", "view.back"} <= active
        assert "training.resume" not in active
        await it.pilot.press("k", "p")
        write(folder, "", events.Paused("r", 1.0))
        await it.until(
            lambda: screen.view.poller.poll() or "paused · another process" in said(screen)
        )
        assert screen.view.check_action("checkpoint", ()) is False
        await it.pilot.press("p", "x")
        await it.pilot.pause()
        assert given.fresh() == ["keep", "pause", "resume", "cancel"]
        await it.pilot.press("backspace")
        await it.until(lambda: not isinstance(it.app.screen, TrainingScreen))
        assert it.app.current_mode == "runs"


async def test_two_sheets_are_seen_side_by_side_and_flipped_in_one_place(
    driven: Any, folder: Path
) -> None:
    write(folder, "one", samples(folder, 60), progress(60))
    async with driven() as it:
        screen = await watched(it)
        before, here = screen.view.samples.gallery.before, picture(screen)
        await it.until(lambda: "step 60" in here.label)
        await it.pilot.press("equals_sign", "left", "left")
        await it.until(lambda: "step 20" in here.label)
        assert before.display
        assert "step 60" in before.label
        await it.pilot.press("f")
        assert not before.display
        assert here.image.getpixel((0, 0)) == (60, 80, 160)
        await it.pilot.press("f")
        assert here.image.getpixel((0, 0)) == (20, 80, 160)
        await it.pilot.press("equals_sign")
        assert before.display
        await it.pilot.press("equals_sign")
        assert not before.display
        await it.pilot.press("end", "f")
        await it.until(lambda: "step 40" in here.label)
        assert here.image.getpixel((0, 0)) == (40, 80, 160)


async def test_a_broken_off_run_is_resumed_in_its_own_folder(driven: Any, folder: Path) -> None:
    write(folder, "one", begun(40, pid=DEAD))
    async with driven() as it:
        screen = await watched(it)
        assert "broken off" in str(screen.view.status.render())
        asked = len(it.worker.asked)
        await it.pilot.press("R")
        await it.until(lambda: len(it.worker.asked) > asked)
        assert it.worker.asked[-1] == Forge(folder="pictures", steps=100)
        assert screen.view.run.served.folder == folder
        assert it.app.screen is screen


async def test_a_run_of_this_program_is_held_stopped_and_told_to_checkpoint(
    driven: Any, folder: Path
) -> None:
    async with driven() as it:
        hand = it.worker.controls[NAME] = Control()
        it.app.session.begin(NAME, Forge(folder="pictures"), folder)
        it.worker.emit(events.Started(NAME, 0.0, str(folder), 1))
        screen = await watched(it)
        await it.pilot.press("k")
        await it.until(hand.wanted, "the wish for a checkpoint")
        write(folder, "one", events.Saved("r", 9.0, "one", 40), progress(50))
        await it.until(lambda: screen.view.poller.poll() or screen.view.selection.shown.saved == 40)
        assert [n for n in it.app._notifications if "checkpoint of step 40" in n.message]
        await it.pilot.press("p")
        await it.until(lambda: hand.paused)
        assert screen.view.check_action("checkpoint", ()) is False
        await it.pilot.press("p", "x")
        await it.until(lambda: hand.cancelled)
        assert not hand.paused
        it.worker.emit(events.Progress(NAME, 1.0, "one", 60, 100, {"loss": 1.0}, 1e-3, 2.0))
        await it.until(lambda: "step 60/100" in screen.view.run.served.doing)
        write(folder, "one", events.Cancelled(NAME, 2.0))
        it.worker.emit(events.Cancelled(NAME, 2.0))
        await it.until(lambda: screen.view.check_action("cancel", ()) is False)


async def test_keys_change_what_is_drawn_and_how_and_the_next_start_knows(
    driven: Any, folder: Path
) -> None:
    write(folder, "two", begun(0, "two", steps=50), progress(5, "two", 50, loss=0.0))
    async with driven() as it:
        screen = await watched(it)
        names = [s.name for s in plot(screen).series]
        assert names == [screen.view.selection.part]
        await it.pilot.press("down")
        seen = [[s.name for s in plot(screen).series]]
        await it.pilot.press("down")
        seen += [[s.name for s in plot(screen).series]]
        assert ["one", "two"] in seen
        for metric in ("learning rate", "steps/s", "loss"):
            await it.pilot.press("c")
            assert screen.view.selection.metric == metric
        await it.pilot.press("l", "z", "plus")
        assert plot(screen).settings == PlotSettings(False, 0.9, 4)
        await it.pilot.press("right_square_bracket")
        assert not screen.view.query_one("#below").display
        await it.pilot.press("right_square_bracket")
        assert not plot(screen).display
        await it.pilot.press("backspace")
        await it.until(lambda: not isinstance(it.app.screen, TrainingScreen))
        await it.pilot.press("enter")
        await it.until(lambda: isinstance(it.app.screen, TrainingScreen))
        assert plot(it.app.screen).settings == PlotSettings(False, 0.9)


async def test_another_runs_curves_are_drawn_over_these(driven: Any, folder: Path) -> None:
    other = folder.with_name("20250101-000000-forge-older")
    training.write_spec(other)
    write(other, "one", begun(0, pid=DEAD), progress(10, loss=3.0), events.Done("r", 1.0))
    async with driven() as it:
        screen = await watched(it)
        assert screen.folder == folder
        for expected in (2, 1):
            await it.pilot.press("o")
            await it.until(lambda: isinstance(it.app.screen, Picker))
            await it.pilot.press("enter")
            await it.until(lambda n=expected: len(plot(screen).series) == n)
            if expected == 2:
                own, theirs = plot(screen).series
                assert (theirs.name, theirs.values) == ("20250101-000000 one", [3.0])
                assert own.colour != theirs.colour


async def test_a_training_in_the_old_form_is_read_too(driven: Any, folders: Path) -> None:
    path = folders / "runs" / NAME
    training.write_spec(path)
    training.write_old(path, "stage1", steps=(20, 40, 60), sheets=(20, 40))
    async with driven(size=(80, 24)) as it:
        screen = await watched(it)
        assert plot(screen).series[0].steps == [20, 40, 60]
        assert "sheet 2 of 2" in picture(screen).label


async def test_before_anything_is_trained_it_says_what_is_done(driven: Any, folders: Path) -> None:
    path = folders / "runs" / NAME
    training.write_spec(path)
    write(path, "", events.Started("r", 0.0, "", 1), events.Status("r", 0.1, "reading"))
    async with driven() as it:
        screen = await watched(it)
        await it.until(lambda: "reading" in str(screen.view.panes.figures.text.render()))
        for key in ("left", "down", "c", "l", "z", "minus", "equals_sign", "f", "v", "o"):
            await it.pilot.press(key)
        assert it.app.screen is screen


async def test_the_list_shows_its_newest_sheet_and_deletes_only_the_entry_of_one_elsewhere(
    driven: Any, folder: Path, folders: Path
) -> None:
    there = folder.rename(folders / "elsewhere")
    folder.symlink_to(there)
    write(there, "one", events.Done("r", 9.0))
    async with driven() as it:
        await in_runs(it)
        row = it.app.screen.list.row
        assert (row.title, row.state) == ("forge pictures", "done")
        assert row.picture().getpixel((0, 0)) == (40, 80, 160)
        await it.pilot.press("d")
        await it.until(lambda: isinstance(it.app.screen, Picker))
        await it.pilot.press("down", "enter")
        await it.until(lambda: not folder.exists())
        assert (there / "spec.json").exists()


def test_thousands_are_set_apart() -> None:
    assert spaced(1234567) == "1 234 567"
