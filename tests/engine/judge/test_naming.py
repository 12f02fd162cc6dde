"""Which concept a prompt names: synonyms, the longest phrase, style and ground left out."""

import pytest

from engine.judge.naming import Naming

CARD = {
    "concepts": [
        ["a man"], ["a man wearing a hat", "a cowboy"], ["a top hat", "a hat"],
        ["an orange", "a tangerine"], ["a cat", "a kitten"], ["a t-rex"], ["grapes"],
        ["a drawing pad"], ["a palette", "a hat"],
    ],
    "styles": ["a photo of {}", "a pencil drawing of {}", "a drawing of {}", "{} in oil"],
    "colours": ["red", "orange"],
}  # fmt: skip


@pytest.fixture(scope="module")
def naming() -> Naming:
    return Naming.of(CARD)


@pytest.mark.parametrize(
    ("prompt", "named"),
    [
        ("a cat", "a cat"),
        ("A Kitten!", "a cat"),
        ("the cat", "a cat"),
        ("cat", "a cat"),
        ("a photo of a cat on a red background", "a cat"),
        ("two grapes", "grapes"),
        ("a man wearing a hat", "a man wearing a hat"),
        ("a hat on a man", "a top hat"),
        ("an old man wearing the hat", "a man wearing a hat"),
        ("a cowboy and a cat", "a man wearing a hat"),
        ("a hat", "a top hat"),
        ("a t-rex", "a t-rex"),
        ("a cat on an orange background", "a cat"),
        ("an orange on an orange background", "an orange"),
        ("an orange cat", "a cat"),
        ("a cat, an orange", "an orange"),
        ("a drawing of a drawing pad", "a drawing pad"),
        ("a drawing pad", "a drawing pad"),
        ("a cat in oil", "a cat"),
    ],
)
def test_a_prompt_names(naming: Naming, prompt: str, named: str) -> None:
    index = naming.concept_of(prompt)
    assert index is not None
    assert naming.phrases[index][0] == named


@pytest.mark.parametrize(
    "prompt",
    [
        "",
        "a photo of a house",
        "a photo of",
        "catalogue",
        "on an orange background",
        "hats",
    ],
)
def test_none_is_named(naming: Naming, prompt: str) -> None:
    assert naming.concept_of(prompt) is None


@pytest.mark.parametrize(
    "change",
    [{"concepts": []}, {"concepts": [[]]}, {"concepts": [["a"]]}, {"concepts": None}],
)
def test_a_card_without_phrases_is_refused(change: dict[str, object]) -> None:
    with pytest.raises((ValueError, TypeError)):
        Naming.of({**CARD, **change})
