"""The safety checker and the watermark are diffusers' own, to the bit."""

from pathlib import Path

import numpy as np
import pytest
import torch
from diffusers import IFPipeline
from diffusers.pipelines.deepfloyd_if.watermark import IFWatermarker
from numpy.typing import NDArray
from PIL import Image
from torch import nn
from transformers import CLIPImageProcessor

from engine.checkpoints.filters import UNSAFE, WATERMARKED, Filters
from engine.checkpoints.safety import FilterFolders, find_filters
from engine.errors import BadInput
from tests.support.if_repository import if_stage2_repo, rewrite_checker, set_heads, tiny_checker


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A stage II repository whose checker finds something in some pictures. Read only."""
    root = if_stage2_repo(tmp_path_factory.mktemp("filters") / "two")
    rewrite_checker(root, _deciding())
    return root


def _deciding() -> nn.Module:
    """A checker whose heads depend on the picture, each around its threshold."""
    checker = tiny_checker()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(11)
        for head in (checker.p_head, checker.w_head):
            nn.init.normal_(head.weight)
    embeds = checker.vision_model(_pixels(_pictures(), CLIPImageProcessor(**_SIZES)))[0]
    with torch.no_grad():
        for head in (checker.p_head, checker.w_head):
            head.bias.copy_(0.5 - (embeds @ head.weight.T).median())
    return checker


_SIZES = {"size": {"shortest_edge": 28}, "crop_size": {"height": 28, "width": 28}}


def _pixels(images: list[Image.Image], extractor: CLIPImageProcessor) -> torch.Tensor:
    return extractor(images, return_tensors="pt").pixel_values.float()


def _pictures(side: int = 64, count: int = 8) -> list[Image.Image]:
    rng = np.random.default_rng(5)
    tones = rng.integers(0, 256, (count, 8, 8, 3), dtype=np.uint8)
    return [Image.fromarray(tone).resize((side, side)) for tone in tones]


def _as_floats(images: list[Image.Image]) -> NDArray[np.float32]:
    return np.stack([np.asarray(image, np.float32) / 255 for image in images])


def _pipeline(root: Path) -> IFPipeline:
    """Theirs, with the parts of its last steps; its own checker, which no folder can give."""
    checker = _deciding()
    extractor = CLIPImageProcessor.from_pretrained(root / "feature_extractor")
    mark = IFWatermarker.from_pretrained(root / "watermarker")
    return IFPipeline(None, None, None, None, checker, extractor, mark)


def test_what_is_found_is_what_their_pipeline_finds(root: Path) -> None:
    images = _pictures()
    _, unsafe, marked = _pipeline(root).run_safety_checker(
        _as_floats(images), torch.device("cpu"), torch.float32
    )
    assert any(unsafe)
    assert any(marked)
    assert not all(u or m for u, m in zip(unsafe, marked, strict=True))
    ours = Filters(find_filters([root], half=False), half=False).judge(images)
    assert [UNSAFE in found for found in ours] == unsafe
    assert [WATERMARKED in found for found in ours] == marked


@pytest.mark.parametrize("side", [64, 256])
def test_the_watermark_is_theirs_to_the_pixel(root: Path, side: int) -> None:
    ours, theirs, before = (_pictures(side, 3) for _ in range(3))
    Filters(find_filters([root], half=False), half=False).mark(ours, side)
    _pipeline(root).watermarker.apply_watermark(theirs, side)
    assert [image.tobytes() for image in ours] == [image.tobytes() for image in theirs]
    assert all(a.tobytes() != b.tobytes() for a, b in zip(ours, before, strict=True))


def test_the_half_precision_checker_says_the_same_where_it_is_sure(root: Path) -> None:
    sure = if_stage2_repo(root.parent / "sure")
    checker = tiny_checker()
    set_heads(checker, p_bias=9.0, w_bias=-9.0)
    rewrite_checker(sure, checker)
    for half in (False, True):
        found = Filters(find_filters([sure], half), half).judge(_pictures(count=2))
        assert found == [UNSAFE, UNSAFE]


def test_without_folders_every_picture_passes_as_it_is() -> None:
    filters, images = Filters(FilterFolders(None, None), half=False), _pictures(count=2)
    assert filters.judge(images) == ["", ""]
    filters.mark(images, 64)
    assert images[0].tobytes() == _pictures(count=2)[0].tobytes()


def test_a_picture_too_small_for_the_mark_stays_as_it_is(root: Path) -> None:
    (image,), (before,) = _pictures(16, 1), _pictures(16, 1)
    Filters(find_filters([root], half=False), half=False).mark([image], 16)
    assert image.tobytes() == before.tobytes()


def test_a_damaged_checker_is_one_line(root: Path, tmp_path: Path) -> None:
    import shutil

    own = Path(shutil.copytree(root, tmp_path / "own"))
    file = own / "safety_checker" / "model.safetensors"
    file.write_bytes(file.read_bytes()[:-100])
    with pytest.raises(BadInput, match=r"safety_checker/model.safetensors is truncated"):
        find_filters([own], half=False)
