"""An app with a worker that a test plays, and folders of its own."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from screens.generate import GenerateScreen
from tests.support.fake_worker import FakeWorker
from tests.support.terminal.run_cli import shell as shell
from tui.app import PLACES, Diffuscope
from tui.config import Config
from tui.engine_bridge import RedrawBudget
from tui.state_file import StateFile


def place(name: str) -> str:
    """The key that goes to a place."""
    return str([*PLACES].index(name) + 1)


@dataclass
class Driven:
    """The app under test, its pilot, and its worker."""

    app: Diffuscope
    pilot: Pilot[None]
    worker: FakeWorker

    @property
    def generate(self) -> GenerateScreen:
        """The first place, shown or not."""
        place = self.app.get_screen_stack("generate")[0]
        assert isinstance(place, GenerateScreen)
        return place

    async def at(self, name: str) -> Any:
        """Go to a place by its key; what it asked of the engine has come."""
        await self.pilot.press("ctrl+o", place(name))
        await self.until(lambda: self.app.current_mode == name, name)
        found: Any = self.app.screen
        await self.app.workers.wait_for_complete()
        await self.pilot.pause()
        return found

    async def until(self, done: Callable[[], Any], what: str = "") -> None:
        """Wait until ``done()``, for a bounded number of turns of the event loop."""
        for _ in range(200):
            if done():
                return
            await self.pilot.pause()
        raise AssertionError(f"never happened: {what or done}")

    async def ask(self, prompt: str = "a rocket", **fields: Any) -> None:
        """Type a request and run it, as a person does."""
        short = {"steps": 6, "stage2_steps": 4}
        self.generate.form.form.set_values({"prompt": prompt, **short, **fields})
        before = len(self.worker.asked)
        await self.pilot.press("enter" if self.generate.form.has_focus_within else "ctrl+g")
        await self.until(lambda: len(self.worker.asked) > before, "the request")

    async def drawn(self, **fields: Any) -> None:
        """Ask, let it happen, and wait until all of it is on the timeline."""
        await self.ask(**fields)
        self.worker.play()
        await self.until(lambda: self.generate.run_view.run and not self.generate.run_view.run.live)
        await self.pilot.pause()


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Nothing of the person who runs the tests is read or written."""
    for name in ("XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    monkeypatch.setenv("DIFFUSCOPE_RUNS", str(tmp_path / "runs"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def driven(folders: Path) -> Callable[..., Any]:
    """``async with driven(size=(120, 36)) as it``: the app, ready, its prompt in focus."""

    @asynccontextmanager
    async def opened(
        size: tuple[int, int] = (120, 36), config: Config | None = None
    ) -> AsyncIterator[Driven]:
        made: list[FakeWorker] = []

        def make(emit: Any) -> Any:
            made.append(FakeWorker(emit))
            return made[0]

        memory, budget = StateFile(folders / "state.json"), RedrawBudget(share=1.0)
        app = Diffuscope(config=config, memory=memory, make_worker=make, budget=budget)
        async with app.run_test(size=size) as pilot:
            while not made:
                await pilot.pause()
            await pilot.pause()
            yield Driven(app, pilot, made[0])

    return opened
