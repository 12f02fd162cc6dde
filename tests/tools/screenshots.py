"""`make screenshots`: the README's pictures, made by the app itself on the bundled cascade.

`python -m tests.tools.screenshots TRAINING` shows that training of digits, and makes its pictures
alone;
without, a small one is trained first. `--inpaint` makes those of Inpaint alone, `--illusions` those
of Illusions.
"""

import asyncio
import os
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from textual.pilot import Pilot

from engine.specs import Train
from screens.digits.screen import DigitsScreen
from screens.illusions.screen import IllusionsScreen
from screens.inpaint.screen import InpaintScreen
from screens.messages import SubmitRun
from tests.support.terminal import screenshot
from tui.app import PLACES, Diffuscope
from tui.state_file import StateFile

FOLDER = Path(__file__).parents[2] / "assets" / "screenshots"
PROMPT = "a rocket on a blue background"
EDIT = "a castle"
SMALL = {"model": "class", "objective": "flow", "data": "bundled", "hidden": 32, "epochs": 8}
REPAINT = {"method": "repaint", "steps": 50, "jump": 10, "resample": 3}
ANAGRAM = {"first": "a penguin", "second": "a rabbit", "view": "identity,flip", "seed": 2720}
HYBRID = {"low": "a skull", "high": "a rocket"}
DIGITS = "0,1,2,3,4,5,6,7,8,9"
PATIENCE = 600


async def until(pilot: Pilot[None], true: Callable[[], bool]) -> None:
    """Wait for a condition, a tenth of a second at a time."""
    for _ in range(PATIENCE * 10):
        await pilot.pause(0.1)
        if true():
            return
    raise SystemExit("the app did not get there")


async def shoot() -> None:
    """Generate, walk back, denoise, edit, look at the runs and at the doctor: a picture of each."""
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["DIFFUSCOPE_RUNS"] = f"{scratch}/runs"
        app = Diffuscope(memory=StateFile(Path(scratch) / "state.json"))
        async with app.run_test(size=(132, 38)) as pilot:
            await until(pilot, lambda: app.session.ready)
            await pilot.press(*PROMPT, "enter")
            await until(pilot, lambda: _ended(app, 1))
            _save(app, "generate")
            await pilot.press("home", *["right"] * 11)
            await until(pilot, lambda: True)
            _save(app, "timeline")
            await _go(pilot, "denoise")
            await pilot.press("m", "enter")
            await until(pilot, lambda: _ended(app, 2))
            _save(app, "denoise")
            await _go(pilot, "edit")
            await pilot.press("slash", "ctrl+u", *EDIT, "enter")
            await until(pilot, lambda: _ended(app, 3))
            _save(app, "edit")
            await _inpaint(pilot)
            await _illusions(pilot)
            await _go(pilot, "runs")
            _save(app, "runs")
            await _go(pilot, "doctor")
            await until(pilot, lambda: app.session.doing == "ready")
            _save(app, "doctor")
            app.post_message(SubmitRun(Train.parse(SMALL)))
            await until(pilot, lambda: _ended(app, 7))
            await _digits(pilot)


async def _alone(shoot: Callable[[Pilot[None]], Awaitable[None]]) -> None:
    """One place's pictures, in a program without runs."""
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["DIFFUSCOPE_RUNS"] = f"{scratch}/runs"
        app = Diffuscope(memory=StateFile(Path(scratch) / "state.json"))
        async with app.run_test(size=(132, 38)) as pilot:
            await until(pilot, lambda: app.session.ready)
            await pilot.press("ctrl+o")
            await shoot(pilot)


async def shoot_inpaint() -> None:
    """A mask and what is drawn under it, alone."""
    await _alone(_inpaint)


async def _inpaint(pilot: Pilot[None]) -> None:
    """The top of the tower under a mask while it is drawn, then a castle there, in RePaint's way.

    Masks are kept in a folder that goes.
    """
    app = pilot.app
    assert isinstance(app, Diffuscope)
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["XDG_DATA_HOME"] = scratch
        ended = sum(not trace.live for trace in app.session.states.values())
        await _go(pilot, "inpaint")
        place = app.screen
        assert isinstance(place, InpaintScreen)
        await until(pilot, lambda: place.image is not None)
        await pilot.press("d", "C", *["up"] * 16, *["left"] * 6, "space")
        await pilot.press(*["right"] * 12, *["down"] * 12)
        await pilot.pause(0.5)
        _save(app, "mask")
        await pilot.press("space", "ctrl+o")
        place.ask.form.set_values({"prompt": EDIT, "guidance": 3, **REPAINT})
        await pilot.press("ctrl+g")
        await until(pilot, lambda: _ended(app, ended + 1))
        await pilot.pause(1)
        app.clear_notifications()
        await pilot.pause(0.5)
        _save(app, "inpaint")
        del os.environ["XDG_DATA_HOME"]


async def shoot_illusions() -> None:
    """An anagram and a hybrid, alone."""
    await _alone(_illusions)


async def _illusions(pilot: Pilot[None]) -> None:
    """Both readings of an anagram, then a hybrid from afar."""
    app = pilot.app
    assert isinstance(app, Diffuscope)
    await _go(pilot, "illusions")
    place = app.screen
    assert isinstance(place, IllusionsScreen)
    for kind, asked, keys in (
        ("anagram", ANAGRAM, ()),
        ("hybrid", HYBRID, ("left_square_bracket", "a")),
    ):
        ended = sum(not trace.live for trace in app.session.states.values())
        place.ask.show(kind)
        place.ask.form.set_values(asked)
        await pilot.press("ctrl+g")
        await until(pilot, lambda: _ended(app, ended + 1))  # noqa: B023
        await pilot.press(*keys)
        await pilot.pause(1)
        app.clear_notifications()
        await pilot.pause(0.5)
        _save(app, f"illusions-{kind}")


async def shoot_digits(training: Path) -> None:
    """A training that is there, and what its model draws."""
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["DIFFUSCOPE_RUNS"] = f"{scratch}/runs"
        (Path(scratch) / "runs").mkdir()
        (Path(scratch) / "runs" / training.name).symlink_to(training.resolve())
        app = Diffuscope(memory=StateFile(Path(scratch) / "state.json"))
        async with app.run_test(size=(132, 38)) as pilot:
            await until(pilot, lambda: app.session.ready)
            await pilot.press("ctrl+o")
            await _digits(pilot)


async def _digits(pilot: Pilot[None]) -> None:
    """The curve over the newest samples, then digits on the timeline, half drawn."""
    app = pilot.app
    assert isinstance(app, Diffuscope)
    ended = sum(not trace.live for trace in app.session.states.values())
    await _go(pilot, "digits")
    place = app.screen
    assert isinstance(place, DigitsScreen)
    await until(pilot, lambda: place.view.training.samples.gallery.sheet.looks is not None)
    await pilot.pause(1)
    _save(app, "digits")
    await pilot.press("d", "ctrl+u", *DIGITS, "enter")
    await until(pilot, lambda: _ended(app, ended + 1))
    frames = len(place.view.pictures.run_view.timeline.frames)
    await pilot.press("home", *["right"] * (frames * 3 // 5))
    await pilot.pause(1)
    _save(app, "digits-drawn")


async def _go(pilot: Pilot[None], place: str) -> None:
    await pilot.press(str([*PLACES].index(place) + 1))
    await until(pilot, lambda: True)
    app = pilot.app
    assert isinstance(app, Diffuscope)
    await until(pilot, lambda: app.session.doing == "ready")


def _ended(app: Diffuscope, count: int) -> bool:
    return sum(not trace.live for trace in app.session.states.values()) >= count


def _save(app: Diffuscope, name: str) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    screenshot.save(app, FOLDER / f"{name}.png")


if __name__ == "__main__":
    match sys.argv[1:]:
        case []:
            asyncio.run(shoot())
        case ["--inpaint"]:
            asyncio.run(shoot_inpaint())
        case ["--illusions"]:
            asyncio.run(shoot_illusions())
        case [training]:
            asyncio.run(shoot_digits(Path(training)))
