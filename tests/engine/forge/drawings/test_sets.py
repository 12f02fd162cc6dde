"""Sets of files and of icons find concepts and draw them, whatever they hold besides."""

import json
from pathlib import Path

import pytest

from engine.errors import BadInput
from engine.forge.captions import Concept
from engine.forge.drawings import catalogue, sets
from engine.forge.drawings.credit import Credit
from tests.engine.forge.drawings import made_up
from tests.engine.forge.drawings.made_up import BARISTA, EWE, ROCKET, UNKNOWN

NOBODY = Credit("t", "a", "l", "s")


def test_files_are_found_by_their_code_points_and_drawn_at_the_side(tmp_path: Path) -> None:
    known = sets.of_files("files", NOBODY, made_up.files(tmp_path))
    rocket, ewe = known.draw(ROCKET, 64), known.draw(EWE, 64)
    assert rocket is not None
    assert ewe is not None
    assert rocket.size == ewe.size == (64, 64)
    assert rocket.getbbox() == (0, 0, 64, 64)
    assert rocket.getpixel((32, 32)) == (220, 60, 50, 255)
    assert ewe.getpixel((32, 32)) == (60, 60, 220, 255)
    assert known.draw(UNKNOWN, 64) is None


def test_a_pair_is_one_before_the_other_at_half_its_size(tmp_path: Path) -> None:
    drawn = sets.of_files("files", NOBODY, made_up.files(tmp_path)).draw(BARISTA, 64)
    assert drawn is not None
    assert drawn.getpixel((20, 20)) == (220, 60, 50, 255)
    assert drawn.getpixel((48, 48)) == (60, 60, 220, 255)


def test_icons_are_found_by_code_point_by_name_and_by_alias(tmp_path: Path) -> None:
    pytest.importorskip("resvg_py")
    known = sets.of_icons("icons", NOBODY, made_up.icons(tmp_path) / "icons.json")
    square = known.draw(ROCKET, 64)
    assert square is not None
    assert square.getbbox() == (0, 0, 64, 64)
    assert square.getpixel((32, 32)) == (0xC0, 0x30, 0x20, 255)
    half = known.draw(EWE, 64)
    assert half is not None
    assert half.getbbox() == (16, 0, 48, 64)
    assert known.draw(Concept("1f6a2", ("a liner",)), 64) == square
    assert known.draw(BARISTA, 64) is None


def test_a_vector_that_reads_files_is_not_drawn(tmp_path: Path) -> None:
    pytest.importorskip("resvg_py")
    known = sets.of_icons("icons", NOBODY, made_up.icons(tmp_path) / "icons.json")
    assert known.draw(Concept("1f47d", ("foreign",)), 64) is None


def test_what_is_no_set_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"such as 1f680\.svg"):
        sets.of_files("none", NOBODY, tmp_path)
    (tmp_path / "icons.json").write_text("[1]")
    with pytest.raises(BadInput, match="expected Iconify's JSON"):
        sets.of_icons("none", NOBODY, tmp_path / "icons.json")
    with pytest.raises(BadInput, match="write a folder or noto"):
        catalogue.opened("nowhere", tmp_path)


def test_a_folder_says_whose_its_drawings_are(tmp_path: Path) -> None:
    files = catalogue.opened(str(made_up.files(tmp_path / "files")), tmp_path)
    assert files.credit == Credit(*made_up.SAID.values())
    icons = catalogue.opened(str(made_up.icons(tmp_path / "icons")), tmp_path)
    assert icons.credit == Credit("Icons", "B. Hand", "MIT", "https://b.hand")
    assert icons.keys(ROCKET)
    (tmp_path / "files" / "set.json").write_text(json.dumps({**made_up.SAID, "licence": ""}))
    with pytest.raises(BadInput, match=r"write a set\.json"):
        catalogue.opened(str(tmp_path / "files"), tmp_path)


def test_seven_sets_and_more_are_trained_on_and_three_never() -> None:
    assert len(catalogue.names(held_out=False)) >= 7
    assert catalogue.names(held_out=True) == ["fxemoji", "streamline-emojis", "openmoji"]
    for entry in catalogue.CATALOGUE.values():
        assert all((entry.credit.author, entry.credit.licence, entry.credit.source))
        if not entry.held_out:  # a licence that would bind the weights' users stays out
            assert "SA" not in entry.credit.licence
