"""`make screenshots`: the README's pictures, made by the app itself on the bundled cascade."""

import asyncio
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from textual.pilot import Pilot

from tests import raster
from tui.memory import Memory
from tui.program import PLACES, Diffuscope

FOLDER = Path(__file__).parents[1] / "assets" / "screenshots"
PROMPT = "a rocket on a blue background"
PATIENCE = 600


async def until(pilot: Pilot[None], true: Callable[[], bool]) -> None:
    """Wait for a condition, a tenth of a second at a time."""
    for _ in range(PATIENCE * 10):
        await pilot.pause(0.1)
        if true():
            return
    raise SystemExit("the app did not get there")


async def shoot() -> None:
    """Generate, walk back, look at the runs and at the doctor, taking a picture of each."""
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["DIFFUSCOPE_RUNS"] = f"{scratch}/runs"
        app = Diffuscope(memory=Memory(Path(scratch) / "state.json"))
        async with app.run_test(size=(132, 38)) as pilot:
            await until(pilot, lambda: app.session.ready)
            await pilot.press(*PROMPT, "enter")
            await until(pilot, lambda: _ended(app, 1))
            _save(app, "generate")
            await pilot.press("home", *["right"] * 11)
            await until(pilot, lambda: True)
            _save(app, "timeline")
            await pilot.press(str([*PLACES].index("runs") + 1))
            await until(pilot, lambda: True)
            _save(app, "runs")
            await pilot.press(str([*PLACES].index("doctor") + 1))
            await until(pilot, lambda: app.session.doing == "ready")
            _save(app, "doctor")


def _ended(app: Diffuscope, count: int) -> bool:
    return sum(not trace.live for trace in app.session.traces.values()) >= count


def _save(app: Diffuscope, name: str) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    raster.save(app, FOLDER / f"{name}.png")


if __name__ == "__main__":
    asyncio.run(shoot())
