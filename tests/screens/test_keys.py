"""The declared keys: one meaning each, none that a terminal or tmux takes."""

import pytest
from textual.binding import Binding

from screens.keys import AREAS, BY_ID, KEYS, Key, bindings, places
from screens.widgets.canvas.mask_canvas import MaskCanvas
from screens.widgets.key_line import fitting, key_entries

TAKEN = {f"ctrl+{letter}" for letter in "abhijmszc"}


def test_every_id_is_declared_once_and_its_area_is_named() -> None:
    assert len(BY_ID) == len(KEYS)
    assert {key.area for key in KEYS} <= AREAS.keys()


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.id)
def test_no_key_is_one_that_terminals_take(key) -> None:
    keys = key.key.split(",")
    assert not TAKEN & set(keys)
    assert not [k for k in keys if k.startswith("f") and k[1:].isdigit()]
    assert keys != ["escape"]
    assert key.help


def test_within_one_place_no_key_means_two_things() -> None:
    here = [k for k in KEYS if k.area in ("ask", "timeline", "run", "view", "app")]
    keys = [part for key in here for part in key.key.split(",")]
    assert len(keys) == len(set(keys))


def test_the_noise_has_keys_of_its_own_but_for_enter() -> None:
    here = [k for k in KEYS if k.area in ("noise", "picture", "ask", "timeline", "run", "view")]
    keys = [part for key in here for part in key.key.split(",")]
    assert {key for key in keys if keys.count(key) > 1} == {"enter"}
    found = bindings("noise", "timeline", but=("timeline.sample",))
    assert [b.id for b in found if b.key == "enter"] == ["noise.run"]


def test_the_canvas_shares_only_the_keys_that_a_hand_moves_with() -> None:
    def parts(*areas: str) -> set[str]:
        return {part for key in KEYS if key.area in areas for part in key.key.split(",")}

    moving = {"left", "right", "up", "down", "shift+left", "shift+right", "space", "enter"}
    shared = parts("canvas") & parts("ask", "timeline", "run", "view", "app")
    leaving = {"q"}  # beside the eraser's key: it must not end the program
    assert shared == moving | leaving | {"backspace", "escape"}
    assert not [part for part in parts("canvas") if part.isdigit()]
    canvas = [part for key in KEYS if key.area == "canvas" for part in key.key.split(",")]
    assert len(canvas) == len(set(canvas))


def test_a_mask_has_keys_of_its_own_beside_those_of_the_canvas_and_of_its_place() -> None:
    def parts(*keys: Key) -> list[str]:
        return [part for key in keys for part in key.key.split(",")]

    mask = [binding.id for binding in MaskCanvas.BINDINGS if isinstance(binding, Binding)]
    canvas = parts(*(BY_ID[name] for name in mask if name))
    assert len(canvas) == len(set(canvas))
    looks = parts(BY_ID["inpaint.look"], BY_ID["ask.run"], BY_ID["run.cancel"])
    assert not set(canvas) & {*looks, "1"}
    areas = ("inpaint", "ask", "timeline", "run", "view", "app")
    place = parts(BY_ID["picture.choose"], *(key for key in KEYS if key.area in areas))
    assert len(place) == len(set(place))


def test_an_illusion_has_keys_of_its_own() -> None:
    areas = ("illusions", "ask", "timeline", "run", "view", "app")
    parts = [part for key in KEYS if key.area in areas for part in key.key.split(",")]
    assert len(parts) == len(set(parts))


def test_places_are_numbered_in_their_order() -> None:
    assert [(k.key, k.action) for k in places(["generate", "runs"])] == [
        ("1", "app.switch_mode('generate')"),
        ("2", "app.switch_mode('runs')"),
    ]


def test_the_key_line_joins_keys_of_one_label_and_keeps_the_declared_order() -> None:
    found = key_entries(bindings("timeline.next", "timeline.back", "timeline.play"))
    assert [(p.keys, p.label) for p in found] == [("space", "play"), ("←→", "step")]


def test_a_narrow_key_line_keeps_the_keys_that_lead_out() -> None:
    found = key_entries(bindings("timeline", "ask.prompt", "app.help"))
    kept = [p.label for p in fitting(found, 40)]
    assert kept[-2:] == ["prompt", "help"]
    assert kept[0] == "play"
    assert sum(p.width for p in fitting(found, 40)) <= 42
