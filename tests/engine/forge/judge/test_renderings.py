"""Labelled renderings: labels come from the fields, sets are known, bad folders are named."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.errors import BadInput
from engine.forge.judge import renderings
from tests.engine.forge.labelled import GROUNDS, SHAPES, STYLES, write

Rows = list[dict[str, str]]


def changed(folder: Path, change: Callable[[Rows], Rows]) -> Path:
    table = folder / "metadata.jsonl"
    rows = change([json.loads(line) for line in table.read_text().splitlines()])
    table.write_text("\n".join(map(json.dumps, rows)))
    return folder


def test_labels_are_the_fields(tmp_path: Path) -> None:
    whole = renderings.load(write(tmp_path / "toy", each=1))
    assert whole.names == (SHAPES, tuple(GROUNDS), STYLES)
    assert whole.labels.tolist()[:4] == [[0, 0, 0], [0, 0, 1], [0, 1, 0], [0, 1, 1]]
    assert whole.files[4] == tmp_path / "toy" / "004.png"
    assert set(whole.sets) == {""}


def test_a_part_keeps_files_labels_and_sets(tmp_path: Path) -> None:
    def numbered(rows: Rows) -> Rows:
        return [row | {"set": f"hand {index % 2}"} for index, row in enumerate(rows)]

    whole = renderings.load(changed(write(tmp_path / "toy", each=2), numbered))
    discs = whole.part(whole.with_label("concept", "a disc"))
    assert len(discs) == 8
    assert set(discs.labels[:, 0].tolist()) == {SHAPES.index("a disc")}
    assert discs.files[0].name == "004.png"
    odd = whole.part(whole.from_set("hand 1"))
    assert (len(odd), set(odd.sets)) == (12, {"hand 1"})
    assert not whole.with_label("concept", "a cat").any()


def test_the_last_tenth_examines(tmp_path: Path) -> None:
    whole = renderings.load(write(tmp_path / "toy"))
    learn, exam = renderings.split(whole)
    assert (len(learn), len(exam)) == (108, 12)
    assert exam.files == whole.files[108:]


def test_an_examination_has_the_names_of_what_was_learned(tmp_path: Path) -> None:
    few = changed(write(tmp_path / "toy", 1), lambda rows: [r for r in rows if r["style"] != "oil"])
    names = (("a bar", "a cat", "a disc", "a square"), tuple(GROUNDS), STYLES)
    assert set(renderings.load(few, names).labels[:, 0].tolist()) == {0, 2, 3}
    with pytest.raises(BadInput, match=r"does not learn the concept 'a bar', which .*toy has"):
        renderings.load(few, (("a disc", "a square"), *names[1:]))


def without(field: str) -> Callable[[Rows], Rows]:
    """Rows that lack a field."""
    return lambda rows: [{k: v for k, v in row.items() if k != field} for row in rows]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (without("colour"), "line 1: expected JSON with file_name, concept, colour and style"),
        (lambda rows: [], "no metadata.jsonl"),
        (lambda rows: [r | {"concept": "a disc"} for r in rows], "the only concept is 'a disc'"),
        (lambda rows: [*rows[:-1], rows[-1] | {"concept": "a cat"}], "concept 'a cat' is in the"),
    ],
)
def test_an_unfit_folder_is_one_clear_line(
    tmp_path: Path, change: Callable[[Rows], Rows], said: str
) -> None:
    folder = changed(write(tmp_path / "toy", each=2), change)
    with pytest.raises(BadInput, match=said) as caught:
        renderings.split(renderings.load(folder))
    assert "\n" not in str(caught.value)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no such folder"):
        renderings.load(tmp_path / "none")
