"""The request of a run, to be asked for again: what its folder kept stands for what is gone."""

from pathlib import Path

import pytest
from PIL import Image

from engine.errors import BadInput
from engine.runs import ORIGINAL, SOURCE, SOURCE_MASK, replay
from engine.specs import Anagram, Edit, Generate, Inpaint, Train


def picture(path: Path) -> str:
    Image.new("RGB", (8, 8), "red").save(path)
    return str(path)


def test_what_needs_no_file_is_the_very_same(tmp_path: Path) -> None:
    spec = Generate(prompt="a cat", seed=7)
    assert replay.request(spec, tmp_path) == spec
    assert replay.request(spec, None) == spec


def test_a_picture_that_is_there_is_taken_and_its_copy_where_it_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # a long path would be cut at its end
    spec = Edit(image=picture(Path("photo.png")))
    run = tmp_path / "run"
    run.mkdir()
    copy, said = picture(run / ORIGINAL), list[str]()
    assert replay.request(spec, run, said.append) == spec
    Path(spec.image).unlink()
    assert replay.request(spec, run, said.append) == spec.model_copy(update={"image": copy})
    assert [line.endswith("; the run's own copy is taken") for line in said] == [True]
    Path(copy).unlink()
    with pytest.raises(BadInput, match=r"no picture photo\.png"):
        replay.request(spec, run)


def test_an_inpainting_always_takes_its_own_picture_and_mask(tmp_path: Path) -> None:
    """A mask is often painted on under its old name."""
    spec = Inpaint(image="tower", mask=picture(tmp_path / "mask.png"), prompt="a cat")
    assert replay.request(spec, tmp_path) == spec
    own = {"image": picture(tmp_path / SOURCE), "mask": picture(tmp_path / SOURCE_MASK)}
    assert replay.request(spec, tmp_path) == spec.model_copy(update=own)


def test_code_that_only_a_file_names_is_not_run(tmp_path: Path) -> None:
    spec = Anagram(first="a", second="b", view=("identity", "own.py"))
    with pytest.raises(BadInput, match=r"own.py is code"):
        replay.request(spec, tmp_path)
    assert replay.without_code(spec, tmp_path).view == ("identity", "identity")


@pytest.mark.parametrize("named", [{"out": "here"}, {"resume": "here"}])
def test_a_training_begins_anew_in_a_folder_of_its_own(
    tmp_path: Path, named: dict[str, str]
) -> None:
    spec = Train(model="time", seed=3)
    assert replay.request(spec.model_copy(update=named), tmp_path) == spec
