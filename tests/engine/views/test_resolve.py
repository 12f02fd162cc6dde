"""Views by name, found by listing their folder."""

import re
import shutil
import sys
from pathlib import Path

import pytest

from engine.errors import BadInput
from engine.views import Resolution, names, open_view, view
from engine.views.resolve import FOLDER, discovered
from tests.engine.views.conftest import refused


def test_names_begin_with_the_identity_and_end_with_failures() -> None:
    assert names()[0] == "identity"
    assert names()[-3:] == ("blur", "circle-135", "white-balance")
    assert all(view(name).name == name for name in names())
    assert open_view("rotate-90").name == "rotate-90"


@pytest.mark.parametrize(
    ("name", "said"),
    [("jigsw", "did you mean jigsaw"), ("flip_horizontal", "did you mean flip-horizontal"),
     ("xyzzy", "there are identity, flip"), ("a\nb", r"no view 'a\\nb'")],
)  # fmt: skip
def test_an_unknown_name_is_told_the_nearest(name: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        view(name)
    with pytest.raises(BadInput, match=said):
        open_view(name)


@pytest.mark.parametrize(
    "name", ["no.png", "~nobody/no.py", "a\0.png", "l" * 5000 + ".png", ".png"]
)
def test_a_file_that_is_not_there_is_one_line(name: str) -> None:
    assert re.search("no view|no such file", refused(name))


def test_a_file_that_is_dropped_in_is_a_view(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "copied_views"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("__pycache__"))
    text = (folder / "flip.py").read_text()
    (folder / "my_own.py").write_text(text.replace("upside down", "mine"))
    monkeypatch.syspath_prepend(tmp_path)
    found = discovered(folder, "copied_views")
    for module in [name for name in sys.modules if name.startswith("copied_views")]:
        monkeypatch.delitem(sys.modules, module)
    assert {*found} == {*names(), "my-own"}
    assert next(iter(found)) == "identity"
    assert found["my-own"].text.startswith("mine")
    assert found["my-own"].at(Resolution(32)).is_permutation
