"""Digits, driven by keys: a training watched, its epochs compared, its model put to use."""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine import events
from engine.control import Control
from engine.errors import BadInput
from engine.runs.digit_samples import EpochSamples, beside
from engine.runs.remote_control import Orders
from engine.specs import DigitEvaluate, DigitSample, Train
from engine.specs.digits import FIGURES
from screens.dialogs.questions import Picker
from screens.digits.commands import EVALUATION
from screens.digits.screen import DigitsScreen
from screens.picture.widget import Picture
from screens.widgets.training.curves import Series
from screens.widgets.training.gallery import Gallery
from tests.support.fake_runs import digits
from tests.support.fake_runs.training import DEAD, begun, progress, write
from tests.tui.conftest import place
from tui import detach

NAME = "20260102-000000-class"


@pytest.fixture
def folder(folders: Path) -> Path:
    """A training of another process, three epochs of ten steps done."""
    path = folders / "runs" / NAME
    digits.training(path, steps=50)
    return path


async def watching(it: Any) -> DigitsScreen:
    """Go to the place and wait until its training is read."""
    screen = await it.at("digits")
    await it.until(lambda: gallery(screen).sheet.looks, "the newest epoch")
    assert isinstance(screen, DigitsScreen)
    return screen


def gallery(screen: DigitsScreen) -> Gallery:
    return screen.view.training.samples.gallery


def series(screen: DigitsScreen) -> Sequence[Series]:
    """What the plot draws."""
    return screen.view.training.panes.plot.series


def poll(screen: DigitsScreen) -> None:
    """Let it read the files now."""
    screen.view.training.poller.poll()


def label(screen: DigitsScreen) -> str:
    return gallery(screen).picture.label


async def test_the_newest_training_is_there_with_its_curve_and_its_epochs(
    driven: Any, folder: Path
) -> None:
    async with driven() as it:
        screen = await watching(it)
        assert screen.view.followed.watched.folder == folder
        assert "class ddpm D 16, bundled · running" in str(screen.view.training.status.render())
        loss, means = series(screen)
        assert len(loss.steps) == 30
        assert (means.steps, means.points) == ([10, 20, 30], True)
        assert label(screen).startswith("epoch 3 · step 30")
        figures = str(screen.view.training.panes.figures.text.render())
        assert "512 images/s" in figures
        assert "mean of epoch 3 0.1333" in figures


async def test_any_epoch_is_recalled_and_compared_on_the_same_noise(
    driven: Any, folder: Path
) -> None:
    async with driven(size=(160, 50)) as it:
        screen = await watching(it)
        sheets = gallery(screen)
        await it.pilot.press("equals_sign", "home")
        await it.until(lambda: "epoch 1" in label(screen))
        assert "epoch 3" in sheets.before.label
        first, last = (
            EpochSamples.read(beside(_sheet(folder, n))).tiles()[0].pixels for n in (10, 30)
        )
        assert not np.array_equal(first[0, 0], last[0, 0])
        assert np.array_equal(_corner(sheets.picture), first[0, 0])
        assert np.array_equal(_corner(sheets.before), last[0, 0])
        await it.pilot.press("f")
        assert np.array_equal(_corner(sheets.picture), last[0, 0])
        await it.pilot.press("f")
        assert np.array_equal(_corner(sheets.picture), first[0, 0])


def _corner(picture: Picture) -> np.ndarray:
    """The first digit of a page."""
    return np.asarray(picture.image)[:28, :28]


async def test_how_an_epochs_samples_came_about_is_walked_on_the_timeline(
    driven: Any, folder: Path
) -> None:
    async with driven(size=(200, 60)) as it:
        screen = await watching(it)
        await it.pilot.press("left", "enter")
        await it.until(lambda: screen.view.pictures.run)
        timeline, panes = (
            screen.view.pictures.run_view.timeline,
            screen.view.pictures.run_view.panes,
        )
        assert len(timeline.frames) == digits.STATES
        await it.pilot.press("home", "c")
        await it.until(lambda: timeline.cursor == 0 and panes.channel == "x")
        states = EpochSamples.read(beside(_sheet(folder, 20))).tensors["x"]
        await it.until(lambda: panes.frame is timeline.frames[0])
        shown = np.asarray(panes._pictures[0].image)[::30, ::30]
        assert shown.shape[1] == 10
        assert shown[0, 3] == states[0, 3, 0, 0]
        await it.pilot.press("enter", "down")
        assert panes._pictures[0].label == "x_t · 1"
        await it.pilot.press("backspace")
        assert not screen.view.pictures.run
        assert label(screen).startswith("epoch 2")


async def test_no_key_reaches_the_training_while_another_run_is_on_the_timeline(
    driven: Any, folder: Path
) -> None:
    given = Orders(folder, iter(range(10_000)).__next__)
    async with driven() as it:
        screen = await watching(it)
        await it.pilot.press("enter")
        await it.until(lambda: screen.view.pictures.run)
        await it.pilot.press("x", "p", "k", "R", "j")
        assert given.fresh() == []
        assert not screen.view.evaluation.running
        await it.pilot.press("backspace", "k")
        assert given.fresh() == ["keep"]


async def test_the_form_that_draws_names_the_training_that_is_watched(
    driven: Any, folder: Path, folders: Path
) -> None:
    older = _older(folders)
    async with driven() as it:
        screen = await watching(it)
        await it.pilot.press("d", "ctrl+o")
        assert screen.view.forms.draw.values()["training"] == NAME
        screen.view.training.show_training(Train(model="time"), older)
        await it.pilot.press("slash")
        assert screen.view.forms.draw.values()["training"] == older.name
        assert screen.view.forms.draw.form.rows["digits"].field.has_focus


def _older(folders: Path) -> Path:
    """Another training, of a year before."""
    path = folders / "runs" / "20250101-000000-time"
    digits.training(path, model="time")
    os.utime(path / "spec.json", (1, 1))
    return path


def _sheet(folder: Path, step: int) -> Path:
    return folder / "class" / "samples" / f"step-{step:08d}.png"


async def test_a_training_is_asked_for_and_watched_from_its_first_moment(driven: Any) -> None:
    async with driven() as it:
        screen = await it.at("digits")
        await it.until(lambda: screen.view.forms.train.form.rows["model"].field.has_focus)
        screen.view.forms.train.form.set_values({"data": "bundled", "hidden": "16", "epochs": "2"})
        await it.pilot.press("ctrl+g")
        await it.until(lambda: isinstance(it.worker.asked[-1], Train))
        spec = it.worker.asked[-1]
        assert (spec.model, spec.data, spec.hidden, spec.batch) == ("class", "bundled", 16, 128)
        await it.until(lambda: screen.view.followed.spec == spec)
        assert screen.view.forms.folded
        hand = it.worker.controls[screen.view.followed.watched.folder.name]
        it.worker.play()
        await it.pilot.press("p")
        await it.until(lambda: hand.paused)
        digits.training(screen.view.followed.watched.folder, epochs=1)
        await it.until(lambda: poll(screen) or gallery(screen).sheet.looks)
        await it.pilot.press("p", "k")
        await it.until(hand.wanted)
        await it.pilot.press("x")
        await it.until(lambda: hand.cancelled)


async def test_a_digit_is_typed_and_appears_on_the_timeline(driven: Any, folder: Path) -> None:
    async with driven() as it:
        screen = await watching(it)
        await it.pilot.press("d", "3", ",", "8", "enter")
        await it.until(lambda: isinstance(it.worker.asked[-1], DigitSample))
        spec = it.worker.asked[-1]
        assert (spec.training, spec.digits, spec.count) == (NAME, (3, 8), 4)
        assert it.app.current_mode == "digits"
        it.worker.play()
        await it.until(lambda: screen.view.pictures.run and not screen.view.pictures.run.live)
        assert screen.view.pictures.run
        await it.until(lambda: len(screen.view.pictures.run_view.timeline.frames) == digits.STATES)
        active = {found.binding.id for found in it.app.screen.active_bindings.values()}
        assert {"timeline.play", "run.export", "view.back", "digits.draw"} <= active
        assert not active & {"training.checkpoint", "training.metric", "run.cancel"}
        await it.pilot.press("1")
        await it.until(lambda: it.app.current_mode == "generate")


async def test_digits_asked_for_while_this_program_trains_say_what_they_wait_for(
    driven: Any, folder: Path
) -> None:
    async with driven() as it:
        await watching(it)
        it.app.session.begin(NAME, it.app.screen.view.followed.spec, folder)
        it.worker.emit(events.Started(NAME, 0.0, str(folder), 1))
        await it.until(lambda: it.app.session.running)
        await it.pilot.press("d", "3", "enter")
        await it.until(lambda: [n for n in it.app._notifications if "it waits" in n.message])


async def test_runs_of_digits_open_here_and_bring_their_training_along(
    driven: Any, folder: Path, folders: Path
) -> None:
    older = _older(folders)
    async with driven() as it:
        screen = await watching(it)
        assert screen.view.followed.watched.folder == folder
        await it.pilot.press("d", "7", "enter")
        await it.until(lambda: isinstance(it.worker.asked[-1], DigitSample))
        it.worker.play()
        await it.until(lambda: screen.view.pictures.run and not screen.view.pictures.run.live)
        rows = (await it.at("runs")).list
        await it.until(lambda: len(rows.rows) == 3)
        for row, scoping in (
            (older.name, False),
            (screen.view.pictures.run.name, True),
            (NAME, False),
        ):
            await it.pilot.press(place("runs"))
            rows.cursor = [found.name for found in rows.rows].index(row)
            await it.pilot.press("enter")
            await it.until(lambda: it.app.current_mode == "digits")
            await it.until(lambda s=scoping: bool(screen.view.pictures.run) is s)
            wanted = older if row == older.name else folder
            await it.until(lambda w=wanted: screen.view.followed.watched.folder == w)


async def test_another_model_is_drawn_over_this_one_in_its_own_colour(
    driven: Any, folder: Path, folders: Path
) -> None:
    _older(folders)
    async with driven() as it:
        screen = await watching(it)
        await it.pilot.press("o")
        await it.until(lambda: isinstance(it.app.screen, Picker))
        await it.pilot.press("enter")
        await it.until(lambda: len(series(screen)) == 4)
        named = {one.name: one.colour for one in series(screen) if one.name}
        assert named == {"class": 0, "20250101-000000 time": 1}


async def detached_by_hand(it: Any) -> None:
    """Start what the form asks in a process of its own, having seen what that is."""
    await it.pilot.press("D")
    await it.until(lambda: isinstance(it.app.screen, Picker))
    await it.pilot.press("enter")


async def test_a_training_goes_on_in_a_process_of_its_own(
    driven: Any, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[tuple[Train, Path | None]] = []
    monkeypatch.setattr(detach, "start", lambda *given: started.append(given) or folder)
    async with driven() as it:
        screen = await watching(it)
        spec = screen.view.followed.spec
        hand = it.worker.controls[NAME] = Control()
        it.app.session.begin(NAME, spec, folder)
        it.worker.emit(events.Started(NAME, 0.0, str(folder), 1))
        await it.until(lambda: screen.view.training.run.mine)
        await it.pilot.press("D")
        await it.until(lambda: hand.cancelled)
        assert not started
        it.worker.emit(events.Cancelled(NAME, 1.0))
        await it.until(lambda: started)
        assert started == [(spec, folder)]
        await it.until(lambda: not screen.view.training.run.mine)
        write(folder, "class", begun(30, "class", 50, pid=DEAD))
        await it.until(lambda: poll(screen) or not screen.view.followed.watched.live)
        screen.view.forms.train.form.set_values({"data": "bundled", "epochs": "1"})
        await detached_by_hand(it)
        await it.until(lambda: len(started) == 2)
        assert started[1][0].epochs == 1
        assert started[1][1] is None


async def test_what_could_not_be_started_says_why(
    driven: Any, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> Path:
        raise BadInput("batch 99 is larger than the 10 pictures there are")

    monkeypatch.setattr(detach, "start", refuse)
    async with driven() as it:
        await watching(it)
        await detached_by_hand(it)
        await it.until(lambda: [n for n in it.app._notifications if "batch 99" in n.message])


async def test_a_denoiser_shows_its_rows_and_then_noise_it_never_saw(
    driven: Any, folders: Path
) -> None:
    digits.training(folders / "runs" / NAME, model="denoiser")
    async with driven(size=(80, 24)) as it:
        screen = await watching(it)
        assert "noisy · predicted · clean" in label(screen)
        await it.pilot.press("v")
        assert "out of distribution · σ 0 0.2" in label(screen)
        active = {found.binding.id for found in it.app.screen.active_bindings.values()}
        assert "digits.denoising" not in active
        assert not screen.view.query_one("#facts").display
        assert "30/30" in str(screen.view.training.status.render())


async def test_a_torn_file_of_samples_leaves_the_sheet(driven: Any, folder: Path) -> None:
    beside(_sheet(folder, 30)).write_bytes(b"torn")
    async with driven() as it:
        screen = await it.at("digits")
        await it.until(lambda: gallery(screen).picture.image, "the sheet")
        assert gallery(screen).sheet.looks is None
        assert gallery(screen).picture.image.size == (28, 28)


async def test_it_grows_while_it_is_watched(driven: Any, folder: Path) -> None:
    async with driven() as it:
        screen = await watching(it)
        write(folder, "class", progress(40, "class", 50), digits.drawn(folder, "class", 40, 50))
        await it.until(lambda: poll(screen) or "step 40" in label(screen))
        assert series(screen)[0].steps[-1] == 40


async def test_a_judge_is_asked_and_its_curves_are_there_when_it_has_answered(
    driven: Any, folder: Path
) -> None:
    async with driven() as it:
        screen = await watching(it)
        selection = screen.view.training.selection
        assert "judged right" not in selection.metrics
        await it.pilot.press("j")
        await it.until(lambda: isinstance(it.worker.asked[-1], DigitEvaluate))
        spec = it.worker.asked[-1]
        assert (spec.training, spec.guidances) == (NAME, (3.0,))
        assert screen.view.evaluation.check_action("evaluate", ()) is False
        epochs = [{"step": n, "accuracy": {"share": n / 40}, "frechet": 9 / n} for n in (10, 20)]
        (folder / FIGURES).write_text(json.dumps({"curve": epochs}))
        it.worker.emit(events.Report(EVALUATION, 1.0, "guidance 3", True, "95 % right"))
        it.worker.emit(events.Done(EVALUATION, 2.0))
        await it.until(lambda: [n for n in it.app._notifications if "95 % right" in n.message])
        await it.until(lambda: poll(screen) or "judged right" in selection.metrics)
        for _ in range(3):
            await it.pilot.press("c")
        (judged,) = series(screen)
        assert (judged.steps, judged.values, judged.points) == ([10, 20], [0.25, 0.5], True)


async def test_a_judge_who_is_not_wanted_any_more_is_stopped(driven: Any, folder: Path) -> None:
    async with driven() as it:
        screen = await watching(it)
        hand = it.worker.controls[EVALUATION] = Control()
        await it.pilot.press("j")
        await it.until(lambda: screen.view.evaluation.running)
        await it.pilot.press("x")
        await it.until(lambda: hand.cancelled)
        it.worker.emit(events.Cancelled(EVALUATION, 1.0))
        await it.until(lambda: not screen.view.evaluation.running)
