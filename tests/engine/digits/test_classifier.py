"""The classifier that is shipped, how one learns, and what it is not opened with."""

import json
import shutil
from pathlib import Path

import pytest
import torch

from engine.digits.classifier import network
from engine.digits.classifier.learn import taught, varied
from engine.digits.classifier.network import look
from engine.digits.data import Digits, bundled, to_unit
from engine.errors import BadInput


def test_the_shipped_judge_is_as_good_as_its_card_says() -> None:
    test = bundled().test
    right = look(network.load(), to_unit(test.images)).right(test.labels)
    card = network.card()
    assert float(right.float().mean()) == pytest.approx(card["accuracy"], abs=1e-3)
    assert card["accuracy"] >= 0.985
    assert min(card["by_digit"]) >= 0.95
    assert "9000 of" in card["trained_on"]


def test_pictures_are_judged_as_they_are_shown() -> None:
    pictures = to_unit(bundled().test.images[:4])
    said = look(network.load(), pictures)
    assert torch.equal(look(network.load(), 3 * pictures - 1).digits, said.digits)
    assert torch.allclose(said.probabilities.sum(1), torch.ones(4))
    assert look(network.load(), pictures[:0]).features.shape == (0, 64)


def test_other_weights_than_the_cards_are_refused(tmp_path: Path) -> None:
    folder = tmp_path / "judge"
    shutil.copytree(network.HERE, folder)
    with (folder / network.WEIGHTS).open("ab") as file:
        file.write(b"x")
    with pytest.raises(BadInput, match=r"is not the judge that judge\.json describes"):
        network.load(folder)


def test_no_judge_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="there is no judge of digits"):
        network.load(tmp_path)


def test_variation_is_the_generators_alone_and_keeps_the_digit() -> None:
    test = bundled().test
    pictures = to_unit(test.images[:200])
    one, again, other = (varied(pictures, torch.Generator().manual_seed(s)) for s in (1, 1, 2))
    assert torch.equal(one, again)
    assert not torch.equal(one, other)
    assert look(network.load(), one).right(test.labels[:200]).float().mean() > 0.9


def test_a_judge_learns_and_can_be_kept(tmp_path: Path) -> None:
    images = torch.zeros(64, 28, 28, dtype=torch.uint8)
    images[32:, 8:20, 8:20] = 255
    digits = Digits(images, torch.arange(2).repeat_interleave(32), "squares")
    classifier = taught(digits, 6, 0, tmp_path / "work")
    assert look(classifier, to_unit(images)).right(digits.labels).all()
    network.save(classifier, tmp_path / "judge", {"accuracy": 1.0})
    kept = network.load(tmp_path / "judge")
    pictures = to_unit(images)
    assert torch.equal(look(kept, pictures).features, look(classifier, pictures).features)
    assert json.loads((tmp_path / "judge" / network.CARD).read_text())["accuracy"] == 1.0
