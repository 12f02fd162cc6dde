"""The classifier learns what it is shown, resumes exactly, and refuses another's folder."""

from pathlib import Path

import pytest
import torch

from engine.errors import BadInput, Stopped
from engine.forge.classifier import labelled_renderings
from engine.forge.classifier.labelled_renderings import Labelled
from engine.forge.classifier.learn import shifted, taught
from engine.forge.classifier.network import at_classifier_side, look
from engine.specs import Evaluate
from tests.engine.forge.labelled import write


def asked(folder: Path, steps: int, **fields: object) -> Evaluate:
    few = {"judge_steps": steps, "judge_batch": 16, "learning_rate": 5e-3}
    return Evaluate.parse({"folder": "toy", "judge": str(folder), **few, **fields})  # type: ignore[return-value]


def never() -> bool:
    return False


def quiet(part: str, progress: object) -> None:
    """Report nothing."""


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Labelled:
    folder = tmp_path_factory.mktemp("toy")
    return labelled_renderings.load(write(folder / "toy"), folder / "cache.safetensors")


def test_it_learns_concept_colour_and_style(toy: Labelled, tmp_path: Path) -> None:
    learn, exam = labelled_renderings.split(toy)
    classifier = taught(asked(tmp_path / "judge", 60), learn, quiet, never)
    assert not classifier.training
    predictions = look(classifier, exam.pictures)
    for column, head in enumerate(labelled_renderings.HEADS):
        assert predictions.right(head, exam.labels[:, column]).float().mean() > 0.9, head


def test_a_stopped_training_resumes_to_the_same_judge(toy: Labelled, tmp_path: Path) -> None:
    whole = taught(asked(tmp_path / "whole", 4), toy, quiet, never)
    calls = iter([False, False])
    with pytest.raises(Stopped):
        taught(asked(tmp_path / "parts", 4), toy, quiet, lambda: next(calls, True))
    resumed = taught(asked(tmp_path / "parts", 4), toy, quiet, never)
    for name, tensor in whole.state_dict().items():
        assert torch.equal(tensor, resumed.state_dict()[name]), name
    assert (tmp_path / "parts" / "events.jsonl").read_text().count('"Begun"') == 2


def test_a_judge_of_other_labels_is_refused(toy: Labelled, tmp_path: Path) -> None:
    taught(asked(tmp_path / "judge", 1), toy, quiet, never)
    other = Labelled(toy.pictures, toy.labels, (("a", "b", "c"), *toy.names[1:]))
    with pytest.raises(BadInput, match="name another --judge folder"):
        taught(asked(tmp_path / "judge", 1), other, quiet, never)


def test_a_shift_moves_whole_pixels_and_keeps_the_border() -> None:
    picture = torch.arange(64.0).reshape(1, 1, 8, 8).repeat(20, 3, 1, 1)
    moved = shifted(picture, torch.Generator().manual_seed(0), most=2)
    wide = torch.nn.functional.pad(picture[:1], (2, 2, 2, 2), mode="replicate")
    windows = [wide[0, :, y : y + 8, x : x + 8] for y in range(5) for x in range(5)]
    found = [next(i for i, w in enumerate(windows) if torch.equal(w, one)) for one in moved]
    assert len(set(found)) > 5


def test_larger_pictures_are_judged_by_the_means_of_their_pixels(toy: Labelled) -> None:
    small = toy.pictures[:2].float()
    large = small.repeat_interleave(4, 2).repeat_interleave(4, 3)
    assert torch.allclose(at_classifier_side(large), small)
