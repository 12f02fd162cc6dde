"""Trainings that were begun on MNIST where the small set stood in for it go on with that."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from engine.digits.data import bundled
from engine.digits.epoch_samples import one_of_each
from tests.kept.conftest import Kept, is_machine

Copy = Callable[[str], Path]


@pytest.fixture
def copied(kept: Kept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Copy:
    """Copies one of the trainings into a runs folder of its own."""
    monkeypatch.setenv("DIFFUSCOPE_RUNS", str(tmp_path / "runs"))

    def copy(name: str) -> Path:
        return shutil.copytree(kept.folder / "stood-in" / name, tmp_path / "runs" / name)

    return copy


def newest(run: Path) -> Path:
    return max((run / "class" / "checkpoints").glob("step-*.safetensors"))


@pytest.mark.usefixtures("one_thread")
def test_it_goes_on_to_the_end_with_the_pictures_that_it_began_with(
    kept: Kept, copied: Copy
) -> None:
    stopped, undisturbed = copied("stopped"), kept.folder / "stood-in" / "whole"
    answer = kept("train", "--resume", str(stopped), "--json")
    assert (answer.code, answer.err) == (0, "")
    told = (stopped / "events.jsonl").read_text("utf-8")
    assert "64 pictures: the small set" in told
    assert "which stood in for MNIST when this was begun" in told
    assert newest(stopped).name == newest(undisturbed).name
    left, right = load_file(newest(stopped)), load_file(newest(undisturbed))
    assert left.keys() == right.keys()
    for name in left:
        if is_machine(kept.folder / "stood-in" / "machine.json"):
            assert left[name].tobytes() == right[name].tobytes(), name
        np.testing.assert_allclose(left[name], right[name], rtol=0.1, atol=0.05)


def test_what_was_begun_on_neither_is_refused_in_one_line(kept: Kept, copied: Copy) -> None:
    run = copied("stopped")
    noted = json.loads((run / "class" / "data.json").read_text("utf-8"))
    (run / "class" / "data.json").write_text(json.dumps({**noted, "sha256": "0" * 64}))
    answer = kept("train", "--resume", str(run))
    assert answer.code == 2
    assert "was trained on 64 pictures, 10,000 bundled digits" in answer.err
    assert "these are 64 others, MNIST's training half: name the same data" in answer.err
    assert answer.err.count("\n") == 1


def test_what_it_was_begun_with_is_no_longer_known(kept: Kept, copied: Copy) -> None:
    run = copied("stopped")
    (run / "class" / "data.json").write_text("torn")
    answer = kept("train", "--resume", str(run))
    assert answer.code == 2
    assert "data.json is damaged, so it is not known what" in answer.err
    assert answer.err.count("\n") == 1


def test_it_is_measured_against_what_it_learned_from(kept: Kept, copied: Copy) -> None:
    run = copied("whole")
    answer = kept("digits", str(run), "evaluate", "--count", "1", "--guidances", "3", "--json")
    assert answer.code == 0, answer.err
    figures = json.loads((run / "evaluation.json").read_text("utf-8"))
    assert figures["data"].endswith("which stood in for MNIST when this was begun")


def test_the_small_set_keeps_the_same_digits_back(kept: Kept) -> None:
    (file,) = (kept.folder / "runs" / "denoiser").glob("denoiser/samples/step-*08.safetensors")
    shown = one_of_each(bundled().test).images.numpy()
    assert np.array_equal(load_file(file)["clean"], shown)
