"""A run's own copies of views and pictures stand in for the files that it was asked with."""

from pathlib import Path

import numpy as np
import pytest

from engine.errors import BadInput
from engine.runs.illusions import display
from engine.specs import Anagram, Compose, Hybrid, Illusion
from engine.views import Resolution, view
from tests.engine.runs.illusory import SIDE, illusion

UPSIDE = "def view(x):\n    return x[:, ::-1]\n"


@pytest.fixture
def made(tmp_path: Path) -> Path:
    path = tmp_path / "up.py"
    path.write_text(UPSIDE)
    return path


def test_every_file_is_replaced_by_the_run_s_own_copy(tmp_path: Path, made: Path) -> None:
    term = f"a hen|{made}|low; @some/cat.png|flip|high; a duck||all"
    run = illusion(tmp_path / "r", "compose", term=term)
    assert isinstance(run.spec, Compose)
    found = display.own(run.spec, run.folder)
    assert [term.view for term in found.terms()] == [
        str(run.folder / "view-1.safetensors"), "flip", "identity"
    ]  # fmt: skip
    assert found.composition.picture_files() == (str(run.folder / "source-1.png"),)
    assert display.without_code(found) is found
    assert [t.band for t in found.terms()] == [t.band for t in run.spec.terms()]


def test_without_copies_the_request_stays_as_it_is(tmp_path: Path) -> None:
    spec = Hybrid(low="@cat.png", high="a hen")
    assert display.own(spec, tmp_path) == spec


def test_a_request_without_files_stays_as_it_is(tmp_path: Path) -> None:
    run = illusion(tmp_path / "r", "anagram", first="a", second="b")
    assert isinstance(run.spec, Illusion)
    assert display.own(run.spec, run.folder) == run.spec


def test_views_are_had_by_the_names_of_the_request(tmp_path: Path, made: Path) -> None:
    run = illusion(tmp_path / "r", "anagram", first="a", second="b", view=f"{made},identity")
    made.write_text("raise SystemExit('this is not to be run')")
    assert isinstance(run.spec, Illusion)
    found = display.views(run.spec, run.folder)
    assert list(found) == ["identity", str(made)]
    square = Resolution(SIDE)
    np.testing.assert_array_equal(found[str(made)].at(square).index, view("flip").at(square).index)


def test_code_that_only_a_file_names_is_refused(tmp_path: Path, made: Path) -> None:
    spec = Anagram.parse({"first": "a", "second": "b", "view": f"identity,{made}"})
    assert isinstance(spec, Illusion)
    made.write_text("open('run', 'w')")
    with pytest.raises(BadInput, match=r"up\.py is code, which is run only where you name it"):
        display.without_code(spec)
    with pytest.raises(BadInput, match="code is run only where it is named by hand"):
        display.views(spec, tmp_path)


@pytest.mark.parametrize("name", ["up.PY", "../up.Py"])
def test_an_ending_in_other_letters_is_code_too(name: str) -> None:
    spec = Anagram.parse({"first": "a", "second": "b", "view": f"identity,{name}"})
    assert isinstance(spec, Illusion)
    with pytest.raises(BadInput, match="is code"):
        display.without_code(spec)
