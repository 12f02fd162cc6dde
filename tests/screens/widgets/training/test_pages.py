"""Small pictures in a room: as many as are legible, none lost, each where it belongs."""

import numpy as np
import pytest

from engine.runs.digit_samples import Tiles
from screens.widgets.training.pages import GAP, GROUND, LEGIBLE, mosaic, pages

ROOMS = [(68, 38), (120, 68), (30, 12), (8, 4), (700, 300)]
NUMBERED = np.arange(80, dtype=np.uint8).reshape(8, 10)[..., None, None] * np.ones(
    (1, 1, 28, 28), np.uint8
)


def values(image: np.ndarray) -> list[int]:
    """The grey of every picture on a page, row by row."""
    return image[::30, ::30].ravel().tolist()


@pytest.mark.parametrize("room", ROOMS)
def test_every_sample_is_on_exactly_one_page(room: tuple[int, int]) -> None:
    found = pages([Tiles("samples", NUMBERED + np.uint8(100))], room)
    shown = [v for page in found for v in values(np.asarray(page.image))]
    assert sorted(v for v in shown if v != GROUND) == list(range(100, 180))


@pytest.mark.parametrize("room", ROOMS)
def test_rows_that_belong_together_stay_on_one_page(room: tuple[int, int]) -> None:
    for page in pages([Tiles("grid", NUMBERED, 2, free=False)], room):
        assert (page.image.height + GAP) % (2 * (28 + GAP)) == 0
        assert page.image.width == 10 * (28 + GAP) - GAP


def test_of_rows_that_must_all_be_seen_only_the_last_columns_give_way() -> None:
    (page,) = pages([Tiles("rows", NUMBERED[:3], 3)], (3 * LEGIBLE + 5, 40))
    assert values(np.asarray(page.image)) == [0, 1, 2, 10, 11, 12, 20, 21, 22]


def test_where_there_is_room_all_are_on_one_page_without_a_number() -> None:
    (page,) = pages([Tiles("samples", NUMBERED)], (1000, 900))
    assert (page.title, page.image.size) == ("samples", (298, 238))
    narrow = pages([Tiles("s", NUMBERED[:2])], (120, 19))
    assert [page.title for page in narrow] == ["s · 1 of 2", "s · 2 of 2"]


def test_few_columns_lie_down_in_a_wide_room() -> None:
    (page,) = pages([Tiles("samples", NUMBERED[:4, :2])], (200, 40))
    assert values(np.asarray(page.image)) == [0, 10, 20, 30, 1, 11, 21, 31]


def test_a_page_is_the_pictures_with_gaps_between() -> None:
    image = np.asarray(mosaic(NUMBERED[:2, :2] + 100))
    assert image.shape == (58, 58)
    assert (image[:28, :28] == 100).all()
    assert (image[30:, 30:] == 111).all()
    assert len(set(image[28:30].ravel().tolist())) == 1
