"""Illusions, driven by keys: three forms, readings, turning, afar and bands, branches."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from engine.runs.illusions.display import split
from engine.specs import Anagram, Compose, Hybrid, Illusion
from engine.views import Resolution, keep, view
from screens.illusions import display_modes
from screens.illusions import panes as illusion_panes
from screens.messages import OpenRun
from screens.widgets.key_line import KeyLine
from tests.support.fake_runs import generate
from tests.tui.conftest import place

FEW = {"steps": 6, "stage2_steps": 4}
TWO = {"first": "an oil painting of a man", "second": "an oil painting of a fire"}
PAIR = {"low": "a skull", "high": "a waterfall"}


def labels(screen: Any) -> list[str]:
    """What stands above the pictures."""
    return [picture.label for picture in screen.run_view.panes.query("Picture")]


def images(screen: Any) -> list[Image.Image]:
    return [picture.image for picture in screen.run_view.panes.query("Picture")]


def asked(it: Any) -> list[Illusion]:
    return [spec for spec in it.worker.asked if isinstance(spec, Illusion)]


def seen(name: str, image: Image.Image, cells: int = 32) -> bytes:
    return view(name).at(Resolution(image.width, cells)).seen_image(image).tobytes()


def can(screen: Any, action: str) -> bool:
    """Whether a command makes sense now."""
    owners = [w for w in screen.command_widgets() if hasattr(w, f"action_{action}")]
    return any(widget.check_action(action, (1,)) for widget in owners)


async def fill(it: Any, screen: Any, kind: str, **fields: Any) -> None:
    """Type into the form of a kind."""
    screen.forms.show(kind)
    screen.forms.active.form.set_values(FEW | fields)
    await it.pilot.pause()


async def ran(it: Any, screen: Any, events: int = 10_000) -> Illusion:
    """Run what is typed, and let ``events`` of it happen."""
    before = len(asked(it))
    await it.pilot.press("ctrl+g")
    await it.until(lambda: len(asked(it)) > before, "the request")
    it.worker.play(events)
    await settled(it)
    return asked(it)[-1]


async def settled(it: Any) -> None:
    for _ in range(3):
        await it.pilot.pause()
        await it.app.workers.wait_for_complete()
    await it.pilot.pause()


async def test_an_anagram_is_asked_for_and_all_its_readings_are_seen(driven: Any) -> None:
    async with driven() as it:
        screen = await it.at("illusions")
        assert screen.forms.name_shown == "anagram"
        assert it.app.focused is screen.forms.active.form.rows["first"].field
        await fill(it, screen, "anagram", **TWO, view="identity,rotate-90")
        spec = await ran(it, screen)
        assert isinstance(spec, Anagram)
        assert spec.view == ("identity", "rotate-90")
        whole = screen.run_view.run.frames[-1].sheet.picture("x0")
        assert images(screen)[0].tobytes() == whole.tobytes()
        assert images(screen)[1].tobytes() == seen("rotate-90", whole)
        assert labels(screen) == ["x̂0 · as it is · …man", "rotate-90 · …fire"]


async def test_the_forms_go_round_and_keep_what_was_typed(driven: Any) -> None:
    async with driven() as it:
        screen = await it.at("illusions")
        await it.pilot.press(*"a fox", "ctrl+n")
        await it.until(lambda: it.app.focused is screen.forms.active.form.rows["low"].field)
        await it.pilot.press(*"a hen", "ctrl+o", "m")
        await it.until(lambda: screen.forms.name_shown == "compose")
        await it.pilot.press(*"a cat|flip; a dog", "ctrl+g")
        await it.until(lambda: asked(it))
        assert isinstance(asked(it)[0], Compose)
        assert [str(term) for term in asked(it)[0].term] == ["a cat|flip", "a dog"]
        await it.pilot.press("m")
        assert screen.forms.name_shown == "anagram"
        assert screen.forms.values()["anagram"]["first"] == "a fox"
        assert screen.forms.values()["hybrid"]["low"] == "a hen"
        await it.pilot.press("ctrl+q")
        await it.until(lambda: it.worker.closed)
    async with driven() as it:
        screen = await it.at("illusions")
        assert screen.forms.name_shown == "anagram"
        assert screen.forms.values()["compose"]["term"] == "a cat|flip; a dog"


@pytest.mark.parametrize(
    ("kind", "fields", "wrong", "line"),
    [
        ("anagram", {"first": "a fox"}, "second", "two things or more"),
        ("anagram", TWO | {"third": "a hen"}, "view", "3 prompts need 3 views"),
        ("anagram", TWO | {"view": "identity,flop"}, "view", "did you mean flip"),
        ("hybrid", PAIR | {"kernel": 4}, "kernel", "write an odd number"),
        ("hybrid", PAIR | {"factor": "colour", "middle": "a cat"}, "factor", "has two parts"),
        ("compose", {"term": "a fox; a hen|||-1"}, "term", "sum to 0"),
        (
            "compose",
            {"term": "a fox||low; a hen||high", "reduction": "alternate"},
            "reduction",
            "choose mean",
        ),
    ],
)
async def test_what_is_wrong_is_said_at_its_field(
    driven: Any, kind: str, fields: dict[str, Any], wrong: str, line: str
) -> None:
    async with driven() as it:
        screen = await it.at("illusions")
        await fill(it, screen, kind, **fields)
        await it.pilot.press("ctrl+g")
        await it.pilot.pause()
        assert line in screen.forms.active.form.rows[wrong].complaint
        assert not asked(it)


async def test_the_kernel_of_a_hybrid_may_be_left_to_the_source(driven: Any) -> None:
    async with driven() as it:
        screen = await it.at("illusions")
        await fill(it, screen, "hybrid", **PAIR)
        spec = await ran(it, screen)
        assert isinstance(spec, Hybrid)
        assert spec.kernel is None


async def test_views_are_tried_with_arrows_in_their_field_and_with_a_key(driven: Any) -> None:
    async with driven() as it:
        screen = await it.at("illusions")
        field = screen.forms.active.form.rows["view"].field
        field.focus()
        await it.pilot.press("end", "down")
        assert field.text == "identity,flip-horizontal"
        await it.pilot.press("home", "up")
        assert field.text.startswith("white-balance,")
        await it.pilot.press("down", "ctrl+o", "v", "v", "V")
        assert field.text == "identity,rotate-90"
        await it.pilot.press("m")
        assert not can(screen, "other_view")


async def test_the_channel_key_changes_all_readings_and_the_timeline_moves_them(
    driven: Any,
) -> None:
    async with driven() as it:
        screen = await it.at("illusions")
        await fill(it, screen, "anagram", **TWO, view="identity,negate")
        await ran(it, screen)
        await it.pilot.press("c", "home", "right")
        await settled(it)
        eps = screen.run_view.run.frames[1].sheet.picture("eps")
        assert [image.tobytes() for image in images(screen)] == [
            eps.tobytes(),
            seen("negate", eps),
        ]
        assert labels(screen)[0].startswith("ε̂ · noise estimate · as it is")


async def test_readings_come_live_and_give_way_to_the_channels_of_one(driven: Any) -> None:
    async with driven(size=(160, 48)) as it:
        screen = await it.at("illusions")
        await fill(it, screen, "anagram", **TWO, view="identity,flip")
        await ran(it, screen, events=6)
        assert screen.run_view.run.live
        newest = screen.run_view.run.frames[-1].sheet.picture("x0")
        assert images(screen)[1].tobytes() == seen("flip", newest)
        await it.pilot.press("right_square_bracket")
        await settled(it)
        assert labels(screen)[:2] == ["x_t", "x̂0"]
        assert images(screen)[1].tobytes() == newest.tobytes()
        await it.pilot.press("right_square_bracket")
        await settled(it)
        assert len(images(screen)) == 2


async def test_each_sample_has_its_readings_in_a_row(driven: Any) -> None:
    async with driven() as it:
        screen = await it.at("illusions")
        await fill(it, screen, "anagram", **TWO, count=2, view="identity,flip")
        await ran(it, screen)
        assert labels(screen) == [
            *("x̂0 · 1 · as it is · …man", "flip · …fire"),
            *("2 · as it is · …man", "flip · …fire"),
        ]
        sheet = screen.run_view.run.frames[-1].sheet
        assert images(screen)[3].tobytes() == seen("flip", sheet.picture("x0", 1))
        await it.pilot.press("down", "enter")
        await settled(it)
        assert labels(screen) == ["x̂0 · 2 of 2 · as it is · …man", "flip · …fire"]
        assert images(screen)[0].tobytes() == sheet.picture("x0", 1).tobytes()


async def test_a_view_that_fails_is_marked(driven: Any) -> None:
    async with driven() as it:
        screen = await it.at("illusions")
        await fill(it, screen, "anagram", **TWO, view="identity,blur")
        await ran(it, screen)
        assert labels(screen)[1] == "blur (fails) · …fire"


async def test_turning_ends_at_the_next_reading_and_comes_round(
    driven: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(illusion_panes, "PERIOD", 0.0)
    monkeypatch.delenv("SSH_CONNECTION", raising=False)
    async with driven() as it:
        screen = await it.at("illusions")
        await fill(it, screen, "anagram", **TWO, third="a hen", view="identity,rotate-90,flip")
        await ran(it, screen)
        shown: list[bytes] = []
        panes, pictures = screen.run_view.panes, screen.view.pictures
        show = panes.show
        monkeypatch.setattr(
            panes,
            "show",
            lambda found, *rest: (shown.append(found[0].tobytes()), show(found, *rest)),
        )
        whole = screen.run_view.run.frames[-1].sheet.picture("x0")
        for name in ("rotate-90", "flip", "identity"):
            shown.clear()
            await it.pilot.press("t")
            await settled(it)
            assert labels(screen) == [f"x̂0 · {pictures.readings.title(pictures.reading)}"]
            assert images(screen)[0].tobytes() == seen(name, whole)
            assert len(set(shown)) >= illusion_panes.STEPS - 2


async def test_backspace_goes_from_any_look_back_to_the_readings(driven: Any) -> None:
    async with driven() as it:
        screen = await it.at("illusions")
        await fill(it, screen, "anagram", **TWO, view="identity,flip")
        await ran(it, screen)
        before = labels(screen)
        for key in ("t", "a"):
            await it.pilot.press(key)
            await settled(it)
            assert len(labels(screen)) != 2
            await it.pilot.press("backspace")
            await settled(it)
            assert labels(screen)[1] == before[1]
            assert not can(screen, "back")


async def test_over_a_connection_the_picture_turns_at_once(
    driven: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSH_CONNECTION", "10.0.0.1 1 10.0.0.2 22")
    async with driven() as it:
        screen = await it.at("illusions")
        await fill(it, screen, "anagram", **TWO, view="identity,flip")
        await ran(it, screen)
        monkeypatch.setattr(screen.view.pictures.readings, "between", None)  # called by nobody
        await it.pilot.press("home", "t")
        await settled(it)
        first = screen.run_view.run.frames[0].sheet.picture("x0")
        assert images(screen)[0].tobytes() == seen("flip", first)


async def test_a_hybrid_is_seen_from_afar_and_in_its_bands(driven: Any) -> None:
    async with driven() as it:
        screen = await it.at("illusions")
        await fill(it, screen, "hybrid", **PAIR)
        await ran(it, screen)
        whole = screen.run_view.run.frames[-1].sheet.picture("x0")
        await it.pilot.press("a")
        await settled(it)
        assert labels(screen) == ["x̂0 · near", "afar · 16 px", "afar · 8 px"]
        assert images(screen)[2].tobytes() == display_modes.softened(whole, 8).tobytes()
        await it.pilot.press("a")
        await settled(it)
        assert len(images(screen)) == 1
        assert images(screen)[0].width > images(screen)[0].height
        await it.pilot.press("l", "left")
        await settled(it)
        before = screen.run_view.run.frames[-2].sheet.picture("x0")
        found = split(screen.run_view.run.spec, before)
        assert labels(screen) == ["x̂0 · low · a skull", "high ×2 · a waterfall"]
        assert [i.tobytes() for i in images(screen)] == [i.tobytes() for i in found.values()]
        await it.pilot.press("l")
        await settled(it)
        assert labels(screen)[0] == "x_t"
        assert not can(screen, "turn")


async def test_what_makes_no_sense_is_greyed(driven: Any) -> None:
    async with driven() as it:
        screen = await it.at("illusions")
        assert not can(screen, "afar")
        await fill(it, screen, "anagram", **TWO, stage2="none")
        await ran(it, screen)
        assert can(screen, "turn")
        assert not can(screen, "bands")
        assert can(screen, "upscale")


async def test_a_branch_comes_back_to_its_own_form_and_may_change_it(driven: Any) -> None:
    async with driven() as it:
        screen = await it.at("illusions")
        await fill(it, screen, "hybrid", **PAIR)
        await ran(it, screen)
        parent = screen.run_view.run.name
        screen.forms.show("compose")
        await it.pilot.press("home", "right", "b")
        await it.until(lambda: screen.forms.active.origin.values)
        assert screen.forms.name_shown == "hybrid"
        assert it.app.focused is screen.forms.active.form.rows["low"].field
        spec = await ran(it, screen)
        assert isinstance(spec, Hybrid)
        assert spec.parent() == (parent, 2)
        await it.pilot.press("home", "b", "ctrl+n")
        screen.forms.active.form.set_values(FEW | {"term": "a cat"})
        spec = await ran(it, screen)
        assert isinstance(spec, Compose)
        assert spec.parent() is not None


async def test_a_branch_of_a_plain_run_is_asked_for_in_generate_still(driven: Any) -> None:
    async with driven() as it:
        await it.drawn()
        await it.at("illusions")
        await it.at("generate")
        await it.pilot.press("home", "b")
        await it.until(lambda: it.generate.form.origin.values)
        assert it.app.current_mode == "generate"


async def test_upscaling_asks_for_stage_two_of_the_same_illusion(driven: Any) -> None:
    async with driven() as it:
        screen = await it.at("illusions")
        await fill(it, screen, "anagram", **TWO, stage2="none")
        parent, name = await ran(it, screen), screen.run_view.run.name
        await it.pilot.press("u")
        await it.until(lambda: len(asked(it)) > 1)
        spec = asked(it)[-1]
        assert (spec.stage2, spec.terms()) == ("auto", parent.terms())
        assert spec.parent() == (name, 6)


async def test_a_run_is_opened_from_the_list_with_what_it_kept(driven: Any, folders: Path) -> None:
    upside = folders / "upside.png"
    index = np.arange(32 * 32)[::-1].reshape(32, 32)
    Image.fromarray(np.stack([index >> 8, index & 255, 0 * index], 2).astype(np.uint8)).save(upside)
    spec = Anagram(**TWO, view=f"identity,{upside}", stage2="none", **FEW)
    run = generate.recorded(folders / "runs" / "old", spec)
    rotate = view("rotate-180")
    keep(rotate, [Resolution(32)], run.folder / "view-1.safetensors")
    upside.unlink()
    async with driven() as it:
        await it.pilot.press("ctrl+o", place("runs"))
        await it.until(lambda: it.app.current_mode == "runs" and it.app.screen.list.rows)
        await it.pilot.press("enter")
        await it.until(lambda: it.app.current_mode == "illusions")
        screen: Any = it.app.screen
        await it.until(lambda: screen.run_view.run)
        await settled(it)
        kept = f"identity,{run.folder / 'view-1.safetensors'}"
        assert screen.forms.values()["anagram"]["view"] == kept
        whole = screen.run_view.run.frames[-1].sheet.picture("x0")
        assert images(screen)[1].tobytes() == seen("rotate-180", whole)
        assert labels(screen)[1].startswith("upside.png · …fire")
        await it.pilot.press("R")
        await it.until(lambda: asked(it))
        assert ",".join(asked(it)[0].view) == kept


async def test_code_that_only_a_run_names_is_neither_run_nor_asked_for(
    driven: Any, folders: Path
) -> None:
    ran_by = folders / "it-ran"
    code = folders / "foreign.py"
    code.write_text(f"open({str(ran_by)!r}, 'w')\ndef view(x):\n    return x[:, ::-1]\n")
    spec = Anagram(**TWO, view=f"identity,{code}", stage2="none", **FEW)
    generate.recorded(folders / "runs" / "foreign", spec)
    async with driven() as it:
        screen = await it.at("illusions")
        it.app.post_message(OpenRun("foreign"))
        await it.until(lambda: screen.run_view.run)
        await settled(it)
        assert screen.forms.values()["anagram"]["view"] == "identity,identity"
        assert images(screen)[1] is None
        assert "code" in labels(screen)[1]
        await it.pilot.press("R", "b")
        await settled(it)
        assert not asked(it)
        assert not ran_by.exists()
        assert [n for n in it.app._notifications if "code" in n.message]


@pytest.mark.parametrize("size", [(80, 24), (20, 5), (200, 60)])
async def test_every_look_has_room_in_every_window(driven: Any, size: tuple[int, int]) -> None:
    async with driven(size=size) as it:
        screen = await it.at("illusions")
        await fill(it, screen, "compose", term="a fox|flip|low; a hen||high", count=2)
        await ran(it, screen)
        for key in ("t", "a", "a", "l", "l", "right_square_bracket", "c", "m"):
            await it.pilot.press(key)
            await settled(it)
        assert it.app.is_running


async def test_the_keys_of_a_step_fit_the_smallest_line(driven: Any) -> None:
    async with driven(size=(80, 24)) as it:
        screen = await it.at("illusions")
        await fill(it, screen, "anagram", **TWO)
        await ran(it, screen)
        line = str(screen.query_one(KeyLine).render())
        assert "t turn" in line
        assert "a afar" in line
        assert "? help" in line
