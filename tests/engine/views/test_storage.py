"""What is read from a file is checked, part by part."""

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from engine.errors import BadInput
from engine.views import LinearMap, Resolution, keep, names, storage, view

INDEX = np.arange(16, dtype=np.int64).reshape(16, 1)
WEIGHT = np.ones((16, 1), np.float32)


@pytest.mark.parametrize("name", names())
def test_moves_come_back_as_they_were(tmp_path: Path, name: str) -> None:
    moves = view(name).at(Resolution(32))
    storage.write(tmp_path / "v.safetensors", [(moves.index, moves.weight, moves.colour)])
    (parts,) = storage.read(tmp_path / "v.safetensors").values()
    found = LinearMap(*parts)
    for part in ("index", "weight", "colour"):
        one, other = getattr(found, part), getattr(moves, part)
        assert (one is None) == (other is None)
        if one is not None:
            assert one.dtype == other.dtype
            np.testing.assert_array_equal(one, other)


def other(**parts: np.ndarray) -> dict[str, np.ndarray]:
    whole = {"index_4": INDEX, "weight_4": WEIGHT} | parts
    return {name.replace("_", "-"): array for name, array in whole.items()}


@pytest.mark.parametrize(
    ("arrays", "said"),
    [
        (other(index_4=INDEX + 1), "points outside"),
        (other(index_4=INDEX - 1), "points outside"),
        (other(index_4=INDEX[:9]), r"index-4 must be \(16, k\), not \(9, 1\)"),
        (other(index_4=INDEX[:, :0], weight_4=WEIGHT[:, :0]), r"must be \(16, k\)"),
        (other(index_4=INDEX.astype(np.int32)), "index-4 is I32, and must be I64"),
        (other(weight_4=WEIGHT.astype(np.float16)), "weight-4 is F16"),
        (other(weight_4=WEIGHT[:8]), "weight-4 must be there"),
        (other(weight_4=WEIGHT * np.nan), "no numbers"),
        (other(colour_4=np.eye(4, dtype=np.float32)), r"colour-4 must be \(3, 3\)"),
        (other(colour_4=np.full((3, 3), np.inf, np.float32)), "no numbers"),
        (other(colour_8=np.eye(3, dtype=np.float32)), "parts without one"),
        (other(lens=INDEX), "it holds 'lens'"),
        (other(index_0=INDEX), "a side of 0 pixels"),
        (other(index_9999=INDEX), "a side of 9999 pixels"),
        ({"index-4": INDEX}, "weight-4 must be there"),
        ({"weight-4": WEIGHT}, "no index"),
        ({}, "no index"),
    ],
)
def test_what_is_wrong_is_one_line(
    tmp_path: Path, arrays: dict[str, np.ndarray], said: str
) -> None:
    path = tmp_path / "v.safetensors"
    save_file({name: np.ascontiguousarray(a) for name, a in arrays.items()}, path)
    with pytest.raises(BadInput, match=rf"^v\.safetensors is not a view .*{said}"):
        storage.read(path)


@pytest.mark.parametrize("data", [b"", b"no", b"\xff" * 64, b"\x10" + 7 * b"\0" + b"{" * 16])
def test_what_is_no_safetensors_is_one_line(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "v.safetensors").write_bytes(data)
    with pytest.raises(BadInput, match="no safetensors, or damaged"):
        storage.read(tmp_path / "v.safetensors")


def test_a_file_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"cannot read v\.safetensors: no such file"):
        storage.read(tmp_path / "v.safetensors")


def test_several_sides_are_read_from_small_to_large(tmp_path: Path) -> None:
    keep(view("flip"), [Resolution(64), Resolution(32)], tmp_path / "v.safetensors")
    assert list(storage.read(tmp_path / "v.safetensors")) == [32, 64]
