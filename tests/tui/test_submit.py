"""Where a request of the app goes, and what one is made of that is asked for again."""

import time
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from engine.runs import ORIGINAL, SOURCE, SOURCE_MASK
from engine.specs import Edit, Generate, Inpaint, Train
from screens.messages import SubmitRun
from tests.tui.conftest import place


def of_kind(it: Any, kind: type[Any]) -> list[Any]:
    return [spec for spec in it.worker.asked if isinstance(spec, kind)]


async def replayed(it: Any, kind: type[Any]) -> Any:
    """The request that R makes of the run under the cursor of Runs."""
    before = len(of_kind(it, kind))
    await it.pilot.press(place("runs"))
    await it.until(lambda: it.app.current_mode == "runs" and it.app.screen.list.rows)
    await it.pilot.press("R")
    await it.app.workers.wait_for_complete()
    await it.until(lambda: len(of_kind(it, kind)) > before, "the replay")
    return of_kind(it, kind)[-1]


async def submitted(it: Any, spec: Any) -> Path:
    """Ask for a run and let all of it happen; returns its folder."""
    before = {*it.app.session.states}
    it.app.post_message(SubmitRun(spec))
    await it.until(lambda: {*it.app.session.states} - before, "the run")
    (name,) = {*it.app.session.states} - before
    it.worker.play()
    state = it.app.session.states[name]
    await it.until(lambda: not state.live)
    return Path(state.folder)


async def test_two_requests_of_one_second_are_two_runs(
    driven: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "strftime", lambda form: "20260101-000000")
    async with driven() as it:
        for seed in (1, 2):
            it.app.post_message(SubmitRun(Generate(prompt="a cat", seed=seed)))
        await it.until(lambda: len(of_kind(it, Generate)) == 2)
        await it.pilot.pause()
        assert [s.spec.seed for s in it.app.session.states.values()] == [1, 2]


async def test_a_training_to_resume_goes_on_in_its_own_folder(driven: Any, folders: Path) -> None:
    async with driven() as it:
        it.app.post_message(SubmitRun(Train(model="time", resume=str(folders / "old"))))
        await it.until(lambda: it.app.session.states, "the run")
        (state,) = it.app.session.states.values()
        assert state.folder == folders / "old"


async def test_an_edit_whose_picture_is_gone_is_replayed_from_its_own_copy(
    driven: Any, folders: Path
) -> None:
    async with driven() as it:
        photo = folders / "photo.png"
        Image.new("RGB", (32, 32), "red").save(photo)
        run = await submitted(it, Edit(image=str(photo), levels=(3,)))
        assert (await replayed(it, Edit)).image == str(photo)
        photo.unlink()
        assert (await replayed(it, Edit)).image == str(run / ORIGINAL)


async def test_an_inpainting_is_replayed_with_the_mask_that_it_had(
    driven: Any, folders: Path
) -> None:
    async with driven() as it:
        mask = folders / "mask.png"
        Image.new("L", (32, 32), 0).save(mask)
        spec = Inpaint(image="tower", mask=str(mask), prompt="a cat", steps=4, stage2="none")
        run = await submitted(it, spec)
        Image.new("L", (32, 32), 255).save(mask)
        again = await replayed(it, Inpaint)
        assert (again.image, again.mask) == (str(run / SOURCE), str(run / SOURCE_MASK))
