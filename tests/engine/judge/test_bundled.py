"""The judge that is shipped: small, whole or refused, the same each time, in its table's order."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor

from engine import judge
from engine.errors import BadInput
from engine.forge.captions import STYLES, bundled_concepts
from engine.judge import CARD, HERE, WEIGHTS

K = 235


def pictures(side: int = 32, count: int = 3) -> Tensor:
    generator = torch.Generator().manual_seed(0)
    return torch.rand((count, 3, side, side), generator=generator) * 2 - 1


def test_its_concepts_are_the_cascades_in_their_order() -> None:
    known = bundled_concepts()
    assert judge.bundled().concepts == tuple(concept.phrases[0] for concept in known)
    for index, concept in enumerate(known):
        for templates in STYLES.values():
            prompt = templates[-1].format(concept.phrases[0]) + " on an orange background"
            assert judge.bundled().concept_of(prompt) == index, prompt


def test_every_synonym_names_its_concept() -> None:
    for index, concept in enumerate(bundled_concepts()):
        assert {judge.bundled().concept_of(phrase) for phrase in concept.phrases} == {index}


@pytest.mark.parametrize("side", [32, 64, 128])
def test_probabilities_are_a_row_for_each_picture(side: int) -> None:
    found = judge.bundled().probabilities(pictures(side))
    assert (found.shape, found.dtype, found.device.type) == ((3, K), torch.float32, "cpu")
    assert torch.allclose(found.sum(1), torch.ones(3))
    assert torch.equal(found, judge.bundled().probabilities(pictures(side)))


def test_none_of_no_pictures_and_what_is_out_of_range_is_clamped() -> None:
    whole = pictures()
    assert judge.bundled().probabilities(whole[:0]).shape == (0, K)
    bright = torch.where(whole > 0.5, 1.0, whole)
    outside = torch.where(whole > 0.5, 3.0, whole)
    assert torch.equal(*(judge.bundled().probabilities(each) for each in (bright, outside)))


def test_it_is_small() -> None:
    assert sum(file.stat().st_size for file in HERE.iterdir()) <= 2 * 10**6


def torn(folder: Path) -> None:
    (folder / WEIGHTS).write_bytes((folder / WEIGHTS).read_bytes()[:-7])


def swapped(folder: Path) -> None:
    card = json.loads((folder / CARD).read_text())
    card["concepts"] = card["concepts"][1:]
    (folder / CARD).write_text(json.dumps(card))


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (torn, "is not the judge that judge.json describes"),
        (lambda folder: (folder / WEIGHTS).unlink(), "cannot read .*judge.safetensors"),
        (lambda folder: (folder / CARD).unlink(), "cannot read .*judge.json"),
        (lambda folder: (folder / CARD).write_text("{"), "does not describe a judge"),
        (lambda folder: (folder / CARD).write_text("[1]"), "does not describe a judge"),
        (lambda folder: (folder / CARD).write_bytes(b"\xff\xfe"), "does not describe a judge"),
        (lambda folder: (folder / WEIGHTS).write_bytes(bytes(5 << 20)), "larger than"),
        (swapped, "holds another network"),
    ],
)
def test_a_damaged_one_is_refused_in_one_line(
    tmp_path: Path, damage: Callable[[Path], None], said: str
) -> None:
    folder = tmp_path / "judge"
    shutil.copytree(HERE, folder)
    damage(folder)
    with pytest.raises(BadInput, match=said) as caught:
        judge.opened(folder)
    assert "\n" not in str(caught.value)
