"""IDX files, plain, gzip or xz: read as they are, and no further than their header says."""

import gzip
import lzma
import struct
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from torchvision.datasets import mnist as torchvision_mnist

from engine.digits.data import ASSETS
from engine.digits.idx import LARGEST_DICTIONARY, read_idx
from engine.errors import BadInput
from tests.tools.make_digits import write_idx

NAMES = {
    f"{half}-{kind}-idx{axes}-ubyte": axes
    for half in ("train", "t10k")
    for kind, axes in (("images", 3), ("labels", 1))
}
HEADER = struct.pack(">HBBIII", 0, 8, 3, 3, 28, 28)
WHOLE = HEADER + bytes(3 * 784)


@pytest.mark.parametrize("name", NAMES)
def test_mnist_is_read_as_torchvision_reads_it(name: str, tmp_path: Path) -> None:
    plain = tmp_path / name
    plain.write_bytes(lzma.decompress((ASSETS / f"{name}.xz").read_bytes()))
    read = {1: torchvision_mnist.read_label_file, 3: torchvision_mnist.read_image_file}
    oracle = read[NAMES[name]](str(plain)).numpy()
    for path in (ASSETS / f"{name}.xz", plain):
        assert np.array_equal(read_idx(path, NAMES[name]), oracle)
        assert np.array_equal(read_idx(path, NAMES[name], 70), oracle[:70])


@pytest.mark.parametrize("ending", ["gz", "xz"])
def test_what_is_written_is_read_and_is_the_same_file_again(tmp_path: Path, ending: str) -> None:
    array = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)
    one, two = tmp_path / f"one.{ending}", tmp_path / f"two.{ending}"
    for path in (one, two):
        write_idx(path, array)
    assert one.read_bytes() == two.read_bytes()
    assert np.array_equal(read_idx(one, 3), array)
    assert np.array_equal(read_idx(one, 3, 1), array[:1])


def packed(content: bytes, **filters: int) -> bytes:
    return lzma.compress(content, filters=[{"id": lzma.FILTER_LZMA2, "preset": 6, **filters}])


def corrupt(whole: bytes, at: int) -> bytes:
    return whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :]


NOISE = np.random.default_rng(0).bytes(3 * 784)
XZ = packed(HEADER + NOISE)
LARGE = packed(WHOLE, dict_size=2 * LARGEST_DICTIONARY)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "ends within its header"),
        (HEADER[:9], "ends within its header"),
        (b"hello there", "no IDX file"),
        (b"\x1f\x8bnot zipped at all", "it is damaged"),
        (gzip.compress(HEADER, mtime=0)[:-9], "it is cut short"),
        (corrupt(gzip.compress(WHOLE, mtime=0), -6), "it is damaged"),
        (HEADER + b"short", "shorter than its header says (3 × 28 × 28 bytes)"),
        (WHOLE + b"x", "longer than its header says"),
        (gzip.compress(WHOLE + b"x", mtime=0), "longer than its header says"),
        (packed(WHOLE + b"x"), "longer than its header says"),
        (packed(WHOLE[:-1]), "shorter than its header says"),
        (XZ[:-200], "it is cut short"),
        (XZ[:-20], "it is cut short"),
        (XZ[:20], "it is cut short"),
        (XZ[:6], "it is cut short"),
        (corrupt(XZ, len(XZ) // 2), "it is damaged, or needs more than 128 MiB"),
        (XZ[:6] + b"no xz, whatever it begins with", "it is damaged, or needs"),
        (LARGE, "it is damaged, or needs more than 128 MiB to be unpacked"),
        (struct.pack(">HBBIII", 0, 8, 3, 2**31, 28, 28), "too many"),
        (packed(struct.pack(">HBBIII", 0, 8, 3, 2**31, 28, 28)), "too many"),
        (struct.pack(">HBBI", 0, 8, 1, 3) + bytes(3), "1 axes where 3 are wanted"),
        (struct.pack(">HBBIII", 0, 13, 3, 3, 28, 28), "no IDX file of bytes"),
    ],
)
def test_a_bad_file_is_one_line_that_names_it(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "images"
    path.write_bytes(content)
    with pytest.raises(BadInput) as caught:
        read_idx(path, 3)
    assert said in str(caught.value)
    assert str(caught.value).startswith(f"cannot read {path}: ")
    assert "\n" not in str(caught.value)


def test_a_check_that_does_not_fit_its_pictures_is_noticed(tmp_path: Path) -> None:
    footer = 12 + 8 + 12  # of the stream, its index, and the end of the block with the check
    path = tmp_path / "images.xz"
    for at in range(len(XZ) - footer, len(XZ) - 24):
        path.write_bytes(corrupt(XZ, at))
        with pytest.raises(BadInput, match="it is damaged"):
            read_idx(path, 3)


def test_what_cannot_be_opened_says_why(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=f"cannot read {tmp_path}: Is a directory"):
        read_idx(tmp_path, 3)


@pytest.mark.parametrize("pack", [gzip.compress, packed])
def test_what_is_longer_than_it_says_is_not_unpacked_to_its_end(tmp_path: Path, pack: Any) -> None:
    path = tmp_path / "bomb"
    path.write_bytes(pack(WHOLE + bytes(1 << 28)))
    assert path.stat().st_size < 1 << 19
    tracemalloc.start()
    with pytest.raises(BadInput, match="longer than its header says"):
        read_idx(path, 3)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 1 << 25
