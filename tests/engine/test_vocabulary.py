"""A prompt's unknown words are named with their neighbours, and its last words are completed."""

from pathlib import Path

import pytest

from engine import vocabulary
from engine.vocabulary import Vocabulary, words_of

KNOWN = Vocabulary(
    words=("a", "an", "of", "on", "oil", "painting", "rocket", "ship", "t-shirt", "blue",
           "background", "fish"),
    concepts=("a rocket", "a rocket ship", "a fish", "a t-shirt"),
    styles=("{}", "an oil painting of {}"),
    colours=("blue", "orange"),
)  # fmt: skip


def test_unknown_words_come_with_the_nearest_known_ones() -> None:
    assert KNOWN.unknown("A rockett, and a fish!") == {"rockett": ("rocket",), "and": ()}
    assert KNOWN.unknown("a T-Shirt on a blue background") == {}


def test_the_notice_is_one_line_or_nothing() -> None:
    said = KNOWN.notice("a rockett of zzz zzz", "tiny-if")
    assert said == "tiny-if does not know: rockett (near: rocket), zzz"
    assert KNOWN.notice("a fish", "tiny-if") == KNOWN.notice("", "tiny-if") == ""


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("an oi", "an oil painting of "),
        ("an oil painting of a roc", "an oil painting of a rocket"),
        ("a rocket", "a rocket ship"),
        ("a fish on a b", "a fish on a blue background"),
        ("a fish on an o", "a fish on an orange background"),
        ("A FI", "A FIsh"),
        ("a fish ", "a fish "),
        ("zebra", "zebra"),
        ("a", "a"),
        ("", ""),
    ],
)
def test_the_last_words_are_completed(typed: str, completed: str) -> None:
    assert KNOWN.completion(typed) == completed


def test_it_is_read_back_as_written(tmp_path: Path) -> None:
    (tmp_path / vocabulary.FILE).write_text(KNOWN.to_json(), "utf-8")
    assert vocabulary.read(tmp_path) == KNOWN


@pytest.mark.parametrize("text", ["", "[]", "{", '{"words": []}', '{"words": 3}', "\0"])
def test_a_folder_without_a_readable_one_has_none(tmp_path: Path, text: str) -> None:
    assert vocabulary.read(tmp_path) is None
    (tmp_path / vocabulary.FILE).write_text(text, "utf-8")
    assert vocabulary.read(tmp_path) is None


def test_words_are_what_stands_between_blanks_and_marks() -> None:
    assert words_of("Père-Noël's 3 cats; under_score") == ["père-noël's", "3", "cats", "under",
                                                           "score"]  # fmt: skip


NEAR = Vocabulary(
    words=("a", "on", "dog", "blue", "fish", "background"),
    concepts=("a dog", "a fish"),
    colours=("blue",),
    near={"hound": "dog", "sea dog": "dog", "navy": "blue and black", "houndstooth": "dog"},
    related={"leash": "dog"},
)


def test_near_words_are_said_with_what_is_drawn() -> None:
    assert NEAR.drawn_as("A Hound on a navy background") == {
        "hound": "dog", "navy": "blue and black",
    }  # fmt: skip
    assert NEAR.unknown("a hound") == {}
    assert NEAR.plain("A Hound, on a sea dog") == "a dog on a dog"
    said = NEAR.notice("a hound on a navy background", "tiny-if")
    assert said == "tiny-if draws hound as dog, navy as blue and black"
    both = NEAR.notice("a hound on a leash with zzz", "tiny-if")
    assert both == "tiny-if draws hound as dog; it does not know: leash (near: dog), with, zzz"


def test_a_phrase_counts_where_its_words_stand_together() -> None:
    assert NEAR.drawn_as("a sea dog") == {"sea dog": "dog"}
    assert NEAR.unknown("a sea dog") == {}
    for apart in ("a sea, dog", "a sea  dog", "a dog sea", "seadog"):
        assert NEAR.drawn_as(apart) == {}


def test_near_words_are_completed_last_and_late() -> None:
    assert NEAR.completion("a dog on a b") == "a dog on a blue background"
    assert NEAR.completion("a hou") == "a hou"
    assert NEAR.completion("a houn") == "a hound"
    assert NEAR.completion("a fis") == "a fish"


def test_near_words_are_read_back_and_an_old_file_has_none(tmp_path: Path) -> None:
    (tmp_path / vocabulary.FILE).write_text(NEAR.to_json(), "utf-8")
    assert vocabulary.read(tmp_path) == NEAR
    (tmp_path / vocabulary.FILE).write_text('{"words": ["dog"]}', "utf-8")
    assert vocabulary.read(tmp_path) == Vocabulary(("dog",))


def test_what_is_no_word_to_show_is_not_read(tmp_path: Path) -> None:
    strange = '{"words": ["dog"], "near": {"a\\u001b[2J": "dog", "hound": "%s", "ox": "cow"}}'
    (tmp_path / vocabulary.FILE).write_text(strange % ("d" * 99), "utf-8")
    found = vocabulary.read(tmp_path)
    assert found is not None
    assert found.near == {"ox": "cow"}
    for wrong in ('{"words": ["dog"], "near": [1]}', '{"words": ["dog"], "near": 3}'):
        (tmp_path / vocabulary.FILE).write_text(wrong, "utf-8")
        assert vocabulary.read(tmp_path) is None


def test_a_file_that_is_too_large_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / vocabulary.FILE).write_text(NEAR.to_json(), "utf-8")
    monkeypatch.setattr(vocabulary, "MOST_BYTES", 100)
    assert vocabulary.read(tmp_path) is None
