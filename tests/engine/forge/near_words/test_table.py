"""The table of near words is read, written, and fitted to what a cascade knows."""

from pathlib import Path

import pytest

from engine.errors import BadInput
from engine.forge.captions import bundled_concepts, spoken
from engine.forge.near_words import table
from engine.forge.near_words.table import Table, parsed
from engine.vocabulary import Vocabulary

TEXT = """# near words
dog: hound, golden retriever
blue 0.6 + black 0.4: navy   # dark
~ dog: leash
"""


def test_a_line_is_a_target_and_its_words() -> None:
    found = parsed(TEXT)
    assert found.drawn["hound"] == found.drawn["golden retriever"] == (("dog", 1.0),)
    assert found.drawn["navy"] == (("blue", 0.6), ("black", 0.4))
    assert found.related == {"leash": "dog"}
    assert parsed(found.to_text()) == found


def test_shares_are_of_the_whole_and_the_largest_comes_first() -> None:
    found = parsed("black 0.5 + blue 1.5: navy")
    assert found.drawn["navy"] == (("blue", 0.75), ("black", 0.25))
    assert found.told(Vocabulary(("blue", "black"))).near == {"navy": "blue and black"}


@pytest.mark.parametrize("line", ["dog", "dog:", ": hound", "dog: Hound", "a + : b", "dog: a\x1bb"])
def test_another_line_is_named(line: str) -> None:
    with pytest.raises(BadInput, match=r"^line 2 of the table"):
        parsed(f"# first\n{line}\n")


def test_a_file_that_is_none_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    (tmp_path / "large").write_text("#" * (table.MOST_BYTES + 1))
    for name in ("missing", "binary", "large", "."):
        with pytest.raises(BadInput):
            table.read(tmp_path / name)


def test_only_what_the_vocabulary_lacks_and_can_say_is_left() -> None:
    known = Vocabulary(("dog", "hound", "blue"))
    text = "dog: hound, hound dog, pooch\ncat: kitty\nblue 0.5 + black 0.5: navy\n~ dog: leash"
    assert parsed(text).fitting(known) == Table({"pooch": (("dog", 1.0),)}, {"leash": "dog"})


def test_the_bundled_table_is_of_words_that_the_bundled_cascade_knows() -> None:
    found, known = table.bundled(), spoken(bundled_concepts())
    assert found.fitting(known) == found
    assert found.drawn["hound"] == (("dog", 1.0),)
    assert len(found.drawn) > 1000
    assert max(len(word.split()) for word in found.drawn) <= 4
