"""Which files of a hub repository are wanted."""

from pathlib import Path

import pytest

from engine.checkpoints.hub.repository import Role, needed
from engine.checkpoints.resolve import partner, partner_of

REPOSITORY = [
    "README.md",
    "model_index.json",
    "IF-I-XL-v1.0.ckpt",
    "feature_extractor/preprocessor_config.json",
    "scheduler/scheduler_config.json",
    "image_noising_scheduler/scheduler_config.json",
    "safety_checker/config.json",
    "safety_checker/model.fp16.safetensors",
    "safety_checker/model.safetensors",
    "safety_checker/pytorch_model.bin",
    "tokenizer/spiece.model",
    "tokenizer/tokenizer_config.json",
    "text_encoder/config.json",
    "text_encoder/model-00001-of-00002.safetensors",
    "text_encoder/model-00002-of-00002.safetensors",
    "text_encoder/model.safetensors.index.json",
    "text_encoder/model.fp16-00001-of-00002.safetensors",
    "text_encoder/model.fp16-00002-of-00002.safetensors",
    "text_encoder/model.safetensors.index.fp16.json",
    "text_encoder/pytorch_model-00001-of-00002.bin",
    "unet/config.json",
    "unet/diffusion_pytorch_model.bin",
    "unet/diffusion_pytorch_model.safetensors",
    "unet/diffusion_pytorch_model.fp16.safetensors",
    "watermarker/config.json",
    "watermarker/diffusion_pytorch_model.safetensors",
]
MARK = "watermarker/diffusion_pytorch_model.safetensors"


@pytest.mark.parametrize("half", [False, True])
def test_one_variant_is_fetched_and_no_pickle(half: bool) -> None:
    wanted = needed(REPOSITORY, half)
    weights = [name for name in wanted if name.endswith(".safetensors")]
    assert len(weights) == 5
    assert all(("fp16" in name) == half for name in weights if name != MARK)
    assert not any(name.endswith((".bin", ".ckpt")) for name in wanted)
    assert {"tokenizer/spiece.model", "model_index.json", MARK} <= set(wanted)
    index = "model.safetensors.index.fp16.json" if half else "model.safetensors.index.json"
    assert f"text_encoder/{index}" in wanted


def test_both_spellings_of_an_index_are_known() -> None:
    other = [
        name.replace("model.safetensors.index.fp16.json", "model.fp16.safetensors.index.json")
        for name in REPOSITORY
    ]
    wanted = needed(other, half=True)
    assert "text_encoder/model.fp16.safetensors.index.json" in wanted
    assert sum("text_encoder/model.fp16-" in name for name in wanted) == 2


@pytest.mark.parametrize(
    ("role", "there", "absent"),
    [
        ("stage II", ("unet/", "image_noising_scheduler/", MARK), ("text_encoder/", "tokenizer/")),
        ("safety checker", ("safety_checker/", "feature_extractor/"), ("text_encoder/",)),
    ],
)
def test_no_more_is_wanted_than_the_part_needs(
    role: Role, there: tuple[str, ...], absent: tuple[str, ...]
) -> None:
    wanted = needed(REPOSITORY, True, role)
    assert all(any(name.startswith(start) for name in wanted) for start in there)
    assert not any(name.startswith(absent) for name in wanted)
    weights = {name for name in wanted if name.endswith(".safetensors")}
    assert ("unet/diffusion_pytorch_model.fp16.safetensors" in weights) == (role == "stage II")


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("DeepFloyd/IF-I-XL-v1.0", "DeepFloyd/IF-II-L-v1.0"),
        ("DeepFloyd/IF-I-L-v1.0", "DeepFloyd/IF-II-L-v1.0"),
        ("DeepFloyd/IF-I-M-v1.0", "DeepFloyd/IF-II-M-v1.0"),
        ("IF-I-M-v1.0", "IF-II-M-v1.0"),
        ("mirror/IF-I-XL-v1.0", "mirror/IF-II-L-v1.0"),
        ("DeepFloyd/IF-II-L-v1.0", None),
        ("owner/anything", None),
        ("IF-I-S-v1.0", None),
    ],
)
def test_the_stage_two_of_a_stage_one(one: str, two: str | None) -> None:
    assert partner(one) == two


def test_the_stage_two_of_a_folder(tmp_path: Path) -> None:
    lone = tmp_path / "IF-I-XL-v1.0"
    assert partner_of(lone) == "DeepFloyd/IF-II-L-v1.0"
    (tmp_path / "IF-II-L-v1.0").mkdir()
    assert partner_of(lone) == tmp_path / "IF-II-L-v1.0"
    assert partner_of(tmp_path / "stage-1") is None
    cached = tmp_path / "models--DeepFloyd--IF-I-M-v1.0" / "snapshots" / "0123"
    assert partner_of(cached) == "DeepFloyd/IF-II-M-v1.0"
