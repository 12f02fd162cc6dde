"""Runs, Doctor, the palette, remapped keys, and leaving."""

import asyncio
from pathlib import Path
from typing import Any

from textual.command import CommandPalette

from engine import events, runs
from engine.specs import Doctor
from screens import keys
from screens.dialogs.questions import Picker
from tests.tui.conftest import place
from tui.app import PLACES
from tui.config import Config


def test_every_place_has_a_digit_for_a_key() -> None:
    assert len(PLACES) <= 9


async def test_runs_are_listed_newest_first_with_the_one_under_the_cursor(driven: Any) -> None:
    async with driven() as it:
        await it.drawn(prompt="a rocket")
        await it.drawn(prompt="a cat")
        await it.pilot.press("ctrl+o", place("runs"))
        await it.until(lambda: it.app.current_mode == "runs" and it.app.screen.list.rows)
        screen = it.app.screen
        assert {row.title for row in screen.list.rows} == {"a rocket", "a cat"}
        await it.until(lambda: screen.picture.image is not None)
        assert screen.list.row.title in str(screen.facts.render())
        first = screen.list.row.name
        await it.pilot.press("down")
        await it.until(lambda: screen.list.row.name != first)


async def test_a_run_is_deleted_only_after_asking(driven: Any, folders: Path) -> None:
    async with driven() as it:
        await it.drawn()
        folder = it.generate.run_view.run.folder
        await it.pilot.press(place("runs"))
        await it.until(lambda: it.app.current_mode == "runs" and it.app.screen.list.rows)
        await it.pilot.press("d")
        await it.until(lambda: isinstance(it.app.screen, Picker))
        await it.pilot.press("enter")
        await it.until(lambda: not isinstance(it.app.screen, Picker))
        assert folder.exists()
        await it.pilot.press("d")
        await it.until(lambda: isinstance(it.app.screen, Picker))
        await it.pilot.press("down", "enter")
        await it.until(lambda: not folder.exists())
        await it.until(lambda: not it.app.screen.list.rows)
        assert not list((folders / "runs").iterdir())


async def test_replay_asks_for_the_very_same_and_goes_where_it_is_seen(driven: Any) -> None:
    async with driven() as it:
        await it.drawn(prompt="a rocket", seed=9)
        await it.pilot.press(place("runs"))
        await it.until(lambda: it.app.current_mode == "runs" and it.app.screen.list.rows)
        await it.pilot.press("R")
        await it.until(lambda: len(it.worker.asked) == 3)
        assert it.worker.asked[2] == it.worker.asked[1]
        await it.until(lambda: it.app.current_mode == "generate")


async def test_export_writes_into_the_working_folder_and_overwrites_nothing(
    driven: Any, folders: Path
) -> None:
    async with driven() as it:
        await it.drawn()
        for _ in range(2):
            await it.pilot.press("e")
            await it.until(lambda: isinstance(it.app.screen, Picker))
            await it.pilot.press("enter")
            await it.until(lambda: not isinstance(it.app.screen, Picker))
            await it.app.workers.wait_for_complete()
        name = it.generate.run_view.run.name
        assert sorted(p.name for p in folders.glob("*.png")) == [f"{name}-2.png", f"{name}.png"]


async def test_doctor_asks_when_it_is_opened_and_shows_the_line_to_type(driven: Any) -> None:
    async with driven() as it:
        await it.pilot.press("ctrl+o", place("doctor"))
        await it.until(lambda: it.app.current_mode == "doctor" and len(it.worker.asked) == 2)
        assert isinstance(it.worker.asked[-1], Doctor)
        it.worker.emit(events.Report("doctor", 0.1, "licence", False, "not accepted", "hf login"))
        it.worker.emit(events.Done("doctor", 0.2))
        await it.until(lambda: it.app.screen.ended)
        assert it.app.screen.ended == "1 to look at"
        svg = it.app.export_screenshot().replace("&#160;", " ")
        assert "licence" in svg
        assert "hf login" in svg


async def test_commands_are_listed_in_the_order_in_which_keys_are_declared(driven: Any) -> None:
    from tui.palette import Commands

    async with driven() as it:
        await it.drawn()
        names = [name for name, _, _ in Commands(it.app.screen)._active()]
        assert names[0] == "ask: run"
        assert names.index("timeline: play") < names.index("run: export") < names.index("app: quit")
        active = it.app.screen.active_bindings.values()
        shown = list(dict.fromkeys(one.binding.id for one in active if one.binding.id))
        declared = [key.id for key in keys.KEYS if key.id in shown]
        assert shown[: len(declared)] == declared


async def test_help_beside_a_form_leaves_it_there(driven: Any) -> None:
    async with driven(size=(120, 36)) as it:
        await it.pilot.press("escape", "question_mark")
        await it.until(lambda: it.app.screen.query("HelpPanel"))
        await it.pilot.pause()
        assert it.app.screen.form.display


async def test_the_palette_has_what_makes_sense_now(driven: Any) -> None:
    async def entries(it: Any) -> set[str]:
        from tui.palette import Commands

        provider = Commands(it.app.screen)
        return {name for name, _, _ in provider._active()}

    async with driven() as it:
        before = await entries(it)
        assert "place: runs" in before
        assert "run: branch" not in before
        await it.drawn()
        after = await entries(it)
        assert {"run: branch", "timeline: far back", "run: export"} <= after
        assert "run: cancel" not in after
        await it.pilot.press("ctrl+p")
        await it.until(lambda: isinstance(it.app.screen, CommandPalette))


async def test_a_key_is_remapped_by_its_id_and_the_line_says_so(driven: Any) -> None:
    config = Config(keys={"timeline.channel": "v"})
    async with driven(config=config) as it:
        await it.drawn()
        panes = it.generate.run_view.panes
        await it.pilot.press("c")
        assert panes.channel == "x0"
        await it.pilot.press("v")
        assert panes.channel != "x0"
        active = it.app.screen.active_bindings
        assert active["v"].binding.id == "timeline.channel"


async def test_a_bad_config_is_said_at_the_start(driven: Any) -> None:
    config = Config(problems=("config.toml: images is 'x'",))
    async with driven(config=config) as it:
        await it.until(lambda: [n for n in it.app._notifications if "images" in n.message])


async def test_requests_made_before_the_engine_is_there_are_not_lost(driven: Any) -> None:
    async with driven() as it:
        worker, it.app.engine.worker = it.app.engine.worker, None
        await it.pilot.press(*"a cat", "enter")
        await it.until(lambda: it.app._waiting)
        assert worker.asked[1:] == []
        it.app.engine.make_worker = lambda emit: worker
        it.app.on_ready()
        await it.until(lambda: "a cat" in [spec.title() for spec in worker.asked])


async def test_quitting_cancels_what_runs_and_keeps_what_was_typed(
    driven: Any, folders: Path
) -> None:
    async with driven() as it:
        await it.ask(prompt="a whale")
        it.worker.play(6)
        await it.until(lambda: it.app.session.running)
        await it.pilot.press("q")
        await it.until(lambda: it.worker.closed)
        assert it.worker.closed[0] <= 0.7
        assert it.app.return_code == 0
    assert "a whale" in (folders / "state.json").read_text()


async def test_many_events_in_one_go_are_one_look(driven: Any) -> None:
    async with driven() as it:
        await it.ask(steps=400, stage2="none")
        looks = []
        it.app.session.listeners.append(looks.append)
        it.worker.play()
        await it.until(lambda: it.generate.run_view.run and not it.generate.run_view.run.live)
        assert len(it.generate.run_view.timeline.frames) == 400
        assert len(looks) < 40


async def test_an_unreadable_run_folder_does_not_hide_the_others(
    driven: Any, folders: Path
) -> None:
    (folders / "runs" / "torn").mkdir(parents=True)
    (folders / "runs" / "torn" / "spec.json").write_text("{")
    async with driven() as it:
        await it.drawn()
        await it.pilot.press(place("runs"))
        await it.until(lambda: it.app.current_mode == "runs" and it.app.screen.list.rows)
        assert len(it.app.screen.list.rows) == 1
        assert len(await asyncio.to_thread(runs.list_runs)) == 2


async def test_an_unknown_theme_is_said_and_the_default_is_used(driven: Any) -> None:
    async with driven(config=Config(theme="mauve")) as it:
        await it.until(lambda: [n for n in it.app._notifications if "mauve" in n.message])
        assert it.app.theme == Config.theme
