"""Denoise, driven by keys: the forward process and the blur at once, the models when asked."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine import lab, runs
from engine.pictures import to_array, to_image
from engine.specs import Denoise, Prepare
from screens.dialogs.questions import Picker
from tests.support.fake_runs import from_image, generate
from tests.tui.conftest import place


def shown(screen: Any, name: str) -> Any:
    """The cell of one way on the screen."""
    return next(cell for cell in screen.view.grid.cells if cell.name == name)


def expected(t: int, seed: int = 2718) -> np.ndarray:
    """x_t of what Prepared carried."""
    clean = to_array(generate.drawing(from_image.SIDE))
    return lab.noised(clean, from_image.noise(seed), from_image.ALPHAS[t])


async def ran(it: Any, screen: Any, *keys: str) -> None:
    """Press keys that run something, and let all of it happen."""
    before = len(it.worker.asked)
    await it.pilot.press(*keys)
    await it.until(lambda: len(it.worker.asked) > before)
    it.worker.play()
    await it.until(lambda: screen.run_view.run and not screen.run_view.run.live)
    await it.pilot.pause()


async def test_the_tower_is_there_at_the_start(driven: Any) -> None:
    async with driven() as it:
        screen = await it.at("denoise")
        asked = it.worker.asked[-1]
        assert isinstance(asked, Prepare)
        assert (asked.image, asked.seed) == ("tower", 2718)
        assert it.app.focused is screen.run_view
        assert shown(screen, "original").image.tobytes() == generate.drawing(32).tobytes()
        assert shown(screen, "one-step").image is None


@pytest.mark.parametrize(
    ("keys", "t"),
    [
        ([], 500), (["l"], 250), (["h"], 750), (["h", "m"], 500), (["plus", "plus"], 520),
        (["minus"], 490), (["asterisk"], 600), (["underscore"] * 6, 0), (["asterisk"] * 6, 999),
    ],
)  # fmt: skip
async def test_the_noise_follows_the_keys(driven: Any, keys: list[str], t: int) -> None:
    async with driven() as it:
        screen = await it.at("denoise")
        await it.pilot.press(*keys)
        await it.pilot.pause()
        cell = shown(screen, "noisy")
        assert cell.label == f"noisy · t {t}"
        assert cell.image.tobytes() == to_image(expected(t)).tobytes()
        line = str(screen.view.line.render())
        assert f"ᾱ {from_image.ALPHAS[t]:.4f}" in line
        near = lab.measures(expected(t), to_array(generate.drawing(32)))
        assert cell.caption.split(" · ") == [
            f"{near.psnr:4.1f} dB", f"{near.ssim:4.2f}", f"{near.perceptual:4.2f}"
        ]  # fmt: skip


async def test_the_blur_follows_its_keys_and_the_form_says_the_same(driven: Any) -> None:
    async with driven() as it:
        screen = await it.at("denoise")
        await it.pilot.press("k", "J", "J")
        await it.pilot.pause()
        values = screen.form.values()
        assert (values["kernel"], values["sigma"]) == ("7", "1.8")
        blurred = lab.gaussian_blur(expected(500), 7, 1.8)
        assert shown(screen, "blur").image.tobytes() == to_image(blurred).tobytes()
        screen.form.form.set_values({"kernel": "3"})
        await it.until(lambda: shown(screen, "blur").label == "blur · 3 px σ 1.8")
        screen.form.form.set_values({"kernel": "4"})
        await it.pilot.pause()
        assert shown(screen, "blur").label == "blur · 3 px σ 1.8"


async def test_the_best_blur_is_the_nearest_that_can_be_chosen(driven: Any) -> None:
    async with driven() as it:
        screen = await it.at("denoise")
        await it.pilot.press("h", "a")
        await it.pilot.pause()
        best = lab.best_blur(expected(750), to_array(generate.drawing(32)))
        values = screen.form.values()
        assert int(values["kernel"]) == best.kernel
        assert float(values["sigma"]) == pytest.approx(best.sigma, abs=0.006)


async def test_enter_denoises_at_this_t_and_the_measures_fill_the_row(driven: Any) -> None:
    async with driven() as it:
        screen = await it.at("denoise")
        await ran(it, screen, "plus", "enter")
        spec = it.worker.asked[-1]
        assert isinstance(spec, Denoise)
        assert spec.t == (510,)
        known = {m.method: m for m in screen.run_view.run.measured}
        for way in ("one-step", "iterative"):
            said = shown(screen, way).caption
            assert said.startswith(f"{known[way].psnr:4.1f} dB")
            assert shown(screen, way).image is not None
        assert "best blur" in str(screen.view.figures.render())
        await it.pilot.press("plus")
        assert shown(screen, "one-step").image is None
        await it.pilot.press("minus")
        assert shown(screen, "one-step").image is not None


async def test_a_list_runs_from_the_form_and_up_and_down_go_through_it(driven: Any) -> None:
    async with driven() as it:
        screen = await it.at("denoise")
        await ran(it, screen, "plus", "ctrl+g")
        assert it.worker.asked[-1].t == (250, 500, 750)
        assert screen.view.comparison.t == 250
        await it.pilot.press("down", "down")
        assert screen.view.comparison.t == 750
        assert screen.run_view.timeline.sample == 2
        await it.pilot.press("right_square_bracket")
        await it.pilot.pause()
        table = str(screen.view.table.render())
        assert [t for t in ("t 250", "t 500", "t 750") if t not in table] == []
        assert len(screen.view.grid.cells) == 12
        await it.pilot.press("right_square_bracket")
        assert screen.run_view.panes.display
        await it.pilot.press("right_square_bracket")
        assert screen.view.layout_name == "row"


async def test_the_timeline_moves_the_iterative_picture_and_says_before_its_start(
    driven: Any,
) -> None:
    async with driven() as it:
        screen = await it.at("denoise")
        await ran(it, screen, "ctrl+g")
        await it.pilot.press("l", "home")
        await it.until(lambda: shown(screen, "iterative").label == "iterative · begins at t 250")
        frame = screen.run_view.timeline.frame
        before = frame.sheet.picture("x", 0).tobytes()
        assert shown(screen, "iterative").image.tobytes() == before
        await it.pilot.press("h")
        await it.until(lambda: shown(screen, "iterative").label == "iterative · x̂0 · t 750")
        await it.pilot.press("right")
        await it.until(lambda: shown(screen, "iterative").label == "iterative · x̂0 · t 720")
        found = screen.run_view.timeline.frame.sheet.picture("x0", 2)
        assert shown(screen, "iterative").image.tobytes() == found.tobytes()


async def test_an_old_run_opens_with_its_pictures_even_where_its_image_is_gone(
    driven: Any, folders: Path
) -> None:
    spec = Denoise(image="gone.png", t=(400,), seed=7)
    from_image.recorded(folders / "runs" / "20260101-000000-gone", spec)
    async with driven() as it:
        it.worker.refused["gone.png"] = "no picture gone.png: give a file"
        await it.at("runs")
        await it.until(lambda: it.app.screen.list.rows)
        await it.pilot.press("enter")
        await it.until(lambda: it.app.current_mode == "denoise")
        screen = it.app.screen
        await it.until(lambda: screen.form.form.rows["image"].complaint)
        await it.until(lambda: shown(screen, "original").image is not None)
        assert screen.view.comparison.t == 400
        assert all(cell.image is not None for cell in screen.view.grid.cells)
        assert screen.form.values()["seed"] == "7"
        assert screen.run_view.timeline.frames


async def test_another_picture_by_its_name_and_one_that_is_none(driven: Any) -> None:
    async with driven() as it:
        screen = await it.at("denoise")
        field = screen.form.form.rows["image"].field
        it.worker.refused["torn.png"] = "torn.png is cut short"
        await it.pilot.press("o")
        field.text = "torn.png"
        await it.pilot.press("enter")
        await it.until(lambda: screen.form.form.rows["image"].complaint == "torn.png is cut short")
        await it.until(lambda: it.app.focused is field)
        assert field.text == "torn.png"
        assert shown(screen, "original").image is not None
        field.text = "cat"
        await it.pilot.press("enter")
        await it.until(lambda: shown(screen, "original").label == "original · cat")
        assert it.app.focused is screen.run_view
        assert [type(spec) for spec in it.worker.asked[-2:]] == [Prepare, Prepare]
        assert str(screen.top.line) == "tiny-if · cpu · ready"


async def test_another_seed_is_other_noise(driven: Any) -> None:
    async with driven() as it:
        screen = await it.at("denoise")
        await it.pilot.press("s")
        noisy = to_image(expected(500, 2719)).tobytes()
        await it.until(lambda: shown(screen, "noisy").image.tobytes() == noisy)


async def test_a_branch_of_one_t_is_asked_for_in_generate(driven: Any) -> None:
    async with driven() as it:
        screen = await it.at("denoise")
        await ran(it, screen, "ctrl+g")
        run = screen.run_view.run.name
        await it.pilot.press("m", "home", "b")
        await it.pilot.pause()
        assert it.app.current_mode == "denoise"
        await it.pilot.press("end", "left", "b")
        await it.until(lambda: it.app.current_mode == "generate")
        await it.until(lambda: it.generate.form.origin.values)
        step = len(screen.run_view.run.steps) - 1
        origin = {"start_from": f"{run}:{step}", "start_sample": 1}
        assert it.generate.form.origin.values == origin
        assert it.generate.form.values()["prompt"] == "a high quality photo"


async def test_the_labelled_sheet_is_the_first_thing_to_export(driven: Any, folders: Path) -> None:
    async with driven() as it:
        screen = await it.at("denoise")
        await ran(it, screen, "ctrl+g")
        await it.pilot.press("e")
        await it.until(lambda: isinstance(it.app.screen, Picker))
        await it.pilot.press("enter")
        await it.until(lambda: not isinstance(it.app.screen, Picker))
        await it.app.workers.wait_for_complete()
        assert [p.name for p in folders.glob("*.png")] == [f"{screen.run_view.run.name}.sheet.png"]


async def test_what_was_chosen_is_there_at_the_next_start(driven: Any) -> None:
    async with driven() as it:
        await it.at("denoise")
        await it.pilot.press("h", "k", "q")
    async with driven() as it:
        screen = await it.at("denoise")
        assert shown(screen, "noisy").label == "noisy · t 750"
        assert shown(screen, "blur").label == "blur · 7 px σ 2"


async def test_a_small_terminal_shows_fewer_and_v_goes_round(driven: Any) -> None:
    async with driven(size=(80, 24)) as it:
        screen = await it.at("denoise")
        seen = []
        for _ in range(3):
            seen.append([cell.name for cell in screen.view.grid.cells])
            await it.pilot.press("v")
            await it.pilot.pause()
        assert [names[:2] for names in seen] == [["original", "noisy"]] * 3
        assert [names[2] for names in seen] == ["iterative", "blur", "one-step"]
        assert place("denoise") == "2"


async def test_a_run_leaves_what_runs_can_read(driven: Any) -> None:
    async with driven() as it:
        screen = await it.at("denoise")
        await ran(it, screen, "enter")
        run = screen.run_view.run
        assert len(runs.open_run(run.name).state.frames) == len(run.frames)
