"""Which digits a training learns from, now and when it is taken up."""

from pathlib import Path

import pytest
import torch

from engine.digits import training_data
from engine.digits.data import Digits, bundled, mnist
from engine.errors import BadInput
from engine.specs import Train
from engine.training.fit import Part
from tests.engine.digits.test_data import folder_of


def chosen(spec: Train, run: Path) -> Digits:
    return training_data.chosen(spec, run, lambda text: None).train


def begun_on(digits: Digits, run: Path) -> Path:
    """A run that was begun on these digits."""
    part = Part(run, "class")
    part.folder.mkdir(parents=True)
    training_data.note(part, digits)
    return run


def test_a_new_training_learns_from_all_of_mnist(tmp_path: Path) -> None:
    train = chosen(Train(model="class"), tmp_path)
    assert torch.equal(train.images, mnist().train.images)


@pytest.mark.parametrize("limit", [0, 200])
def test_one_that_was_begun_on_mnist_goes_on_with_it(tmp_path: Path, limit: int) -> None:
    run = begun_on(mnist().train.first(limit), tmp_path / "run")
    train = chosen(Train(model="class", limit=limit), run)
    assert torch.equal(train.images, mnist().train.first(limit).images)
    assert train.source == "MNIST's training half"


@pytest.mark.parametrize("limit", [0, 200])
@pytest.mark.parametrize("name", ["mnist", "bundled"])
def test_one_for_which_the_small_set_stood_in_goes_on_with_that(
    tmp_path: Path, name: str, limit: int
) -> None:
    small = bundled().train.first(limit)
    run = begun_on(small, tmp_path / "run")
    spec = Train(model="class", data=name, limit=limit)
    train = chosen(spec, run)
    assert torch.equal(train.images, small.images)
    assert torch.equal(train.labels, small.labels)
    assert ("stood in for MNIST" in train.source) == (name == "mnist")
    known = training_data.learned_from(spec, run, lambda text: None).train
    assert torch.equal(known.images, bundled().train.images)


def test_other_data_than_it_was_begun_with_are_refused(tmp_path: Path) -> None:
    run = begun_on(Digits(torch.zeros(300, 28, 28), torch.zeros(300), "zeros"), tmp_path / "run")
    for spec, line in (
        (Train(model="class"), "60,000 others, MNIST's training half"),
        (Train(model="class", limit=300), "300 others, MNIST's training half"),
        (Train(model="class", data="bundled"), "9,000 others, the small set"),
        (Train(model="class", data=str(folder_of(tmp_path / "own", 200))), "200 others"),
    ):
        with pytest.raises(BadInput, match=rf"was trained on 300 pictures, zeros; .* {line}"):
            chosen(spec, run)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"sha256": "1", "source": "x", "pictures": {}}'])
def test_a_damaged_note_of_them_is_one_line(tmp_path: Path, text: str) -> None:
    run = begun_on(bundled().train, tmp_path / "run")
    (run / "class" / training_data.DATA).write_text(text)
    with pytest.raises(BadInput, match=r"data\.json is damaged, so it is not known what"):
        chosen(Train(model="class"), run)
