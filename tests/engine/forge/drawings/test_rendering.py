"""Which set a picture's drawing is taken from."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from engine.errors import BadInput
from engine.forge.captions import STYLES
from engine.forge.drawings import sets
from engine.forge.drawings.credit import Credit
from engine.forge.drawings.rendering import Renderer
from tests.engine.forge.drawings import made_up
from tests.engine.forge.drawings.made_up import EWE, ROCKET, UNKNOWN

NOBODY = Credit("t", "a", "l", "s")


def test_sets_are_taken_by_their_weight_and_in_their_styles_alone(tmp_path: Path) -> None:
    flat = sets.of_files("flat", NOBODY, made_up.files(tmp_path))
    flat = replace(flat, styles=frozenset(STYLES) - {"render"}, weight=3.0)
    solid = replace(flat, name="solid", styles=frozenset({"render", "plain"}), weight=1.0)
    renderer = Renderer([flat, solid], [ROCKET, EWE, UNKNOWN], 16, seed=0)
    made = [renderer.sample(index)[1] for index in range(1200)]
    assert {row["concept"] for row in made} == {"a rocket", "a sheep"}
    by = {style: Counter(row["set"] for row in made if row["style"] == style) for style in STYLES}
    assert set(by["render"]) == {"solid"}
    assert set(by["oil"]) == {"flat"}
    assert by["plain"]["solid"] / by["plain"].total() == pytest.approx(0.25, abs=0.08)


def test_a_style_that_no_set_draws_becomes_another(tmp_path: Path) -> None:
    flat = replace(sets.of_files("flat", NOBODY, made_up.files(tmp_path)),
                   styles=frozenset({"oil"}))  # fmt: skip
    made = [Renderer([flat], [ROCKET], 16, 0).sample(index)[1] for index in range(10)]
    assert {row["style"] for row in made} == {"oil"}


def test_sets_without_any_of_the_concepts_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="none of the sets"):
        Renderer([sets.of_files("flat", NOBODY, made_up.files(tmp_path))], [UNKNOWN], 16, 0)
