"""What is looked at and asked: readings, the words of the pairs, and how a sheet names them."""

import numpy as np
import pytest
from PIL import Image

from engine import vocabulary
from engine.checkpoints.resolve import BUNDLED
from engine.specs import Anagram, Hybrid
from tests.tools.illusions.guesses import Guess
from tests.tools.illusions.readings import Reading, low, phrase_of, readings
from tests.tools.illusions.sheet import HYBRIDS, PAIRS, asked, title

STRIPES = np.tile(np.array([[[0], [255]]], np.uint8), (32, 16, 3))
"""Black and white columns of one pixel."""


def test_the_bundled_cascade_knows_every_word_of_the_pairs() -> None:
    known = vocabulary.read(BUNDLED)
    assert known is not None
    for pair in (*PAIRS, *HYBRIDS):
        for prompt in pair:
            assert known.unknown(prompt) == {}
            assert phrase_of(prompt) in known.concepts


def test_an_anagram_is_read_upright_and_turned() -> None:
    picture = Image.fromarray(np.arange(32 * 32 * 3, dtype=np.uint8).reshape(32, 32, 3))
    upright, turned = readings(Anagram(first="a cat", second="a hen"), picture)
    assert (upright.prompt, turned.prompt, turned.way) == ("a cat", "a hen", "flip")
    assert np.array_equal(np.asarray(upright.picture), np.asarray(picture))
    assert np.array_equal(np.asarray(turned.picture), np.asarray(picture)[::-1])


def test_a_hybrid_is_read_whole_and_from_afar() -> None:
    spec = Hybrid(low="an eye", high="a city")
    near, far = readings(spec, Image.fromarray(STRIPES))
    assert (near.prompt, near.way, far.prompt, far.way) == ("a city", "near", "an eye", "far")
    assert np.array_equal(np.asarray(near.picture), STRIPES)
    assert np.ptp(np.asarray(far.picture).astype(int)) < 20


def test_the_low_band_keeps_what_is_flat() -> None:
    flat = Image.new("RGB", (64, 64), (200, 100, 50))
    assert np.abs(np.asarray(low(Hybrid(low="a", high="b"), flat)) - np.asarray(flat)).max() <= 1


@pytest.mark.parametrize(
    ("way", "prompt", "label", "concept"),
    [
        ("identity", "an oil painting of an old man", "old man", "an old man"),
        ("flip", "an oil painting of people around a campfire", "turned: campfire",
         "people around a campfire"),
        ("far", "a fish bowl", "far: fish bowl", "a tropical fish"),
        ("near", "a lithograph of a waterfall", "near: waterfall", "a fountain"),
    ],
)  # fmt: skip
def test_a_prompt_is_known_by_the_longest_phrase_that_ends_it(
    way: str, prompt: str, label: str, concept: str
) -> None:
    reading = Reading(way, prompt, Image.new("RGB", (1, 1)))
    assert (reading.label, reading.concept) == (label, concept)


def test_a_prompt_of_nothing_known_is_refused() -> None:
    with pytest.raises(ValueError, match="'a xylophone' ends with nothing"):
        phrase_of("a xylophone")


def test_the_title_says_all_seeds() -> None:
    assert "seeds 2718 to 2720, all shown" in title(asked(3)[0], None)
    assert len(asked(3)) == 6


def test_only_what_was_asked_is_marked() -> None:
    assert Guess("people around a campfire", 0.171).line("a cat") == "  people arou… 17 %"
    assert Guess("a cat", 0.5).line("a cat") == "> cat 50 %"
