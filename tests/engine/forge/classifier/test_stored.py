"""A classifier is opened from its folder alone, as its training left it, or refused."""

from pathlib import Path

import pytest
import torch

from engine.errors import BadInput
from engine.forge.classifier import labelled_renderings
from engine.forge.classifier.learn import learned, taught
from engine.specs import Evaluate
from tests.engine.forge.labelled import write


def test_it_is_the_one_that_the_training_returned(tmp_path: Path) -> None:
    toy = labelled_renderings.load(write(tmp_path / "toy", each=2), tmp_path / "cache.safetensors")
    spec = Evaluate(folder="toy", judge=str(tmp_path / "judge"), judge_steps=3, judge_batch=4)
    classifier = taught(spec, toy, lambda part, progress: None, lambda: False)
    again = learned(tmp_path / "judge")
    assert again.names == toy.names
    assert not again.training
    for name, tensor in classifier.state_dict().items():
        assert torch.equal(tensor, again.state_dict()[name]), name


def test_a_folder_without_one_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"no readable labels\.json"):
        learned(tmp_path)
    names = '{"concept": ["a cat", "a hen"], "colour": ["red", "blue"], "style": ["oil", "photo"]}'
    (tmp_path / "labels.json").write_text(names)
    (tmp_path / "checkpoints").mkdir()
    (tmp_path / "checkpoints" / "step-00000001.safetensors").write_text("torn")
    with pytest.raises(BadInput, match="no checkpoint that can be read"):
        learned(tmp_path)
