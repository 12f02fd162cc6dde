"""The pictures above a timeline: a sample that is blocked while it is watched."""

from pathlib import Path

import pytest
from PIL import Image
from textual.app import App, ComposeResult

from engine.events import Blocked
from engine.runs import writer
from engine.runs.run_state import RunState, SheetMemory
from engine.specs import Generate
from screens.base.run_view import RunView
from screens.session import Session
from tests.support.fake_runs import generate

GREY = (96, 96, 96)


class Shown(App[None]):
    def compose(self) -> ComposeResult:
        yield RunView(Session())


@pytest.mark.asyncio
async def test_what_is_on_the_screen_is_covered_at_once(tmp_path: Path) -> None:
    spec = Generate(prompt="a rocket", steps=3, stage2="none")
    run = generate.recorded(tmp_path / "run", spec)
    trace = RunState("run", spec, run.folder)
    story = list(generate.story(spec, "run"))
    for event in story[:-1]:
        trace.take(event)
    app = Shown()
    async with app.run_test(size=(80, 24)) as pilot:
        view = app.query_one(RunView)
        view.open_run(trace)
        await pilot.pause()
        assert view.panes.frame is not None
        assert view.panes.frame.sheet.image.getpixel((0, 0)) != GREY
        writer.cover(run.folder, 1, 0, 1, Image.new("RGB", (8, 8), GREY))
        blocked = Blocked("run", 1.0, "the picture of stage I was blocked", 1, 0)
        trace.take(blocked)
        SheetMemory(trace).take(blocked)
        view.refresh_run()
        await pilot.pause()
        for frame in (view.panes.frame, *view.timeline.frames):
            assert frame is not None
            (covered,) = frame.sheet.image.getcolors(1)
            assert covered[1] == GREY
