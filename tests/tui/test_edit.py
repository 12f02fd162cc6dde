"""Edit, driven by keys: a picture or a drawing, six edits, each on the timeline."""

from pathlib import Path
from typing import Any

from PIL import Image

from engine.specs import Edit, Generate, Prepare
from tests.support.fake_runs import from_image, generate

TITLES = ["1 · t 960", "3 · t 900", "5 · t 840", "7 · t 780", "10 · t 690", "20 · t 390"]


def labels(screen: Any) -> list[str]:
    """What stands above the pictures."""
    return [picture.label for picture in screen.run_view.panes.query("Picture")]


def images(screen: Any) -> list[Image.Image]:
    return [picture.image for picture in screen.run_view.panes.query("Picture")]


async def ran(it: Any, screen: Any, *keys: str) -> None:
    """Press keys that run something, and let all of it happen."""
    before = sum(isinstance(spec, Edit) for spec in it.worker.asked)
    await it.pilot.press(*keys)
    await it.until(lambda: sum(isinstance(spec, Edit) for spec in it.worker.asked) > before)
    it.worker.play()
    await it.until(lambda: screen.run_view.run and not screen.run_view.run.live)
    await it.pilot.pause()


async def test_the_original_stands_before_six_places_for_its_edits(driven: Any) -> None:
    async with driven() as it:
        screen = await it.at("edit")
        assert isinstance(it.worker.asked[-1], Prepare)
        assert labels(screen) == ["original", *TITLES]
        first, *rest = images(screen)
        assert first.tobytes() == generate.drawing(32).tobytes()
        assert rest == [None] * 6
        screen.form.form.set_values({"levels": "2,0.5"})
        await it.until(lambda: labels(screen) == ["original", "2 · t 930", "50% · t 480"])


async def test_six_edits_come_and_the_later_ones_are_only_noised_at_first(driven: Any) -> None:
    async with driven() as it:
        screen = await it.at("edit")
        await ran(it, screen, "ctrl+g")
        spec = it.worker.asked[-1]
        assert isinstance(spec, Edit)
        assert (spec.image, spec.levels, spec.stage2) == ("tower", (1, 3, 5, 7, 10, 20), "none")
        assert labels(screen) == ["original", *(f"{title} · x̂0" for title in TITLES)]
        await it.pilot.press("home")
        await it.until(lambda: labels(screen)[2] == "3 · t 900 noised")
        assert labels(screen)[1] == "1 · t 960 · x̂0"
        frame = screen.run_view.timeline.frame
        assert images(screen)[2].tobytes() == frame.sheet.picture("x", 1).tobytes()
        await it.pilot.press("right", "right")
        await it.until(lambda: labels(screen)[2] == "3 · t 900 · x̂0")


async def test_enter_opens_one_edit_by_its_channels(driven: Any) -> None:
    async with driven() as it:
        screen = await it.at("edit")
        await ran(it, screen, "ctrl+g")
        await it.pilot.press("down", "down", "enter")
        await it.until(lambda: labels(screen)[0] == "x_t · 5 · t 840")
        assert screen.run_view.timeline.sample == 2
        await it.pilot.press("enter")
        await it.until(lambda: len(labels(screen)) == 7)
        assert screen.run_view.panes.selected == 3


async def test_a_drawing_becomes_the_picture_of_six_edits_with_one_key(
    driven: Any, folders: Path
) -> None:
    async with driven() as it:
        screen = await it.at("edit")
        await it.pilot.press("d")
        await it.pilot.pause()
        canvas = screen.view.editor.canvas
        assert it.app.focused is canvas
        assert canvas.sketch.picture.tobytes() == generate.drawing(32).tobytes()
        await it.pilot.press("O", "space", "shift+right", "shift+down", "enter")
        drawn = canvas.sketch.picture
        await ran(it, screen, "ctrl+g")
        spec = it.worker.asked[-1]
        kept = Path(spec.image)
        assert kept.parent == folders / "xdg_data_home" / "diffuscope" / "drawings"
        with Image.open(kept) as image:
            assert image.tobytes() == drawn.tobytes() != generate.drawing(32).tobytes()
        assert screen.form.values()["image"] == str(kept)
        assert not screen.canvas_panel.drawing
        assert it.app.focused is screen.run_view


async def test_the_drawing_goes_on_where_it_was_left_and_can_be_undone(driven: Any) -> None:
    async with driven() as it:
        screen = await it.at("edit")
        await it.pilot.press("d", "C", "ctrl+o")
        await it.until(lambda: it.app.focused is screen.run_view)
        await it.until(lambda: screen.source.loader.picture.picture == bytes([255]) * 32 * 32 * 3)
        assert images(screen)[0].tobytes() == bytes([255]) * 32 * 32 * 3
        await it.pilot.press("d", "z")
        assert screen.view.editor.canvas.sketch.picture.tobytes() == generate.drawing(32).tobytes()


async def test_a_drawing_that_changes_nothing_is_not_kept(driven: Any, folders: Path) -> None:
    async with driven() as it:
        screen = await it.at("edit")
        await it.pilot.press("d", "right")
        await ran(it, screen, "ctrl+g")
        assert it.worker.asked[-1].image == "tower"
        assert not (folders / "xdg_data_home" / "diffuscope" / "drawings").exists()


async def test_going_to_the_prompt_takes_the_drawing_along(driven: Any) -> None:
    async with driven() as it:
        screen = await it.at("edit")
        await it.pilot.press("d", "C", "slash")
        await it.until(lambda: it.app.focused is screen.form.form.rows["prompt"].field)
        await it.until(lambda: "drawing-" in screen.form.values()["image"])
        assert not screen.canvas_panel.drawing


async def test_where_no_drawing_can_be_kept_it_is_said_and_stays(
    driven: Any, folders: Path
) -> None:
    (folders / "xdg_data_home").write_text("a file where a folder should be")
    async with driven() as it:
        screen = await it.at("edit")
        await it.pilot.press("d", "C", "ctrl+g")
        await it.until(lambda: [n for n in it.app._notifications if "cannot keep" in n.message])
        assert screen.canvas_panel.drawing
        assert not any(isinstance(spec, Edit) for spec in it.worker.asked)
        await it.pilot.press("z")


async def test_no_slip_of_a_finger_on_the_canvas_reaches_a_run(driven: Any) -> None:
    async with driven() as it:
        screen = await it.at("edit")
        await ran(it, screen, "ctrl+g")
        asked = len(it.worker.asked)
        await it.pilot.press("d", "R", "u", "s", "e", "b")
        await it.pilot.pause()
        assert it.app.screen is screen
        assert len(it.worker.asked) == asked
        assert screen.form.values()["seed"] == "2718"


async def test_q_leaves_the_canvas_and_not_the_program(driven: Any) -> None:
    async with driven() as it:
        screen = await it.at("edit")
        await it.pilot.press("d", "C", "q")
        await it.until(lambda: it.app.focused is screen.run_view)
        assert not it.worker.closed


async def test_stage_two_of_the_chosen_edit(driven: Any) -> None:
    async with driven() as it:
        screen = await it.at("edit")
        await ran(it, screen, "ctrl+g")
        run, steps = screen.run_view.run.name, len(screen.run_view.run.steps)
        await it.pilot.press("down", "u")
        await it.until(lambda: isinstance(it.worker.asked[-1], Generate))
        spec = it.worker.asked[-1]
        assert spec.parent() == (run, steps)
        assert (spec.start_sample, spec.seed, spec.stage2) == (1, 2719, "auto")
        assert spec.sampler == "course"
        await it.until(lambda: it.app.current_mode == "generate")


async def test_a_branch_begins_only_where_its_edit_has_begun(driven: Any) -> None:
    async with driven() as it:
        screen = await it.at("edit")
        await ran(it, screen, "ctrl+g")
        await it.pilot.press("down", "home", "b")
        await it.until(lambda: [n for n in it.app._notifications if "not begun" in n.message])
        await it.pilot.press("right", "right", "b")
        await it.until(lambda: it.app.current_mode == "generate")
        origin = {"start_from": f"{screen.run_view.run.name}:3", "start_sample": 1}
        await it.until(lambda: it.generate.form.origin.values == origin)


async def test_an_old_run_opens_beside_its_own_original(driven: Any, folders: Path) -> None:
    spec = Edit(image="gone.png", levels=(5, 20))
    from_image.recorded(folders / "runs" / "20260101-000000-gone", spec)
    async with driven() as it:
        it.worker.refused["gone.png"] = "no picture gone.png: give a file"
        await it.at("runs")
        await it.until(lambda: it.app.screen.list.rows)
        await it.pilot.press("enter")
        await it.until(lambda: it.app.current_mode == "edit")
        screen = it.app.screen
        await it.until(lambda: len(labels(screen)) == 3)
        await it.until(lambda: all(images(screen)))
        assert images(screen)[0].tobytes() == generate.drawing(32).tobytes()
        assert screen.form.values()["levels"] == "5,20"


async def test_a_small_terminal_shows_the_canvas_or_the_edits(driven: Any) -> None:
    async with driven(size=(80, 24)) as it:
        screen = await it.at("edit")
        await it.pilot.press("d")
        await it.pilot.pause()
        assert not screen.run_view.panes.display or screen.run_view.panes.size.width == 0
        await ran(it, screen, "C", "ctrl+g")
        assert len(labels(screen)) == 7
        assert screen.run_view.panes.size.width > 60
