"""The best of several seeds in the app: named, the best first, all to look at, any to enlarge."""

from typing import Any

from PIL import Image

from engine.specs import Anagram, Generate
from screens.base.compare import CompareScreen
from screens.dialogs.questions import Picker
from screens.picture.widget import Picture
from tests.tui.conftest import Driven

FIRST_FRAME, LAST_OF_STAGE_1 = 5, 10
"""Events of a run until then."""
RANKED = ("1. 90 % seed 2720", "2. 70 % seed 2719", "3. 50 % seed 2721", "4. 20 % seed 2718")


def labels(it: Driven) -> list[str]:
    return [picture.label for picture in it.generate.run_view.panes.query(Picture)]


def pixels(it: Driven, at: int) -> bytes:
    image = [picture.image for picture in it.generate.run_view.panes.query(Picture)][at]
    assert isinstance(image, Image.Image)
    return image.tobytes()


def told(it: Driven) -> list[str]:
    return [note.message for note in it.app._notifications]


async def test_seeds_are_named_and_once_they_are_ranked_the_best_is_first(driven: Any) -> None:
    async with driven() as it:
        await it.ask(best_of=4)
        view = it.generate.run_view
        it.worker.play(FIRST_FRAME)
        await it.until(lambda: len(view.timeline.frames) == 1)
        await it.pilot.pause()
        assert labels(it) == [f"seed {seed} · x̂0" for seed in range(2718, 2722)]
        it.worker.play()
        await it.until(lambda: not view.run.live)
        await it.pilot.pause()
        assert labels(it) == [
            f"{RANKED[0]} · x̂0",
            *(f"{name} · x̂0 · stage I" for name in RANKED[1:]),
        ]
        last, small = view.run.frames[-1].sheet, view.run.steps[-1].sheet
        assert pixels(it, 0) == last.picture("x0", 2).tobytes()
        assert pixels(it, 3) == small.picture("x0", 0).tobytes()
        assert "best of 4: seed 2720 (a rocket 90 %)" in told(it)
        assert told(it)[-1] == str(view.run.folder / "stage-2-02.png")


async def test_the_keys_of_samples_go_from_the_best_to_the_worst(driven: Any) -> None:
    async with driven() as it:
        await it.drawn(best_of=4)
        panes, seen = it.generate.run_view.panes, []
        assert (panes.sample, panes.selected) == (2, 0)
        await it.pilot.press("enter")
        assert labels(it)[0] == f"x_t · {RANKED[0]}"
        for _ in range(4):
            seen.append(panes.sample)
            await it.pilot.press("down")
        assert seen == [2, 1, 3, 0]
        assert panes.sample == 2
        await it.pilot.press("up")
        assert labels(it)[0] == f"x_t · {RANKED[3]} · stage I"
        await it.pilot.press("home")
        assert labels(it)[0] == f"x_t · {RANKED[3]}"


async def test_a_click_shows_the_sample_that_is_there(driven: Any) -> None:
    async with driven() as it:
        await it.drawn(best_of=4)
        pictures = list(it.generate.run_view.panes.query(Picture))
        await it.pilot.click(pictures[1], offset=(5, 5))
        panes = it.generate.run_view.panes
        assert (panes.sample, panes.together) == (1, False)


async def test_one_that_is_looked_at_stays_when_the_ranking_comes(driven: Any) -> None:
    async with driven() as it:
        await it.ask(best_of=4)
        it.worker.play(FIRST_FRAME)
        view = it.generate.run_view
        await it.until(lambda: view.timeline.frames)
        await it.pilot.press("enter", "down")
        it.worker.play()
        await it.until(lambda: not view.run.live)
        await it.pilot.pause()
        assert (view.panes.sample, view.panes.together) == (1, False)
        assert labels(it)[0] == f"x_t · {RANKED[1]} · stage I"


async def test_any_other_may_be_enlarged(driven: Any) -> None:
    async with driven() as it:
        await it.drawn(best_of=4)
        commands = it.generate.run_view.commands
        await it.pilot.press("enter")
        assert not commands.check_action("upscale", ())
        await it.pilot.press("down", "u")
        await it.until(lambda: len(it.worker.asked) == 3)
        spec = it.worker.asked[-1]
        assert (spec.best_of, spec.count, spec.seed, spec.start_sample) == (1, 1, 2719, 1)


async def test_all_may_be_enlarged_after_the_best_was(driven: Any) -> None:
    async with driven() as it:
        await it.drawn(best_of=4)
        await it.pilot.press("u")
        await it.until(lambda: len(it.worker.asked) == 3)
        spec = it.worker.asked[-1]
        assert (spec.best_of, spec.count, spec.seed, spec.start_sample) == (1, 4, 2718, None)


async def test_one_run_of_it_is_compared_by_its_best(driven: Any) -> None:
    async with driven() as it:
        await it.drawn()
        await it.drawn(best_of=4)
        await it.pilot.press("=")
        await it.until(lambda: isinstance(it.app.screen, Picker))
        await it.pilot.press("enter")
        await it.until(lambda: isinstance(it.app.screen, CompareScreen))
        await it.pilot.pause()
        pictures = list(it.app.screen.query(Picture))
        assert [picture.image is not None for picture in pictures] == [True, True]
        assert pictures[1].label.startswith(f"B · {RANKED[0]} · x̂0")
        await it.pilot.press("down")
        await it.pilot.pause()
        assert pictures[1].label.startswith(f"B · {RANKED[2]} · x̂0")
        assert [picture.image is not None for picture in pictures] == [True, True]


async def test_an_old_run_opens_with_the_best_first(driven: Any) -> None:
    async with driven(size=(80, 24)) as it:
        await it.drawn(best_of=4)
        run = it.generate.run_view.run
        await it.drawn()
        it.generate.show_run(run)
        await it.pilot.pause()
        assert labels(it)[0].startswith(RANKED[0])
        assert it.generate.form.form.values()["best_of"] == "4"


async def test_a_count_of_another_number_is_said_at_the_field(driven: Any) -> None:
    async with driven() as it:
        form = it.generate.form.form
        form.set_values({"prompt": "a rocket", "count": 3, "best_of": 4})
        await it.pilot.press("ctrl+g")
        await it.pilot.pause()
        assert list(form.attempt().problems) == ["best_of"]
        assert not any(isinstance(spec, Generate) for spec in it.worker.asked)


async def test_an_illusion_has_the_best_in_the_first_row(driven: Any) -> None:
    async with driven(size=(160, 40)) as it:
        screen = await it.at("illusions")
        screen.forms.show("anagram")
        few = {"steps": 6, "stage2_steps": 4, "best_of": 2}
        screen.forms.active.form.set_values({"first": "a cat", "second": "a hen"} | few)
        await it.pilot.press("ctrl+g")
        await it.until(lambda: any(isinstance(spec, Anagram) for spec in it.worker.asked))
        it.worker.play()
        await it.until(lambda: screen.run_view.run and not screen.run_view.run.live)
        for _ in range(3):
            await it.app.workers.wait_for_complete()
            await it.pilot.pause()
        pictures = list(screen.run_view.panes.query(Picture))
        assert [picture.label for picture in pictures] == [
            *("x̂0 · 1. seed 2719 · 70 % · as it is · a cat", "70 % · flip · a hen"),
            *("2. seed 2718 · stage I · 20 % · as it is · a c…", "20 % · flip · a hen"),
        ]
        await it.pilot.press("enter", "down")
        await it.app.workers.wait_for_complete()
        await it.pilot.pause()
        (first, *_) = screen.run_view.panes.query(Picture)
        assert first.label.startswith("x̂0 · 2. seed 2718 · stage I · 20 %")
        small = screen.run_view.run.steps[-1].sheet.picture("x0", 0)
        assert first.image.tobytes() == small.tobytes()
