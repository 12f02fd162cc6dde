"""Which curves are drawn of the training that is watched, and of those over it."""

import asyncio
from pathlib import Path

import pytest

from screens.training.curve_selection import CurveSelection
from tests.support.fake_runs import training
from tests.support.fake_runs.training import DEAD, begun, progress, write


def folder(path: Path, *parts: str, pid: int = DEAD) -> Path:
    """A training whose parts began one after the other; the last of them in process ``pid``."""
    training.write_spec(path)
    for part in parts:
        last = part == parts[-1]
        write(path, part, begun(0, part, pid=pid if last else DEAD), progress(10, part))
    return path


@pytest.fixture
def selection(tmp_path: Path) -> CurveSelection:
    """Two parts, neither being trained."""
    selection = CurveSelection()
    there = folder(tmp_path / "20260102-000000-forge", "one", "two")
    selection.watch(training.write_spec(there), there)
    read(selection)
    return selection


def read(selection: CurveSelection) -> None:
    """Read what is new and follow it."""
    news = asyncio.run(selection.runs.read())
    assert news is not None
    selection.follow(news[0])


def names(selection: CurveSelection) -> list[tuple[str, int]]:
    return [(series.name, series.colour) for series in selection.series()]


def test_parts_alone_and_together_keep_their_colours(selection: CurveSelection) -> None:
    assert names(selection) == [("two", 1)]
    selection.next_part(1)
    assert names(selection) == [("one", 0), ("two", 1)]
    selection.next_part(1)
    assert names(selection) == [("one", 0)]
    selection.next_part(-1)
    assert selection.together


def test_a_part_that_somebody_chose_stays_while_another_is_trained(
    selection: CurveSelection,
) -> None:
    selection.next_part(-1)
    assert selection.part == "one"
    write(selection.runs.watched.folder, "three", begun(0, "three"), progress(10, "three"))
    read(selection)
    assert selection.part == "one"


def test_the_part_that_is_being_trained_is_followed(selection: CurveSelection) -> None:
    write(selection.runs.watched.folder, "one", begun(10, "one"), progress(20, "one"))
    read(selection)
    assert selection.part == "one"


def test_another_run_is_drawn_whole_where_it_has_no_such_part(
    selection: CurveSelection, tmp_path: Path
) -> None:
    other = folder(tmp_path / "20250101-000000-older", "image", "text")
    selection.runs.overlay([other])
    read(selection)
    drawn = [("two", 1), ("20250101-000000 image", 2), ("20250101-000000 text", 3)]
    assert sorted(names(selection)) == sorted(drawn)
    selection.watch(training.write_spec(other), other)
    assert not selection.runs.others


def test_what_was_read_of_a_run_that_is_watched_no_more_is_dropped(
    selection: CurveSelection, tmp_path: Path
) -> None:
    other = folder(tmp_path / "20250101-000000-older", "text")

    async def turn_away() -> object:
        reading = asyncio.ensure_future(selection.runs.read())
        await asyncio.sleep(0)
        selection.watch(training.write_spec(other), other)
        return await reading

    assert asyncio.run(turn_away()) is None
