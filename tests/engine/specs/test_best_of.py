"""`best_of`: how many are drawn, what contradicts it, and that old requests stay the same."""

from typing import Any

import pytest

from engine.errors import BadInput
from engine.runs import metadata
from engine.specs import Anagram, Compose, Generate, Hybrid, Spec

ASKED: list[tuple[type[Spec], dict[str, Any]]] = [
    (Generate, {"prompt": "a dog"}),
    (Anagram, {"first": "a dog", "second": "a cat"}),
    (Hybrid, {"low": "a dog", "high": "a cat"}),
    (Compose, {"term": "a dog; a cat|flip"}),
]


@pytest.mark.parametrize(("kind", "fields"), ASKED)
def test_so_many_are_drawn_and_one_of_them_alone_is_only_drawn(
    kind: Any, fields: dict[str, Any]
) -> None:
    spec = kind.parse(fields | {"best_of": 4, "seed": 7})
    assert spec.pictures == 4
    alone = spec.changed(spec.alone(2))
    assert (alone.pictures, alone.seed, alone.best_of) == (1, 9, 1)
    assert kind.parse(fields).pictures == 1


@pytest.mark.parametrize(("kind", "fields"), ASKED)
def test_a_request_from_before_ranks_nothing(kind: Any, fields: dict[str, Any]) -> None:
    record = metadata.document(kind.parse(fields))
    del record["best_of"]
    assert metadata.spec_of(record) == kind.parse(fields)


@pytest.mark.parametrize(("kind", "fields"), ASKED)
def test_another_count_contradicts_it(kind: Any, fields: dict[str, Any]) -> None:
    with pytest.raises(BadInput, match=r"^best of: draws 4 seeds by itself, .* asks for 3: leave"):
        kind.parse(fields | {"best_of": 4, "count": 3})
    assert kind.parse(fields | {"best_of": 4, "count": 4}).pictures == 4
    assert kind.parse(fields | {"best_of": 1, "count": 3}).pictures == 3


def test_a_row_of_guidance_scales_contradicts_it() -> None:
    with pytest.raises(BadInput, match=r"^best of: seeds are ranked at one guidance scale"):
        Generate.parse({"prompt": "a dog", "best_of": 2, "guidances": "1,3"})


@pytest.mark.parametrize("value", [0, 65])
def test_it_has_its_bounds(value: int) -> None:
    with pytest.raises(BadInput, match=r"^best of: "):
        Generate.parse({"prompt": "a dog", "best_of": value})
