"""Code points and words that sets name their drawings by."""

import pytest

from engine.forge.captions import Concept
from engine.forge.drawings.sets import code_of, names_of, squashed


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("1f680", "1f680"), ("1F3D4-FE0F", "1f3d4"), ("0023-fe0f-20e3", "23-20e3"),
        ("emoji_u1f9d1_200d_1f680", "1f9d1-200d-1f680"), ("rocket", ""), ("", ""), ("bed", ""),
    ],
)  # fmt: skip
def test_code_points_are_read_from_names(name: str, code: str) -> None:
    assert code_of(name) == code


def test_names_are_compared_without_case_marks_and_variants() -> None:
    assert squashed("Cat-Face-2") == squashed("catface") == "catface"
    assert names_of(Concept("1f680", ("a rocket ship",))) == ["rocket", "rocketship"]
    assert names_of(Concept("1f9d4+2615", ("a barista",))) == ["barista"]
