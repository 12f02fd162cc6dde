"""The heads learn what they are shown, resume exactly, refuse another's folder, are found again."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor

from engine.errors import BadInput, Stopped
from engine.forge.judge import learn, renderings
from engine.forge.judge.features import WIDTH, View
from engine.forge.judge.heads import FRECHET, Heads, LargeJudge
from engine.forge.judge.learn import learned, taught
from engine.forge.judge.renderings import HEADS, Labelled
from engine.specs import Evaluate
from tests.engine.forge.labelled import write
from tests.support.untaught_eye import untaught_eye, without_the_package


def asked(folder: Path, steps: int, **fields: object) -> Evaluate:
    few = {"judge_steps": steps, "judge_batch": 16, "learning_rate": 5e-3}
    return Evaluate.parse({"folder": "toy", "judge": str(folder), **few, **fields})  # type: ignore[return-value]


def never() -> bool:
    return False


def quiet(part: str, progress: object) -> None:
    """Report nothing."""


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Labelled:
    return renderings.load(write(tmp_path_factory.mktemp("toy") / "toy"))


@pytest.fixture(scope="module")
def rows(toy: Labelled) -> Tensor:
    return untaught_eye().rows(View(32).pictures(toy.files))


def heads_of(spec: Evaluate, toy: Labelled, rows: Tensor, stop: learn.Stop = never) -> Heads:
    return taught(spec, rows, toy, quiet, stop)


def test_they_learn_concept_colour_and_style(toy: Labelled, rows: Tensor, tmp_path: Path) -> None:
    spec, first = asked(tmp_path / "judge", 60), slice(0, 108)
    heads = heads_of(spec, toy.part(torch.arange(108)), rows[first])
    assert not heads.training
    exam = toy.part(torch.arange(108, 120))
    predictions = LargeJudge(untaught_eye(), heads).look(View(32).pictures(exam.files))
    for column, head in enumerate(HEADS):
        assert predictions.right(head, exam.labels[:, column]).float().mean() > 0.9, head
        torch.testing.assert_close(predictions.probabilities[head].sum(1), torch.ones(12))
    torch.testing.assert_close(predictions.features, rows[108:, FRECHET])
    assert predictions.part(torch.tensor([3, 1])).features.shape == (2, len(FRECHET))


def test_a_stopped_training_resumes_to_the_same_judge(
    toy: Labelled, rows: Tensor, tmp_path: Path
) -> None:
    whole = heads_of(asked(tmp_path / "whole", 4), toy, rows)
    calls = iter([False, False])
    with pytest.raises(Stopped):
        heads_of(asked(tmp_path / "parts", 4), toy, rows, lambda: next(calls, True))
    resumed = heads_of(asked(tmp_path / "parts", 4), toy, rows)
    for name, tensor in whole.state_dict().items():
        assert torch.equal(tensor, resumed.state_dict()[name]), name
    assert (tmp_path / "parts" / "heads" / "events.jsonl").read_text().count('"Begun"') == 2


def test_a_judge_of_other_labels_or_precision_is_refused(
    toy: Labelled, rows: Tensor, tmp_path: Path
) -> None:
    heads_of(asked(tmp_path / "judge", 1), toy, rows)
    other = replace(toy, names=(("a", "b", "c"), *toy.names[1:]))
    with pytest.raises(BadInput, match="name another --judge folder"):
        heads_of(asked(tmp_path / "judge", 1), other, rows)
    with pytest.raises(BadInput, match="of another precision"):
        heads_of(asked(tmp_path / "judge", 1, precision="bf16"), toy, rows)


def test_it_is_found_again_as_its_training_left_it(
    toy: Labelled, rows: Tensor, tmp_path: Path
) -> None:
    heads = heads_of(asked(tmp_path / "judge", 3), toy, rows)
    with without_the_package():
        again = learned(tmp_path / "judge")
    assert again.names == toy.names
    assert not again.heads.training
    for name, tensor in heads.state_dict().items():
        assert torch.equal(tensor, again.heads.state_dict()[name]), name


def test_a_folder_without_one_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"no readable labels\.json"):
        learned(tmp_path)
    part = tmp_path / "heads"
    names = {"concept": ["a cat", "a hen"], "colour": ["red"], "style": ["oil"]}
    (part / "checkpoints").mkdir(parents=True)
    (part / "labels.json").write_text(json.dumps({**names, "precision": "fp32"}))
    (part / "checkpoints" / "step-00000001.safetensors").write_text("torn")
    with pytest.raises(BadInput, match="no checkpoint that can be read"):
        learned(tmp_path)


def test_rows_that_are_seen_only_once_are_dropped_by_the_generator_alone(toy: Labelled) -> None:
    heads = Heads(toy.names)
    rows = torch.rand((4, WIDTH), generator=torch.Generator().manual_seed(0))
    calm = heads(rows)["concept"]
    assert torch.equal(calm, heads(rows)["concept"])
    first, same, other = (
        heads(rows, torch.Generator().manual_seed(seed))["concept"] for seed in (1, 1, 2)
    )
    assert torch.equal(first, same)
    assert not torch.equal(first, other)
    assert not torch.equal(first, calm)
