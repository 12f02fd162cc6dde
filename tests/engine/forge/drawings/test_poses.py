"""Poses vary a drawing and leave it whole."""

import colorsys
import random

import numpy as np
from PIL import Image

from engine.forge.drawings import poses
from tests.engine.forge.drawings.made_up import picture


def bar(side: int = 96) -> Image.Image:
    """An upright bar."""
    drawn = Image.new("RGBA", (side, side))
    drawn.paste((200, 60, 40, 255), (side // 2 - 8, 0, side // 2 + 8, side))
    return drawn


def angle(drawn: Image.Image) -> float:
    """Degrees between the long axis of what is drawn and upright."""
    rows, columns = np.nonzero(np.asarray(drawn.getchannel("A")) > 127)
    _, vectors = np.linalg.eigh(np.cov(columns, rows))
    across, along = vectors[:, 1]
    return float(np.degrees(np.arctan(across / along)))


def test_turns_stay_within_twelve_degrees_and_reach_both_ways() -> None:
    angles = [angle(poses.turned(bar(), random.Random(seed))) for seed in range(60)]
    assert max(map(abs, angles)) < poses.TURN + 0.5
    assert min(angles) < -8
    assert max(angles) > 8


def test_hues_turn_a_little_and_greys_not_at_all() -> None:
    hues = []
    for seed in range(40):
        red, green, blue, _ = poses.tinged(bar(), random.Random(seed)).getpixel((48, 48))  # type: ignore[misc]
        hues.append((colorsys.rgb_to_hsv(red, green, blue)[0] + 0.5) % 1)
    before = (colorsys.rgb_to_hsv(200, 60, 40)[0] + 0.5) % 1
    reach = (poses.HUE + 1) / 256
    assert all(abs(hue - before) <= reach for hue in hues)
    assert max(hues) - min(hues) > reach
    grey = Image.new("RGBA", (8, 8), (90, 90, 90, 255))
    assert poses.tinged(grey, random.Random(0)).getpixel((4, 4)) == (90, 90, 90, 255)


def test_a_warp_moves_the_inside_a_little_and_loses_nothing() -> None:
    disc = picture((10, 200, 30), 96)
    before = np.asarray(disc.getchannel("A"), float) / 255
    moved = []
    for seed in range(20):
        after = np.asarray(poses.warped(disc, random.Random(seed)).getchannel("A"), float) / 255
        assert abs(after.sum() / before.sum() - 1) < 0.08
        moved.append(np.abs(after - before).mean())
    assert 0.002 < np.mean(moved) < 0.04


def test_a_pose_is_a_function_of_its_seed() -> None:
    disc = picture((10, 200, 30), 96)
    same, again, other = (poses.posed(disc, random.Random(seed)) for seed in (1, 1, 2))
    assert same == again
    assert same != other
    assert same.size == disc.size
