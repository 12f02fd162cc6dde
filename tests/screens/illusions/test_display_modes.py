"""Pictures from afar and in bands, and what tells prompts apart."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine import bands
from engine.runs.illusions.display import split
from engine.runs.run_state import RunState
from engine.specs import Anagram, Hybrid
from screens.illusions import display_modes
from screens.illusions.view_readings import Readings, told_apart
from tests.support.fake_runs import generate

GROUND = (1, 2, 3)
PAIR = {"low": "a skull", "high": "a waterfall"}


@pytest.mark.parametrize("room", [(80, 40), (118, 20), (12, 60), (1, 1), (0, 0)])
def test_smaller_ones_have_the_room_and_stand_on_the_ground(room: tuple[int, int]) -> None:
    whole = display_modes.smaller(generate.drawing(64), room, GROUND)
    assert whole.width == max(1, room[0])
    assert whole.height <= max(1, room[1])
    if min(room) > 10:
        assert whole.getpixel((whole.width - 1, 0)) == GROUND


def test_from_afar_only_the_far_band_of_a_hybrid_is_left() -> None:
    """A low-pass, of which the high band has lost far more than the low one."""
    image = generate.drawing(64)
    spec = Hybrid(**PAIR)
    x = np.asarray(image, np.float32).transpose(2, 0, 1) / 127.5 - 1
    low, high = (bands.band(x, one) for one in spec.bands_at(64).values())

    def kept(part: np.ndarray) -> float:
        levels = (part - part.min()) / np.ptp(part) * 255
        picture = Image.fromarray(levels.transpose(1, 2, 0).round().astype(np.uint8))
        left = np.asarray(display_modes.softened(picture, 8), np.float32)
        return float(left.std() / levels.std())

    assert kept(low) > 0.85
    assert kept(high) < 0.4


def test_bands_without_brightness_stand_around_grey(tmp_path: Path) -> None:
    even = Image.new("RGB", (32, 32), (200, 40, 90))
    low, high = split(Hybrid(**PAIR), even).values()
    assert low.tobytes() == even.tobytes()
    assert high.getextrema() == ((128, 128),) * 3
    readings = Readings(RunState("run", Hybrid(**PAIR), tmp_path), Hybrid(**PAIR))
    assert [*readings.band_titles().values()] == ["low · a skull", "high ×2 · a waterfall"]


def test_prompts_are_shortened_to_what_tells_them_apart() -> None:
    assert told_apart(["an oil of a man", "an oil of a fire"]) == ["…man", "…fire"]
    assert told_apart(["a man", "a man on a hill"]) == ["a man", "a man on a hill"]
    assert told_apart(["a man", "a hen"]) == ["a man", "a hen"]
    assert told_apart(["a man"]) == ["a man"]


def test_frames_go_from_one_reading_to_another(tmp_path: Path) -> None:
    spec = Anagram(first="a", second="b", third="c", view="identity,flip,rotate-90")
    readings = Readings(RunState("run", spec, tmp_path), spec)
    image = generate.drawing(32)
    frames = readings.between(1, 2, image, 12)
    assert len(frames) == 12
    assert frames[0].tobytes() == readings.seen(1, image).tobytes()
    assert frames[-1].tobytes() == readings.seen(2, image).tobytes()
