"""Anagram, Hybrid, Compose: the terms that they are, and each wrong field in one clear line."""

from typing import Any

import pytest

from engine.errors import BadInput
from engine.specs import KINDS, Anagram, Compose, Hybrid, Illusion, Spec
from engine.specs.illusion import with_files
from engine.specs.terms import Term

TWO = {"first": "an old man", "second": "a campfire"}
PAIR = {"low": "a skull", "high": "a waterfall"}


def asked(kind: type[Spec], **fields: Any) -> Illusion:
    spec = kind.parse(fields)
    assert isinstance(spec, Illusion)
    return spec


def test_an_anagram_is_a_mean_of_views() -> None:
    spec = asked(Anagram, **TWO)
    assert spec.terms() == (
        Term(prompt="an old man"),
        Term(prompt="a campfire", view="flip"),
    )
    assert (spec.split, spec.composition.mix()) == ("whole", [[0.5], [0.5]])
    assert spec.composition.readings() == (("identity", "an old man"), ("flip", "a campfire"))


@pytest.mark.parametrize(
    ("fields", "split", "mix"),
    [
        ({}, "frequency", [[1, 0], [0, 1]]),
        ({"middle": "a fox"}, "triple", [[1, 0, 0], [0, 1, 0], [0, 0, 1]]),
        ({"factor": "colour"}, "colour", [[1, 0], [0, 1]]),
        ({"factor": "motion"}, "motion", [[1, 0], [0, 1]]),
        ({"factor": "scale", "weight": 1.5}, "whole", [[1.5], [-0.5]]),
    ],
)
def test_a_hybrid_gives_each_prompt_its_band(fields: Any, split: str, mix: Any) -> None:
    spec = asked(Hybrid, **PAIR, **fields)
    assert (spec.split, spec.composition.mix()) == (split, mix)


def test_a_band_that_a_picture_gives_is_estimated_by_the_prompts() -> None:
    spec = asked(Hybrid, low="@cat", high="a waterfall")
    assert [term.picture for term in spec.composition.taken()] == ["cat"]
    assert spec.composition.mix() == [[1.0, 1.0]]
    spec = asked(Hybrid, low="a", middle="b", high="@cat")
    assert spec.composition.mix() == [[1, 0, 0.5], [0, 1, 0.5]]


def test_files_are_replaced_where_they_are_files_and_not_where_a_prompt_has_their_name() -> None:
    files = {"mine.png": "kept.png", "cat": "cat-kept.png"}
    spec = asked(Anagram, first="mine.png", second="cat", view="identity,mine.png")
    assert with_files(spec, files).composition.views() == ("identity", "kept.png")
    assert [term.prompt for term in with_files(spec, files).terms()] == ["mine.png", "cat"]
    spec = asked(Compose, term="mine.png|mine.png|low; @cat||high; a fox||high")
    assert [(t.prompt, t.view) for t in with_files(spec, files).terms()] == [
        ("mine.png", "kept.png"),
        ("@cat-kept.png", "identity"),
        ("a fox", "identity"),
    ]


def test_what_has_no_share_is_not_to_be_seen() -> None:
    spec = asked(Hybrid, **PAIR, factor="scale", weight=1)
    assert spec.composition.readings() == (("identity", "a skull"),)


def test_a_term_is_read_from_its_text() -> None:
    spec = asked(Compose, term=["a fox|flip|low|2", "a hen", "a cat||high|-0.5"])
    assert spec.terms() == (
        Term(prompt="a fox", view="flip", band="low", weight=2),
        Term(prompt="a hen"),
        Term(prompt="a cat", band="high", weight=-0.5),
    )


def test_all_belongs_to_every_band_and_shares_sum_to_one() -> None:
    spec = asked(Compose, term="a fox|identity|low|2; a hen|identity|all|1")
    assert spec.composition.mix() == [[2 / 3, 0.0], [1 / 3, 1.0]]


def test_one_text_with_semicolons_is_the_same_as_several() -> None:
    one, many = asked(Compose, term="a fox; a hen"), asked(Compose, term=["a fox", "a hen"])
    assert one == many


@pytest.mark.parametrize("kind", [Anagram, Hybrid, Compose])
def test_a_spec_goes_to_json_and_back(kind: type[Illusion]) -> None:
    fields: dict[type, Any] = {Anagram: TWO, Hybrid: PAIR, Compose: {"term": "a|flip|all|2; b"}}
    spec = asked(kind, **fields[kind])
    assert KINDS[kind.kind].parse(spec.model_dump(mode="json")) == spec
    assert set(kind.form_fields()) <= set(kind.model_fields)


@pytest.mark.parametrize(
    ("kind", "fields", "said"),
    [
        (Anagram, {"first": "a"}, "two things"),
        (Anagram, {"first": " ", "second": "b"}, "write a prompt for each"),
        (Anagram, TWO | {"view": "identity,flip,negate"}, "2 prompts need 2 views"),
        (Anagram, TWO | {"third": "c"}, "3 prompts need 3 views"),
        (Anagram, TWO | {"view": "flip,mirror"}, "no view 'mirror'"),
        (Hybrid, {"low": "a", "high": ""}, "a prompt is empty"),
        (Hybrid, PAIR | {"kernel": 12}, "write an odd number of pixels, such as 13"),
        (Hybrid, PAIR | {"kernel": 201}, "201 px is wider than the picture: write at most 127"),
        (Hybrid, PAIR | {"sigma": 0}, "sigma"),
        (Hybrid, PAIR | {"middle": "c", "factor": "colour"}, "colour has two parts"),
        (Hybrid, {"low": "@cat", "high": "@tower"}, "a prompt is missing"),
        (Compose, {"term": "a||all|1; b||all|-1"}, "weights sum to 0"),
        (Compose, {"term": "a||low|1; b||all|-1; c||high|5"}, "weights of the low band sum to 0"),
        (Compose, {"term": "a||low"}, "no term draws the high band"),
        (Compose, {"term": "a||low; b||grey"}, "grey and low are not of one kind"),
        (Compose, {"term": "a||loud"}, "'loud' is no band"),
        (Compose, {"term": "a||low|x"}, "'x' is no weight"),
        (Compose, {"term": "a|b|c|d|e"}, "has 5 parts"),
        (Compose, {"term": []}, "write 1 to 16 terms"),
        (Compose, {"term": "||"}, "a prompt is empty"),
        (Compose, {"term": "a||low; b||high", "reduction": "alternate"}, "take turns only"),
    ],
)
def test_what_is_wrong_is_one_line(kind: type[Spec], fields: Any, said: str) -> None:
    with pytest.raises(BadInput) as error:
        kind.parse(fields)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "text", ["a fox", "a fox|flip", "a fox|identity|low", "a fox|flip|high|-0.25", "@cat.png"]
)
def test_a_term_is_written_as_shortly_as_it_can_be_read(text: str) -> None:
    assert str(Term.read(text)) == text
    assert Term.read(str(Term.read(text))) == Term.read(text)


@pytest.mark.parametrize(
    ("kind", "said"), [(Hybrid, PAIR), (Compose, {"term": "a fox"})], ids=["hybrid", "compose"]
)
def test_a_window_that_is_left_empty_is_the_source_s(kind: type[Spec], said: Any) -> None:
    assert asked(kind, **said, kernel="") == asked(kind, **said)
