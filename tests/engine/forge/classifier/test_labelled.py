"""Labelled renderings: labels come from the fields, pictures are box-reduced, bad folders named."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from engine.errors import BadInput, Stopped
from engine.forge.classifier import labelled_renderings
from tests.engine.forge.labelled import GROUNDS, SHAPES, STYLES, write


def test_labels_are_the_fields_and_pixels_are_means(tmp_path: Path) -> None:
    whole = labelled_renderings.load(
        write(tmp_path / "toy", each=1), tmp_path / "cache.safetensors"
    )
    assert whole.names == (SHAPES, tuple(GROUNDS), STYLES)
    assert whole.labels.tolist()[:4] == [[0, 0, 0], [0, 0, 1], [0, 1, 0], [0, 1, 1]]
    large = np.asarray(Image.open(tmp_path / "toy" / "004.png"), float)
    means = large.reshape(32, 2, 32, 2, 3).mean((1, 3)).transpose(2, 0, 1)
    assert np.abs(whole.pictures[4].numpy() - means).max() <= 0.5


def test_a_part_keeps_its_labels_and_one_label_can_be_picked(tmp_path: Path) -> None:
    whole = labelled_renderings.load(
        write(tmp_path / "toy", each=2), tmp_path / "cache.safetensors"
    )
    discs = whole.of("concept", "a disc")
    assert len(discs) == 8
    assert set(discs.labels[:, 0].tolist()) == {SHAPES.index("a disc")}
    assert torch.equal(discs.pictures[0], whole.pictures[4])


def test_the_last_tenth_examines(tmp_path: Path) -> None:
    whole = labelled_renderings.load(write(tmp_path / "toy"), tmp_path / "cache.safetensors")
    learn, exam = labelled_renderings.split(whole)
    assert (len(learn), len(exam)) == (108, 12)
    assert torch.equal(exam.pictures, whole.pictures[108:])


def without(field: str) -> Callable[[list[dict[str, str]]], list[dict[str, str]]]:
    """Rows that lack a field."""
    return lambda rows: [{k: v for k, v in row.items() if k != field} for row in rows]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (without("colour"), "line 1: expected JSON with file_name, concept, colour and style"),
        (lambda rows: [], "no metadata.jsonl"),
        (lambda rows: [r | {"concept": "a disc"} for r in rows], "the only concept is 'a disc'"),
        (lambda rows: [*rows[:-1], rows[-1] | {"concept": "a cat"}], "concept 'a cat' is in the"),
        (lambda rows: [rows[0] | {"file_name": "gone.png"}], r"cannot read picture .*gone\.png"),
    ],
)
def test_an_unfit_folder_is_one_clear_line(
    tmp_path: Path, change: Callable[[list[dict[str, str]]], list[dict[str, str]]], said: str
) -> None:
    table = write(tmp_path / "toy", each=2) / "metadata.jsonl"
    rows = change([json.loads(line) for line in table.read_text().splitlines()])
    table.write_text("\n".join(map(json.dumps, rows)))
    with pytest.raises(BadInput, match=said) as caught:
        labelled_renderings.split(
            labelled_renderings.load(tmp_path / "toy", tmp_path / "cache.safetensors")
        )
    assert "\n" not in str(caught.value)


def test_a_missing_folder_is_named_and_reading_can_be_stopped(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no such folder"):
        labelled_renderings.load(tmp_path / "none", tmp_path / "cache.safetensors")
    with pytest.raises(Stopped):
        labelled_renderings.load(
            write(tmp_path / "toy", 1), tmp_path / "cache.safetensors", lambda: True
        )
    assert not (tmp_path / "cache.safetensors").exists()
