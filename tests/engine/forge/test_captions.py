"""Captions say what the picture shows."""

import random
import re
from collections import Counter

from engine.forge.captions import (
    ANYTHING,
    COLOURS,
    STYLES,
    Concept,
    bundled_concepts,
    caption,
    read_concepts,
)


def test_a_table_is_code_phrase_and_synonyms() -> None:
    table = read_concepts("# heading\n\n1f680 | a rocket | a rocket ship\n26f0 x3|a mountain\n")
    assert table == [
        Concept("1f680", ("a rocket", "a rocket ship")),
        Concept("26f0", ("a mountain",), 3),
    ]


def test_the_bundled_table_has_no_code_or_phrase_twice() -> None:
    table = bundled_concepts()
    codes = Counter(concept.code for concept in table)
    phrases = Counter(phrase for concept in table for phrase in concept.phrases)
    assert len(table) > 100
    assert max(codes.values()) == 1
    assert max(phrases.values()) == 1
    assert all(int(point, 16) for code in codes for point in re.split("[-+]", code))


def test_captions_name_the_style_and_never_another_colour() -> None:
    rng = random.Random(0)
    rocket = Concept("1f680", ("a rocket", "a rocket ship"))
    for style in STYLES:
        texts = {caption(rocket, style, "orange", rng) for _ in range(200)}
        frames = {template.split("{}")[0] for template in STYLES[style]}
        assert all(t == ANYTHING or any(t.startswith(f) for f in frames) for t in texts)
        others = set(COLOURS) - {"orange"}
        assert not any(f" {colour} background" in text for text in texts for colour in others)
        assert any(text.endswith("a rocket on an orange background") for text in texts)
        assert any("a rocket ship" in text for text in texts)
