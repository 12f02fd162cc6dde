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
