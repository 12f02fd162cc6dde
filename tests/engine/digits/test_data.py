"""Digits come from files that are checked, or from those that are always there."""

import gzip
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from engine.digits import data, datasets
from engine.digits.data import Digits, bundled, to_bytes, to_unit
from engine.digits.datasets import load
from engine.errors import BadInput, Unavailable
from tests.tools import make_bundled_subset


def folder_of(folder: Path, count: int = 3, **changes: Any) -> Path:
    """A folder in IDX form with so many pictures to train on and one to test with."""
    folder.mkdir(exist_ok=True)
    for part, number in (("train", count), ("t10k", 1)):
        images = np.full((number, 28, 28), 7, np.uint8)
        data.write_idx(folder / f"{part}-images-idx3-ubyte.gz", changes.get("images", images))
        labels = np.arange(number, dtype=np.uint8) % 10
        data.write_idx(folder / f"{part}-labels-idx1-ubyte.gz", changes.get("labels", labels))
    return folder


def test_the_bundled_digits_are_all_there_in_equal_shares() -> None:
    train, test = bundled()
    assert (len(train), len(test)) == (9000, 1000)
    assert train.images.shape == (9000, 28, 28)
    shares = torch.stack([torch.bincount(part.labels) / len(part) for part in (train, test)])
    assert (shares[0] - shares[1]).abs().max() < 0.001
    seen = {bytes(picture.numpy()) for picture in train.images}
    assert not any(bytes(picture.numpy()) in seen for picture in test.images)
    assert 0.12 < float(train.images.float().mean() / 255) < 0.14  # MNIST's is 0.1307


def test_a_folder_is_read_zipped_or_plain(tmp_path: Path) -> None:
    zipped = folder_of(tmp_path / "zipped")
    plain = tmp_path / "plain"
    plain.mkdir()
    for file in zipped.iterdir():
        (plain / file.stem.replace("-idx", ".idx")).write_bytes(gzip.decompress(file.read_bytes()))
    for name in (zipped, plain):
        train, test = load(str(name))
        assert (train.images == 7).all()
        assert train.labels.tolist() == [0, 1, 2]
        assert (len(test), train.source) == (1, str(name))


IMAGES = "train-images-idx3-ubyte.gz"
HEADER = struct.pack(">HBBIII", 0, 8, 3, 3, 28, 28)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "unpack"),
        (b"hello there", "no IDX file"),
        (b"\x1f\x8bnot zipped at all", "cannot read"),
        (gzip.compress(HEADER, mtime=0)[:-9], "cannot read"),
        (HEADER + b"short", "shorter than its header says (3 × 28 × 28 bytes)"),
        (HEADER + bytes(3 * 784 + 1), "longer than its header says"),
        (struct.pack(">HBBIII", 0, 8, 3, 2**31, 28, 28), "too many"),
        (struct.pack(">HBBI", 0, 8, 1, 3) + bytes(3), "1 axes where 3 are wanted"),
        (struct.pack(">HBBIII", 0, 13, 3, 3, 28, 28), "no IDX file of bytes"),
        (struct.pack(">HBBIII", 0, 8, 3, 3, 32, 32) + bytes(3 * 1024), "32 × 32 pixels; wanted"),
        (struct.pack(">HBBIII", 0, 8, 3, 2, 28, 28) + bytes(2 * 784), "2 train pictures and 3"),
    ],
)
def test_a_bad_file_is_one_line_that_names_it(tmp_path: Path, content: bytes, said: str) -> None:
    (folder_of(tmp_path) / IMAGES).write_bytes(content)
    with pytest.raises(BadInput) as caught:
        load(str(tmp_path))
    assert said in str(caught.value)
    assert str(tmp_path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_is_no_folder_of_digits_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"no such data: .*name mnist, bundled, fashion"):
        load(str(tmp_path / "nowhere"))
    with pytest.raises(BadInput, match="has no train-images-idx3-ubyte"):
        load(str(tmp_path))
    with pytest.raises(BadInput, match="has a label 17"):
        load(str(folder_of(tmp_path, 1, labels=np.array([17], np.uint8))))


MIRRORS = "ossci-datasets.s3.amazonaws.com and yann.lecun.com"


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def download(self: Any) -> None:
        raise RuntimeError("Error downloading x.gz:\nTried http://a/, got:\n<urlopen error nobody>")

    monkeypatch.setenv("DIFFUSCOPE_CACHE", str(tmp_path))
    monkeypatch.setattr("torchvision.datasets.MNIST.download", download)
    monkeypatch.setattr(datasets, "DEBIAN_FASHION", tmp_path / "none")


def test_where_mnist_cannot_be_downloaded_the_bundled_digits_are_used_and_it_is_said(
    offline: None,
) -> None:
    told: list[str] = []
    train, test = load("mnist", told.append)
    assert (len(train), len(test)) == (9000, 1000)
    assert told == [f"looking for MNIST, here and at {MIRRORS}"]
    said = f"10,000 bundled digits of MNIST, since MNIST cannot be had from {MIRRORS} (nobody)"
    assert train.source == test.source == said


def test_fashion_is_debians_or_a_download_or_not_to_be_had(
    offline: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with pytest.raises(Unavailable, match="install Debian's dataset-fashion-mnist"):
        load("fashion")
    monkeypatch.setattr(datasets, "DEBIAN_FASHION", folder_of(tmp_path / "debian"))
    assert load("fashion").train.source == "Fashion-MNIST of Debian's dataset-fashion-mnist"


def test_a_download_is_told_by_the_tenth_and_torchvisions_bar_is_back_after(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from torchvision.datasets import utils

    def download(self: Any) -> None:
        with utils.tqdm(total=2_000_000, unit="B") as bar:
            for _ in range(100):
                bar.update(20_000)
        folder_of(Path(self.raw_folder))

    before = utils.tqdm
    monkeypatch.setenv("DIFFUSCOPE_CACHE", str(tmp_path))
    monkeypatch.setattr("torchvision.datasets.MNIST.raw_folder", str(tmp_path))
    monkeypatch.setattr("torchvision.datasets.MNIST.download", download)
    monkeypatch.setattr("torchvision.datasets.MNIST._check_exists", lambda self: True)
    monkeypatch.setattr("torchvision.datasets.MNIST._load_data", lambda self: (None, None))
    told: list[str] = []
    assert load("mnist", told.append).train.source == "MNIST, 70,000 pictures"
    assert len(told) == 12
    assert told[-1] == "downloading MNIST: 2.0 of 2.0 MB"
    assert utils.tqdm is before


def test_a_digit_comes_back_from_the_unit_range() -> None:
    pictures = torch.arange(2 * 784, dtype=torch.int64).view(2, 28, 28).to(torch.uint8)
    unit = to_unit(pictures)
    assert unit.shape == (2, 1, 28, 28)
    assert (unit.min(), unit.max()) == (0, 1)
    assert torch.equal(to_bytes(unit), pictures)
    assert torch.equal(to_bytes(unit * 3 - 1)[unit[:, 0] > 0.7].unique(), torch.tensor([255]))


def test_a_limit_takes_the_first() -> None:
    digits = Digits(torch.zeros(5, 28, 28, dtype=torch.uint8), torch.arange(5), "five")
    assert len(digits.first(0)) == len(digits.first(9)) == 5
    assert digits.first(2).labels.tolist() == [0, 1]


def test_the_bundle_holds_back_a_share_of_every_digit() -> None:
    labels = np.repeat(np.arange(10, dtype=np.uint8), [300 + 10 * d for d in range(10)])
    train, test = make_bundled_subset.split(labels)
    assert len(test) == make_bundled_subset.TESTS
    assert sorted([*train, *test]) == list(range(len(labels)))
    wanted = np.bincount(labels) * make_bundled_subset.TESTS / len(labels)
    assert np.abs(np.bincount(labels[test]) - wanted).max() < 1


def test_the_licence_lies_beside_the_digits() -> None:
    assert "Juan Cazala" in (data.BUNDLED / "LICENSE").read_text()
