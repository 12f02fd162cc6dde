"""Digits come from files that are checked, or from those that are always there."""

import gzip
import lzma
import struct
from hashlib import md5, sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from engine.digits import data, datasets
from engine.digits.data import Digits, bundled, mnist, mnist_test, to_bytes, to_unit
from engine.digits.datasets import held_out, load
from engine.errors import BadInput, Unavailable
from tests.tools import make_digits
from tests.tools.make_digits import write_idx


def folder_of(folder: Path, count: int = 3, **changes: Any) -> Path:
    """A folder in IDX form with so many pictures to train on and one to test with."""
    folder.mkdir(exist_ok=True)
    for part, number in (("train", count), ("t10k", 1)):
        images = np.full((number, 28, 28), 7, np.uint8)
        write_idx(folder / f"{part}-images-idx3-ubyte.gz", changes.get("images", images))
        labels = np.arange(number, dtype=np.uint8) % 10
        write_idx(folder / f"{part}-labels-idx1-ubyte.gz", changes.get("labels", labels))
    return folder


TRAINING = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
TESTS = [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]


def test_mnist_has_as_many_of_each_digit_as_was_published() -> None:
    train, test = mnist()
    assert train.images.shape == (60_000, 28, 28)
    assert torch.bincount(train.labels).tolist() == TRAINING
    assert torch.bincount(test.labels).tolist() == TESTS
    assert float(train.images.float().mean() / 255) == pytest.approx(0.1307, abs=1e-4)
    assert (train.source, test.source) == ("MNIST's training half", "MNIST's test half")
    seen = {bytes(picture) for picture in train.images.numpy()}
    assert not any(bytes(picture) in seen for picture in test.images.numpy())


@pytest.mark.parametrize("name", make_digits.PUBLISHED)
def test_the_files_are_those_that_were_published(name: str) -> None:
    content = lzma.decompress((data.ASSETS / f"{name}.xz").read_bytes())
    assert md5(content).hexdigest() == make_digits.PUBLISHED[name]


CAME_ALONG = [
    "086bafe3395b11c1696c743c352441a3169cd3214f1e4f94809427a2b80e3214",
    "88eb1bc8c3c093d107a496837e27733368c34bc915838e0b94ef8cc09f9446c1",
]
"""SHA-256 of pictures and labels of the 9,000 and the 1,000 that came along before MNIST did."""


def test_the_small_set_is_what_came_along_before_picture_by_picture() -> None:
    parts = bundled()
    hashes = [sha256(p.images.numpy().tobytes() + p.labels.numpy().tobytes()) for p in parts]
    assert [digest.hexdigest() for digest in hashes] == CAME_ALONG
    assert "the first 10,000 of MNIST's training half" in parts.train.source


def test_the_small_set_is_the_first_of_mnist_in_equal_shares() -> None:
    train, test = bundled()
    assert (len(train), len(test)) == (9000, 1000)
    first = mnist().train.first(10_000)
    both = torch.cat([train.images, test.images]).numpy()
    assert sorted(map(bytes, both)) == sorted(map(bytes, first.images.numpy()))
    shares = torch.stack([torch.bincount(part.labels) / len(part) for part in (train, test)])
    assert (shares[0] - shares[1]).abs().max() < 0.001


def test_of_mnist_and_its_small_set_the_test_half_is_held_out(tmp_path: Path) -> None:
    real = mnist_test()
    for name in ("mnist", "bundled"):
        assert torch.equal(held_out(name).images, real.images)
    own = held_out(str(folder_of(tmp_path)))
    assert (len(own), own.source) == (1, str(tmp_path))


def test_mnist_and_its_small_set_need_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*address: Any) -> None:
        raise AssertionError(address)

    monkeypatch.setattr("socket.socket.connect", refuse)
    told: list[str] = []
    assert [len(part) for part in load("mnist", told.append)] == [60_000, 10_000]
    assert [len(part) for part in load("bundled", told.append)] == [9000, 1000]
    assert told == []


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


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (struct.pack(">HBBIII", 0, 8, 3, 3, 32, 32) + bytes(3 * 1024), "32 × 32 pixels; wanted"),
        (struct.pack(">HBBIII", 0, 8, 3, 2, 28, 28) + bytes(2 * 784), "2 train pictures and 3"),
        (b"hello there", "no IDX file"),
    ],
)
def test_pictures_that_do_not_fit_are_one_line_that_names_them(
    tmp_path: Path, content: bytes, said: str
) -> None:
    (folder_of(tmp_path) / "train-images-idx3-ubyte.gz").write_bytes(content)
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


MIRROR = "fashion-mnist.s3-website.eu-central-1.amazonaws.com"


@pytest.fixture
def fashion(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """Neither Debian's Fashion-MNIST nor one that was downloaded before."""
    monkeypatch.setenv("DIFFUSCOPE_CACHE", str(tmp_path))
    monkeypatch.setattr(datasets, "DEBIAN_FASHION", tmp_path / "none")
    return monkeypatch


def test_fashion_is_debians_or_a_download_or_not_to_be_had(
    fashion: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def download(self: Any) -> None:
        raise RuntimeError("Error downloading x.gz:\nTried http://a/, got:\n<urlopen error nobody>")

    fashion.setattr("torchvision.datasets.MNIST.download", download)
    with pytest.raises(Unavailable) as caught:
        load("fashion")
    assert str(caught.value) == (
        f"Fashion-MNIST could not be downloaded from {MIRROR} (nobody); install Debian's"
        " dataset-fashion-mnist, or train with --data mnist"
    )
    fashion.setattr(datasets, "DEBIAN_FASHION", folder_of(tmp_path / "debian"))
    assert load("fashion").train.source == "Fashion-MNIST of Debian's dataset-fashion-mnist"


def test_a_download_is_told_by_the_tenth_and_torchvisions_bar_is_back_after(
    fashion: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from torchvision.datasets import utils

    def download(self: Any) -> None:
        with utils.tqdm(total=2_000_000, unit="B") as bar:
            for _ in range(100):
                bar.update(20_000)
        folder_of(Path(self.raw_folder))

    before = utils.tqdm
    fashion.setattr("torchvision.datasets.MNIST.raw_folder", str(tmp_path))
    fashion.setattr("torchvision.datasets.MNIST.download", download)
    fashion.setattr("torchvision.datasets.MNIST._check_exists", lambda self: True)
    fashion.setattr("torchvision.datasets.MNIST._load_data", lambda self: (None, None))
    told: list[str] = []
    assert load("fashion", told.append).train.source == "Fashion-MNIST"
    assert len(told) == 12
    assert told[0] == f"looking for Fashion-MNIST, here and at {MIRROR}"
    assert told[-1] == "downloading Fashion-MNIST: 2.0 of 2.0 MB"
    assert utils.tqdm is before
    fashion.setattr("torchvision.datasets.MNIST.download", lambda self: None)
    (tmp_path / "train-images-idx3-ubyte.gz").write_bytes(b"torn")
    with pytest.raises(BadInput, match=f"; delete {tmp_path} to download it again"):
        load("fashion")


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


def test_the_small_set_holds_back_a_share_of_every_digit() -> None:
    labels = np.repeat(np.arange(10, dtype=np.uint8), [300 + 10 * d for d in range(10)])
    train, test = make_digits.split(labels)
    assert len(test) == make_digits.TESTS
    assert sorted([*train, *test]) == list(range(len(labels)))
    wanted = np.bincount(labels) * make_digits.TESTS / len(labels)
    assert np.abs(np.bincount(labels[test]) - wanted).max() < 1


def test_the_indices_are_those_that_the_seed_gives() -> None:
    kept = load_file(data.SMALL_SET)
    labels = mnist().train.first(data.SMALL).labels.numpy().astype(np.uint8)
    for part, chosen in zip(("train", "test"), make_digits.split(labels), strict=True):
        assert kept[part].tolist() == chosen.tolist()


def test_the_licence_lies_beside_the_digits() -> None:
    licence = (data.ASSETS / "LICENSE").read_text("utf-8")
    assert "Attribution-ShareAlike 3.0" in licence
    assert "Yann LeCun and Corinna Cortes" in licence
