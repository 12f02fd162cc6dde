"""Not enough memory: the app offers the smaller plan, and asks again for the same."""

from typing import Any

from engine.events import Failed, RetrySuggested
from engine.specs import Open
from screens.dialogs.questions import Picker

TEXT = "not enough memory on the accelerator for a model call"


async def _fails(it: Any, run: str) -> None:
    it.worker.emit(RetrySuggested(run, 1.0, TEXT, (("plan", "sequential"),)))
    it.worker.emit(Failed(run, 1.0, f"{TEXT}; --plan sequential takes less", 3))
    await it.until(lambda: isinstance(it.app.screen, Picker), "the offer")


async def test_the_smaller_plan_is_one_key_away_and_stays(driven: Any) -> None:
    async with driven() as it:
        await it.ask(prompt="a cat", seed="7")
        await _fails(it, it.worker.asked[-1] and it.generate.run_view.run.name)
        before = len(it.worker.asked)
        await it.pilot.press("enter")
        await it.until(lambda: len(it.worker.asked) > before, "the second request")
        first, second = it.worker.asked[-2:]
        assert second == first.model_copy(update={"plan": "sequential"})
        assert it.generate.form.form.values()["prompt"] == "a cat"
        await it.ask(prompt="a dog")
        assert it.worker.asked[-1].plan == "sequential"


async def test_it_can_be_left(driven: Any) -> None:
    async with driven() as it:
        await it.ask(prompt="a cat")
        await _fails(it, it.generate.run_view.run.name)
        before = len(it.worker.asked)
        await it.pilot.press("q")
        await it.until(lambda: not isinstance(it.app.screen, Picker), "the place")
        assert len(it.worker.asked) == before
        assert it.generate.form.form.values()["prompt"] == "a cat"


async def test_a_cascade_that_does_not_open_is_opened_smaller(driven: Any) -> None:
    async with driven() as it:
        await _fails(it, "open")
        await it.pilot.press("enter")
        await it.until(lambda: len(it.worker.asked) == 2, "the second opening")
        assert it.worker.asked[1] == Open(plan="sequential")
