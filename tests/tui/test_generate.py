"""Generate, driven by keys: ask, watch, walk, branch, compare."""

from pathlib import Path
from typing import Any

from textual.widgets import OptionList

from engine import runs, vocabulary
from engine.events import Ready
from engine.specs import Generate, Open
from engine.vocabulary import Vocabulary
from screens.base.compare import CompareScreen
from screens.dialogs.questions import Picker
from tests.tui.conftest import place


async def test_the_model_is_opened_and_the_prompt_has_the_focus(driven: Any) -> None:
    async with driven() as it:
        assert isinstance(it.worker.asked[0], Open)
        assert it.app.focused is it.generate.form.form.rows["prompt"].field
        assert str(it.generate.top.line) == "tiny-if · cpu · ready"


async def test_typing_and_enter_runs_and_gives_the_focus_to_the_pictures(driven: Any) -> None:
    async with driven() as it:
        await it.pilot.press(*"a cat", "enter")
        await it.until(lambda: len(it.worker.asked) == 2)
        assert it.worker.asked[1].prompt == "a cat"
        assert it.app.focused is it.generate.run_view


async def test_every_step_reaches_the_timeline_and_the_pictures_follow(driven: Any) -> None:
    async with driven() as it:
        await it.ask()
        it.worker.play(8)
        scope = it.generate.run_view
        await it.until(lambda: len(scope.timeline.frames) == 4)
        await it.pilot.pause()
        assert scope.panes.frame is scope.timeline.frames[-1]
        assert "stage I · step 4/6" in str(it.generate.top.line)
        it.worker.play()
        await it.until(lambda: not it.generate.run_view.run.live)
        assert [(f.stage, f.index) for f in scope.timeline.frames] == [
            *((1, i) for i in range(6)),
            *((2, i) for i in range(4)),
        ]


async def test_walking_back_stays_there_while_steps_arrive(driven: Any) -> None:
    async with driven() as it:
        await it.ask()
        it.worker.play(8)
        timeline = it.generate.run_view.timeline
        await it.until(lambda: len(timeline.frames) == 4)
        await it.pilot.press("left", "left")
        it.worker.play(2)
        await it.until(lambda: len(timeline.frames) == 6)
        assert timeline.cursor == 1
        await it.pilot.press("end")
        assert timeline.cursor == 5
        await it.pilot.press("home")
        assert timeline.cursor == 0
        await it.pilot.press("shift+right")
        assert timeline.cursor == 5


async def test_the_channel_key_goes_round_and_the_widest_screen_shows_more(driven: Any) -> None:
    async with driven(size=(80, 24)) as it:
        await it.drawn()
        panes = it.generate.run_view.panes
        assert len(panes.query("Picture")) == 2
        seen = []
        for _ in range(4):
            seen.append(panes.channel)
            await it.pilot.press("c")
        assert seen == ["x0", "eps", "delta", "change"]
        assert panes.channel == "x0"
    async with driven(size=(200, 50)) as it:
        await it.drawn()
        assert len(it.generate.run_view.panes.query("Picture")) > 2


async def test_cancel_asks_once_for_after_the_step_and_twice_for_now(driven: Any) -> None:
    async with driven() as it:
        await it.ask()
        it.worker.play(6)
        await it.until(lambda: it.generate.run_view.run and it.generate.run_view.run.frames)
        hand = it.worker.controls[it.generate.run_view.run.name]
        await it.pilot.press("x")
        await it.until(lambda: hand.cancelled)
        assert not hand.abandoned
        assert "cancelling" in str(it.generate.top.line)
        await it.pilot.press("x")
        await it.until(lambda: hand.abandoned)


async def test_pause_one_step_and_going_on(driven: Any) -> None:
    async with driven() as it:
        await it.ask()
        it.worker.play(6)
        await it.until(lambda: it.generate.run_view.run and it.generate.run_view.run.frames)
        hand = it.worker.controls[it.generate.run_view.run.name]
        await it.pilot.press("p")
        await it.until(lambda: hand.paused)
        assert "paused" in str(it.generate.top.line)
        await it.pilot.press("n")
        await it.until(lambda: hand._allowed == 1)
        await it.pilot.press("p")
        await it.until(lambda: not hand.paused)


async def test_branch_takes_the_step_under_the_cursor_and_names_its_parent(driven: Any) -> None:
    async with driven() as it:
        await it.drawn(guidance=5.0, seed=7)
        parent = it.generate.run_view.run
        await it.pilot.press("home", "right", "right", "b")
        await it.until(lambda: it.generate.form.origin.values)
        assert it.app.focused is it.generate.form.form.rows["prompt"].field
        await it.ask(prompt="a cat", guidance=5.0)
        spec = it.worker.asked[-1]
        assert spec.parent() == (parent.name, 3)
        assert (spec.prompt, spec.seed, spec.guidance) == ("a cat", 7, 5.0)


async def test_a_branch_moves_down_to_the_noise_and_can_be_dropped(driven: Any) -> None:
    async with driven() as it:
        await it.drawn()
        await it.pilot.press("home", "b")
        await it.until(lambda: it.generate.form.origin.values)
        await it.pilot.press("ctrl+o", "less_than_sign")
        assert it.generate.form.origin.values["start_from"].endswith(":0")
        await it.pilot.press("less_than_sign")
        assert it.generate.form.origin.values["start_from"].endswith(":0")
        await it.pilot.press("B", "ctrl+g")
        await it.until(lambda: len(it.worker.asked) == 3)
        assert it.worker.asked[-1].start_from is None


async def test_stage_two_has_no_step_to_branch_from(driven: Any) -> None:
    async with driven() as it:
        await it.drawn()
        await it.pilot.press("end", "b")
        assert not it.generate.form.origin.values


async def test_one_of_several_samples_is_chosen_and_branched_with_its_seed(driven: Any) -> None:
    async with driven() as it:
        await it.drawn(count=3, seed=10)
        panes = it.generate.run_view.panes
        assert panes.together
        assert len(panes.query("Picture")) == 3
        await it.pilot.press("down", "enter")
        assert (panes.sample, panes.together) == (1, False)
        await it.pilot.press("home", "b")
        await it.until(lambda: it.generate.form.origin.values)
        await it.pilot.press("ctrl+g")
        await it.until(lambda: len(it.worker.asked) == 3)
        spec = it.worker.asked[-1]
        assert (spec.start_sample, spec.count, spec.seed) == (1, 1, 11)


async def test_upscale_asks_for_stage_two_from_the_last_state(driven: Any) -> None:
    async with driven() as it:
        await it.drawn(stage2="none")
        parent = it.generate.run_view.run
        await it.pilot.press("u")
        await it.until(lambda: len(it.worker.asked) == 3)
        spec = it.worker.asked[-1]
        assert (spec.parent(), spec.stage2) == ((parent.name, 6), "auto")


async def test_seed_keys_change_the_form_alone(driven: Any) -> None:
    async with driven() as it:
        await it.drawn(seed=41)
        await it.pilot.press("s")
        assert it.generate.form.values()["seed"] == "42"
        await it.pilot.press("r")
        Generate(prompt="x", seed=int(it.generate.form.values()["seed"]))
        assert len(it.worker.asked) == 2


async def test_a_wrong_field_is_said_there_and_nothing_is_asked(driven: Any) -> None:
    async with driven() as it:
        it.generate.form.form.set_values({"prompt": "a cat", "steps": "1000000000"})
        await it.pilot.press("ctrl+g")
        await it.pilot.pause()
        row = it.generate.form.form.rows["steps"]
        assert row.complaint
        assert row.field.text == "1000000000"
        assert len(it.worker.asked) == 1


async def test_compare_puts_the_parent_first_and_flips(driven: Any) -> None:
    async with driven() as it:
        await it.drawn(prompt="a rocket")
        parent = it.generate.run_view.run
        await it.drawn(prompt="a dog")
        await it.pilot.press("ctrl+o")
        it.app.session.states[parent.name]
        it.generate.form.origin.take({"start_from": f"{parent.name}:2"}, 6)
        await it.drawn(prompt="a cat")
        await it.pilot.press("equals_sign")
        await it.until(lambda: isinstance(it.app.screen, Picker))
        await it.pilot.pause()
        assert it.app.screen.query_one(OptionList).get_option_at_index(0).id == str(parent.folder)
        await it.pilot.press("enter")
        await it.until(lambda: isinstance(it.app.screen, CompareScreen))
        await it.pilot.pause()
        screen = it.app.screen
        assert screen.runs[0].name == parent.name
        assert "prompt: a rocket → a cat" in str(screen.query_one(".difference").render())
        first, second = screen.pictures
        await it.pilot.press("f")
        assert (first.display, second.display) == (False, True)
        await it.pilot.press("f")
        assert (first.display, second.display) == (True, False)
        await it.pilot.press("backspace", "backspace")
        await it.until(lambda: it.app.screen is it.generate)


async def test_a_failed_run_is_said_and_the_next_one_still_runs(driven: Any) -> None:
    from engine import events

    async with driven() as it:
        await it.ask()
        name = next(iter(it.worker.controls))
        it.worker.emit(events.Started(name, 0.0, "", 1))
        it.worker.emit(events.Failed(name, 0.1, "the model folder is half-copied", 2))
        await it.until(lambda: it.generate.run_view.run and not it.generate.run_view.run.live)
        assert any("half-copied" in note.message for note in it.app._notifications)
        it.worker._stories.clear()
        await it.drawn(prompt="a cat")
        assert it.generate.run_view.run.spec.prompt == "a cat"


async def test_what_was_typed_and_folded_is_there_at_the_next_start(driven: Any) -> None:
    async with driven() as it:
        await it.drawn(prompt="a whale", guidance=3.5)
        await it.pilot.press("c", "left_square_bracket", "q")
    async with driven() as it:
        assert it.generate.form.values()["prompt"] == "a whale"
        assert it.generate.form.values()["guidance"] == "3.5"
        assert it.generate.run_view.panes.channel == "eps"
        assert it.generate.form.has_class("-folded")


async def test_a_run_opened_again_has_all_its_steps(driven: Any) -> None:
    async with driven() as it:
        await it.drawn()
        name = it.generate.run_view.run.name
    assert len(runs.open_run(name).state.frames) == 10
    async with driven() as it:
        await it.pilot.press("ctrl+o", place("runs"))
        await it.until(lambda: it.app.current_mode == "runs" and it.app.screen.list.rows)
        await it.pilot.press("enter")
        await it.until(lambda: it.app.current_mode == "generate")
        await it.until(lambda: len(it.generate.run_view.timeline.frames) == 10)
        assert it.generate.run_view.run.name == name


async def test_a_cascade_that_says_its_words_completes_and_notices(
    driven: Any, tmp_path: Path
) -> None:
    known = Vocabulary(
        ("a", "rocket", "on"), concepts=("a rocket",), colours=("blue",), near={"missile": "rocket"}
    )
    (tmp_path / vocabulary.FILE).write_text(known.to_json(), "utf-8")
    async with driven() as it:
        ready = ("tiny-if", "cpu", "float32", "fa4e" * 16, (32, 64), str(tmp_path))
        it.worker.emit(Ready("open", 0.0, *ready))
        row = it.generate.form.form.rows["prompt"]
        await it.until(lambda: row.field.suggester is not None)
        await it.pilot.press(*"a roc")
        await it.until(lambda: row.field._suggestion == "a rocket")
        await it.pilot.press("right", *" ov", "space")
        assert row.field.text == "a rocket ov "
        assert row.hint == "tiny-if does not know: ov"
        assert not row.complaint
        await it.pilot.press("backspace", "backspace", "backspace", *"on ")
        assert row.hint == ""
        await it.pilot.press(*"a missi")
        await it.until(lambda: row.field._suggestion == "a rocket on a missile")
        await it.pilot.press("right", "space")
        assert row.hint == "tiny-if draws missile as rocket"
        assert not row.complaint
