"""Inpaint, driven by keys: a mask over a picture, what it costs, and what is drawn under it."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops

from engine.events import Event, Failed, TooExpensive
from engine.specs import Inpaint
from screens.canvas import masks
from screens.dialogs.questions import Picker
from screens.inpaint import cost_estimate, saved_masks
from screens.inpaint.saved_masks import AS_DRAWN
from tests.support.fake_runs import generate, inpaint

CENTRE = masks.centre((32, 32))


def labels(screen: Any) -> list[str]:
    """What stands above the pictures."""
    return [picture.label for picture in screen.run_view.panes.query("Picture")]


def images(screen: Any) -> list[Image.Image]:
    return [picture.image for picture in screen.run_view.panes.query("Picture")]


def said(screen: Any) -> str:
    """The line that says what a run costs."""
    return str(screen.view.cost_line.render())


def asked(it: Any) -> list[Inpaint]:
    return [spec for spec in it.worker.asked if isinstance(spec, Inpaint)]


async def ran(it: Any, screen: Any, *keys: str) -> Inpaint:
    """Press keys that run something, and let all of it happen."""
    before = len(asked(it))
    await it.pilot.press(*keys)
    await it.until(lambda: len(asked(it)) > before)
    it.worker.play()
    await it.until(lambda: screen.run_view.run and not screen.run_view.run.live)
    await it.app.workers.wait_for_complete()
    await it.pilot.pause()
    return asked(it)[-1]


async def few(it: Any, screen: Any, **fields: Any) -> None:
    screen.form.form.set_values({"steps": 6, "stage2": "none", **fields})
    await it.pilot.pause()


async def test_a_mask_lies_over_the_picture_and_white_is_said_to_be_replaced(driven: Any) -> None:
    async with driven() as it:
        screen = await it.at("inpaint")
        assert labels(screen) == ["tint · white = replace", "what is drawn appears here"]
        first, rest = images(screen)
        assert rest is None
        assert first.getpixel((0, 0)) == generate.drawing(32).getpixel((0, 0))
        assert first.getpixel((16, 16)) != generate.drawing(32).getpixel((16, 16))
        assert "white = replace · 25%" in said(screen)
        assert screen.form.values()["mask"] == AS_DRAWN


async def test_a_run_has_a_mask_that_is_kept_and_ends_with_the_result(
    driven: Any, folders: Path
) -> None:
    async with driven() as it:
        screen = await it.at("inpaint")
        await few(it, screen, stage2="auto", stage2_steps=3)
        spec = await ran(it, screen, "ctrl+g")
        kept = Path(spec.mask)
        assert kept.parent == folders / "xdg_data_home" / "diffuscope" / "masks"
        with Image.open(kept) as image:
            assert image.tobytes() == CENTRE.tobytes()
        assert screen.form.values()["mask"] == spec.mask
        assert labels(screen) == ["tint · white = replace", "result"]
        with Image.open(screen.run_view.run.results[0]) as result:
            assert images(screen)[1].tobytes() == result.tobytes()
        assert images(screen)[0].size == (64, 64)
        await it.pilot.press("home")
        await it.until(lambda: labels(screen)[1] == "x̂0")
        again = await ran(it, screen, "ctrl+g")
        assert again.mask == spec.mask
        assert len(list(kept.parent.iterdir())) == 1


async def test_the_mask_stays_when_prompt_picture_and_guidance_change(
    driven: Any, folders: Path
) -> None:
    generate.drawing(64, 2).save(folders / "other.png")
    async with driven() as it:
        screen = await it.at("inpaint")
        await few(it, screen)
        await it.pilot.press("d", "n", "ctrl+o")
        mask = screen.view.editor.mask
        assert mask.tobytes() == masks.invert(CENTRE).tobytes()
        screen.form.form.set_values({"prompt": "a cat", "guidance": 3, "image": "other.png"})
        screen.source.choose()
        loader = screen.source.loader
        await it.until(lambda: loader.fresh and loader.picture.title == "other.png")
        spec = await ran(it, screen, "ctrl+g")
        assert (spec.prompt, spec.guidance, spec.image) == ("a cat", 3.0, "other.png")
        assert screen.view.editor.mask.tobytes() == mask.tobytes()
        with Image.open(spec.mask) as image:
            assert image.tobytes() == mask.tobytes()


async def test_the_seam_is_shown_by_a_key_and_is_nought_outside(driven: Any) -> None:
    async with driven() as it:
        screen = await it.at("inpaint")
        await few(it, screen)
        await it.pilot.press("v")
        assert not screen.view.pictures.seam
        await ran(it, screen, "ctrl+g")
        await it.pilot.press("v")
        await it.until(lambda: len(labels(screen)) == 3)
        assert labels(screen) == ["original", "result · seam +2", "outside 0, inside 40 · ×4"]
        gap = images(screen)[2]
        assert gap.getpixel((16, 16)) != (0, 0, 0)
        assert (
            Image.composite(Image.new("RGB", (32, 32)), gap, CENTRE).getextrema() == ((0, 0),) * 3
        )
        await it.pilot.press("v")
        await it.until(lambda: len(labels(screen)) == 2)


async def test_the_calls_are_said_at_once_and_the_time_once_a_run_has_been(driven: Any) -> None:
    async with driven() as it:
        screen = await it.at("inpaint")
        await it.until(lambda: said(screen).startswith("33 model calls, then 20 · time known"))
        await few(it, screen)
        assert said(screen).startswith("6 model calls · time known after a run")
        await ran(it, screen, "ctrl+g")
        await it.until(lambda: "6 model calls · about 1 s" in said(screen))
        screen.form.form.set_values({"method": "repaint", "jump": 2, "resample": 3, "steps": 60})
        await it.until(lambda: said(screen).startswith("176 model calls · about 18 s"))


async def test_jumps_are_seen_before_and_after_as_they_go_up_and_down(driven: Any) -> None:
    async with driven() as it:
        screen = await it.at("inpaint")
        descent = screen.view.repaint_plot
        assert not descent.display
        await few(it, screen, method="repaint", jump=2, resample=3)
        await it.until(lambda: descent.display)
        expected = list(descent.heights)
        assert any(a < b for a, b in pairwise(expected))
        await ran(it, screen, "ctrl+g")
        assert len(descent.heights) == len(screen.run_view.timeline.frames)
        assert [round(h, 6) for h in descent.heights] != sorted(descent.heights, reverse=True)
        await it.pilot.press("home")
        await it.until(lambda: descent._here == 0)
        ups = [frame.goes_up for frame in screen.run_view.timeline.frames]
        assert any(ups)
        screen.form.form.set_values({"method": "course"})
        await it.until(lambda: not screen.form.form.attempt().problems)


async def test_a_long_run_is_asked_about_before_it_begins(
    driven: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cost_estimate, "LONG", 0.1)
    async with driven() as it:
        screen = await it.at("inpaint")
        await few(it, screen)
        await ran(it, screen, "ctrl+g")
        await it.until(lambda: screen.cost.pace)
        await it.pilot.press("ctrl+g")
        await it.until(lambda: isinstance(it.app.screen, Picker))
        await it.pilot.press("enter")
        await it.until(lambda: it.app.screen is screen)
        assert len(asked(it)) == 1
        await it.pilot.press("ctrl+g")
        await it.until(lambda: isinstance(it.app.screen, Picker))
        spec = await ran(it, screen, "down", "enter")
        assert spec.yes


async def test_a_run_that_the_engine_finds_too_long_can_still_be_wanted(
    driven: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(spec: Inpaint, run: str, writer: Any) -> Iterator[Event]:
        text = "2,410 model calls would take about 5.0 h"
        yield TooExpensive(run, 1.0, text, (("yes", "true"),))
        yield Failed(run, 1.0, f"{text}: ask for less", 2)

    async with driven() as it:
        screen = await it.at("inpaint")
        await few(it, screen)
        with monkeypatch.context() as patched:
            patched.setattr(inpaint, "story", refused)
            await it.pilot.press("ctrl+g")
            await it.until(lambda: asked(it))
            it.worker.play()
            await it.until(lambda: isinstance(it.app.screen, Picker))
        assert it.app.screen._title == "2,410 model calls would take about 5.0 h"
        assert (await ran(it, screen, "down", "enter")).yes


async def test_an_error_that_names_a_flag_is_no_question(
    driven: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failed(spec: Inpaint, run: str, writer: Any) -> Iterator[Event]:
        yield Failed(run, 1.0, "no picture --yes.png", 2)

    async with driven() as it:
        screen = await it.at("inpaint")
        await few(it, screen)
        monkeypatch.setattr(inpaint, "story", failed)
        await it.pilot.press("ctrl+g")
        await it.until(lambda: asked(it))
        it.worker.play()
        await it.until(lambda: [n for n in it.app._notifications if "--yes.png" in n.message])
        assert it.app.screen is screen


async def test_the_mask_is_shown_in_three_ways(driven: Any) -> None:
    async with driven() as it:
        screen = await it.at("inpaint")
        seen = {images(screen)[0].tobytes()}
        for word in ("outline", "region to replace"):
            await it.pilot.press("M")
            await it.until(lambda word=word: labels(screen)[0] == f"{word} · white = replace")
            seen.add(images(screen)[0].tobytes())
        assert len(seen) == 3
        await it.pilot.press("d", "M")
        assert screen.view.editor.canvas.mask_layers.shown == "tint"


async def test_a_mask_is_made_with_the_keys_alone_then_kept_by_name_and_used_again(
    driven: Any, folders: Path
) -> None:
    async with driven() as it:
        screen = await it.at("inpaint")
        await few(it, screen)
        await it.pilot.press("d", "C", "p", "space", "shift+right", "space", "shift+down")
        await it.pilot.press("enter", "greater_than_sign", "S")
        await it.pilot.pause()
        await it.pilot.press(*"corner", "enter")
        kept = folders / "xdg_data_home" / "diffuscope" / "masks" / "corner.png"
        await it.until(kept.exists)
        await it.until(lambda: it.app.screen is screen)
        drawn = screen.view.editor.mask
        assert 0.04 < masks.share(drawn) < 0.1
        await it.until(lambda: screen.form.values()["mask"] == str(kept))
        await it.pilot.press("C", "L")
        await it.until(lambda: isinstance(it.app.screen, Picker))
        await it.pilot.press(*["down"] * 3, "enter")
        await it.app.workers.wait_for_complete()
        await it.until(lambda: screen.view.editor.mask.tobytes() == drawn.tobytes())
        assert (await ran(it, screen, "ctrl+g")).mask == str(kept)
        assert saved_masks.listed() == [kept]


async def test_a_typed_mask_is_laid_over_the_picture_or_said_to_be_none(
    driven: Any, folders: Path
) -> None:
    Image.new("L", (256, 256), 255).save(folders / "all.png")
    async with driven() as it:
        screen = await it.at("inpaint")
        await few(it, screen)
        row = screen.form.form.rows["mask"]
        screen.form.form.set_values({"mask": "gone.png"})
        screen.form.form.rows["mask"].field.focus()
        await it.pilot.press("enter")
        await it.until(lambda: "no picture gone.png" in row.complaint)
        assert screen.view.editor.mask.tobytes() == CENTRE.tobytes()
        screen.form.form.set_values({"mask": "all.png"})
        await it.pilot.press("enter")
        await it.until(lambda: masks.share(screen.view.editor.mask) == 1)
        assert (await ran(it, screen, "ctrl+g")).mask == "all.png"


async def test_no_slip_of_a_finger_on_the_mask_reaches_a_run(driven: Any) -> None:
    async with driven() as it:
        screen = await it.at("inpaint")
        await few(it, screen)
        await ran(it, screen, "ctrl+g")
        count = len(it.worker.asked)
        await it.pilot.press("d", "R", "u", "s", "e", "b", "r")
        await it.pilot.pause()
        assert len(it.worker.asked) == count
        assert screen.form.values()["seed"] == "2718"


async def test_q_leaves_the_mask_and_not_the_program(driven: Any) -> None:
    async with driven() as it:
        screen = await it.at("inpaint")
        await it.pilot.press("d", "n", "q")
        await it.until(lambda: it.app.focused is screen.run_view)
        assert not it.worker.closed
        assert screen.form.values()["mask"] != AS_DRAWN


async def test_the_wand_waits_for_a_picture(driven: Any) -> None:
    async with driven() as it:
        it.worker.refused["tower"] = "no picture tower"
        screen = await it.at("inpaint")
        assert screen.source.loader.image is None
        await it.pilot.press("d", "C", "g", "space")
        assert masks.share(screen.view.editor.mask) == 0


async def test_another_mask_waits_for_a_run_and_undo_shows_the_old_one_again(driven: Any) -> None:
    async with driven() as it:
        screen = await it.at("inpaint")
        await few(it, screen)
        await ran(it, screen, "ctrl+g")
        await it.pilot.press("d", "n", "ctrl+o")
        await it.until(lambda: labels(screen)[1] == "what is drawn appears here")
        await it.pilot.press("d", "z", "ctrl+o")
        await it.until(lambda: labels(screen)[1] == "result")
        await it.pilot.press("d", "y", "ctrl+o")
        await it.until(lambda: labels(screen)[1] == "what is drawn appears here")
        await it.pilot.press("left")
        await it.until(lambda: labels(screen)[1] == "x̂0")


async def test_steps_that_arrive_do_not_disturb_another_mask(driven: Any) -> None:
    async with driven() as it:
        screen = await it.at("inpaint")
        await few(it, screen, count=2)
        await it.pilot.press("ctrl+g")
        await it.until(lambda: asked(it))
        it.worker.play(5)
        await it.until(lambda: labels(screen)[1:] == ["1 · x̂0", "2 · x̂0"])
        await it.pilot.press("d", "n", "ctrl+o")
        await it.until(lambda: labels(screen)[1] == "what is drawn appears here")
        it.worker.play()
        await it.until(lambda: not screen.run_view.run.live)
        await it.pilot.pause()
        assert labels(screen)[1] == "what is drawn appears here"
        await it.pilot.press("d", "z", "ctrl+o", "v")
        await it.until(lambda: labels(screen)[1:2] == ["result · seam +2"])
        first = images(screen)[1].tobytes()
        await it.pilot.press("down")
        await it.until(lambda: images(screen)[1].tobytes() != first)


async def test_an_old_run_opens_here_with_its_own_mask_though_its_files_are_gone(
    driven: Any, folders: Path
) -> None:
    masks.left_half((32, 32)).save(folders / "half.png")
    spec = Inpaint(image="gone.png", mask=str(folders / "half.png"), steps=5, stage2="none")
    folder = inpaint.recorded(folders / "runs" / "20260101-000000-gone", spec)
    (folders / "half.png").unlink()
    async with driven() as it:
        it.worker.refused["gone.png"] = "no picture gone.png: give a file"
        await it.at("runs")
        await it.until(lambda: it.app.screen.list.rows)
        await it.pilot.press("enter")
        await it.until(lambda: it.app.current_mode == "inpaint")
        screen = it.app.screen
        await it.until(lambda: labels(screen) == ["tint · white = replace", "result"])
        half = masks.left_half((32, 32))
        await it.until(lambda: screen.view.editor.mask.tobytes() == half.tobytes())
        assert screen.form.values()["mask"] == str(folder / "source-mask.png")
        assert ImageChops.difference(images(screen)[1], inpaint.original(32)).getbbox()[2] <= 16


async def test_a_small_terminal_shows_the_canvas_or_the_pictures(driven: Any) -> None:
    async with driven(size=(80, 24)) as it:
        screen = await it.at("inpaint")
        await few(it, screen)
        await it.pilot.press("d")
        await it.pilot.pause()
        assert screen.run_view.panes.size.width == 0 or not screen.run_view.panes.display
        assert screen.view.editor.canvas.size.height > 16
        await ran(it, screen, "n", "ctrl+g")
        assert len(labels(screen)) == 2


async def test_by_mouse_a_rectangle_a_polygon_and_the_wand(driven: Any) -> None:
    async with driven() as it:
        screen = await it.at("inpaint")
        await it.pilot.press("d", "C")
        await it.pilot.pause()
        editor = screen.view.editor
        view, canvas = editor.canvas.surface.view, editor.canvas

        def at(x: int, y: int) -> tuple[int, int]:
            across, down = view.place((x, y))
            return view.left + across, view.top + down // 2

        await it.pilot.mouse_down(canvas, offset=at(4, 4))
        await it.pilot.hover(canvas, offset=at(8, 8))
        await it.pilot.mouse_up(canvas, offset=at(8, 8))
        assert screen.view.editor.mask.getbbox()[:2] == (4, 4)
        await it.pilot.click(editor.tools, offset=(editor.tools.render().plain.index("polygon"), 0))
        assert canvas.sketch.pen.tool == "polygon"
        for corner in ((12, 12), (24, 12), (24, 24)):
            await it.pilot.click(canvas, offset=at(*corner))
        assert canvas.sketch.down
        await it.pilot.click(canvas, offset=at(24, 24), button=3)
        assert not canvas.sketch.down
        assert screen.view.editor.mask.getpixel((22, 15)) == 255
        assert screen.view.editor.mask.getpixel((13, 22)) == 0
        await it.pilot.press("C", "g")
        await it.pilot.click(canvas, offset=at(1, 1))
        blue = masks.share(screen.view.editor.mask)
        assert 0.3 < blue < 0.9
