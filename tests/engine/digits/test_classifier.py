"""The classifier that is shipped, how one learns, and what it is not opened with."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from engine.digits.classifier import __main__ as judge
from engine.digits.classifier import learn, network
from engine.digits.classifier.learn import taught, varied
from engine.digits.classifier.network import look
from engine.digits.data import Digits, mnist_test, to_unit
from engine.errors import BadInput
from engine.training.trainer import Progress, Settings
from tests.engine.digits.test_data import folder_of


def test_the_shipped_judge_is_as_good_as_its_card_says() -> None:
    test = mnist_test()
    right = look(network.load(), to_unit(test.images)).right(test.labels)
    card = network.card()
    assert float(right.float().mean()) == pytest.approx(card["accuracy"], abs=3e-4)
    assert card["accuracy"] >= 0.995
    assert min(card["by_digit"]) >= 0.985
    assert card["trained_on"] == "60000 of MNIST's training half"
    assert card["tested_on"] == "10000 of MNIST's test half, never trained on"


def test_pictures_are_judged_as_they_are_shown() -> None:
    pictures = to_unit(mnist_test().images[:4])
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
    test = mnist_test()
    pictures = to_unit(test.images[:200])
    one, again, other = (varied(pictures, torch.Generator().manual_seed(s)) for s in (1, 1, 2))
    assert torch.equal(one, again)
    assert not torch.equal(one, other)
    assert look(network.load(), one).right(test.labels[:200]).float().mean() > 0.9


def test_a_judge_that_was_broken_off_goes_on_to_the_same_bits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def soon(steps: int, seed: int) -> Settings:
        return replace(whole(steps, seed), checkpoint_every=2, report_every=1)

    def broken_off(progress: Progress) -> None:
        if progress.step == 5:
            raise KeyboardInterrupt

    def command(name: str) -> list[str]:
        words = {"out": tmp_path / name, "work": tmp_path / f"{name}-work", "data": folder}
        return ["--steps", "6", *(w for n, v in words.items() for w in (f"--{n}", str(v)))]

    whole, say = learn.settings, judge.say
    folder = folder_of(tmp_path / "data", 200)
    monkeypatch.setattr(learn, "settings", soon)
    assert judge.main(command("whole")) == 0
    monkeypatch.setattr(judge, "say", broken_off)
    with pytest.raises(KeyboardInterrupt):
        judge.main(command("parts"))
    assert not (tmp_path / "parts").exists()
    monkeypatch.setattr(judge, "say", say)
    assert judge.main(command("parts")) == 0
    assert network.card(tmp_path / "parts") == network.card(tmp_path / "whole")


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
