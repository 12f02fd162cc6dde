"""What a person set and typed in the version before is obeyed and there again."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine import runs
from screens.keys import BY_ID
from screens.messages import OpenRun
from screens.widgets.form.spec_form import SpecForm
from tests.kept.conftest import HERE
from tests.tui.conftest import driven, folders
from tui import config
from tui.app import PLACES

__all__ = ["driven", "folders"]

SHOWN = {
    "generate": "II step 2/2",
    "branch": "I step 4/4",
    "guidances": "I step 4/4",
    "denoise": "I step 3/3",
    "edit": "II step 2/2",
    "inpaint": "II step 2/2",
    "anagram": "II step 2/2",
    "hybrid": "I step 4/4",
    "compose": "I step 4/4",
    "digits": "I step 3/3",
    "class": "8/8 100 %",
    "stopped": "4/120 3 %",
    "forge": "2/2 100 %",
    "cancelled": "I step 2/200",
    "killed": "I step 2/4",
}
"""What the screen says of a run of each kind, spaces made one."""


def test_every_key_can_still_be_named(tmp_path: Path) -> None:
    ids = [line.split()[0] for line in (HERE / "key-ids.txt").read_text("utf-8").splitlines()]
    file = tmp_path / "config.toml"
    file.write_text("[keys]\n" + "".join(f'"{name}" = "f5"\n' for name in ids))
    found = config.load(file)
    assert found.problems == ()
    assert len(ids) == len(set(ids)) == 140
    assert len(found.keys) == len(ids)
    assert set(found.keys) <= set(BY_ID)


def test_the_config_file_is_taken_whole() -> None:
    found = config.load(HERE / "config.toml")
    assert found.problems == ()
    assert (found.images, found.color, found.bandwidth) == ("half", "truecolor", 100)
    assert (found.runs, found.theme, len(found.keys)) == ("~/kept", "nord", 12)


async def test_keys_on_other_places_work(driven: Callable[..., Any]) -> None:
    async with driven(config=config.load(HERE / "config.toml")) as it:
        assert it.app.theme == "nord"
        await it.drawn()
        view = it.generate
        await it.pilot.press("h", "h")
        behind = view.run_view.timeline.cursor
        await it.pilot.press("l")
        assert view.run_view.timeline.cursor == behind + 1
        await it.pilot.press("P")
        assert view.form.has_focus_within
        before = len(it.worker.asked)
        await it.pilot.press("f5")
        await it.until(lambda: len(it.worker.asked) > before, "the request")


async def test_what_was_typed_is_there_again(
    driven: Callable[..., Any], folders: Path, unpacked: Path
) -> None:
    shutil.copy(unpacked / "state.json", folders)
    async with driven() as it:
        typed = it.app.screen.query_one(SpecForm).values()
        wanted = {"prompt": "a snail", "negative": "red", "steps": "7", "seed": "31"}
        assert {name: typed[name] for name in wanted} == wanted
        edit = await it.at("edit")
        assert edit.query_one(SpecForm).values()["prompt"] == "a boat"
        inpaint = await it.at("inpaint")
        assert inpaint.query_one(SpecForm).values()["method"] == "if"
    before, after = (
        json.loads((at / "state.json").read_text("utf-8")) for at in (unpacked, folders)
    )
    assert after["generate"]["folded"] == before["generate"]["folded"]
    assert after["program"] == before["program"]


async def test_prompts_of_before_come_back(
    driven: Callable[..., Any], folders: Path, unpacked: Path
) -> None:
    shutil.copytree(unpacked / "xdg" / "diffuscope", folders / "xdg_state_home" / "diffuscope")
    async with driven() as it:
        seen = []
        for _ in range(3):
            await it.pilot.press("up")
            seen.append(it.app.screen.query_one(SpecForm).values()["prompt"])
        assert seen == ["a high quality photo", "a boat", "a snail"]


@pytest.mark.parametrize(("name", "line"), SHOWN.items())
async def test_a_run_opens_in_its_place(
    driven: Callable[..., Any],
    unpacked: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    line: str,
) -> None:
    async with driven() as it:
        monkeypatch.setenv("DIFFUSCOPE_RUNS", str(unpacked / "runs"))
        place = runs.open_run(name).spec.screen or "runs"
        assert place in PLACES
        it.app.post_message(OpenRun(name))
        await it.until(lambda: it.app.current_mode == place, place)
        await it.app.workers.wait_for_complete()
        await it.until(lambda: line in _text(it), line)
        assert [note.message for note in it.app._notifications if note.severity == "error"] == []


def _text(it: Any) -> str:
    """All that the screen shows, as plain text, spaces made one."""
    strips = it.app.screen._compositor.render_strips()
    return " ".join(" ".join(strip.text for strip in strips).split())
