"""What opens, and what it opens as: folders, variants, shards, fingerprints, embeddings."""

import json
import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from engine.checkpoints import open_cascade
from engine.checkpoints.layout import read_stage
from engine.checkpoints.weights import find_weights
from engine.errors import BadInput
from tests.support.tiny_cascade import tiny_stage2_folder

FILE = "diffusion_pytorch_model.safetensors"


@pytest.fixture
def model(tiny_cascade: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_cascade, tmp_path / "model"))


def test_a_cascade_folder_opens_with_both_stages(tiny_cascade: Path) -> None:
    said: list[str] = []
    cascade = open_cascade(str(tiny_cascade), device="cpu", emit=said.append)
    assert (cascade.stage1.sample_size, cascade.stage1.channels) == (16, 3)
    assert cascade.stage2 is not None
    assert (cascade.stage2.sample_size, cascade.stage2.channels) == (32, 3)
    assert cascade.stage2.noising is not None
    assert cascade.stage1.noising is None
    assert cascade.stage1.dtype == torch.float32
    assert "UNet of stage I: 0.2 M parameters, float32 on cpu" in said


def test_one_stage_with_another_beside_it(tiny_cascade: Path) -> None:
    first, second = str(tiny_cascade / "stage-1"), str(tiny_cascade / "stage-2")
    assert open_cascade(first, device="cpu").stage2 is None
    assert open_cascade(str(tiny_cascade), "none", "cpu").stage2 is None
    apart, together = (open_cascade(m, s, "cpu") for m, s in ((first, second), (first, second)))
    assert apart.stage2 is not None
    assert apart.fingerprint == together.fingerprint
    assert apart.fingerprint == open_cascade(str(tiny_cascade), device="cpu").fingerprint


def test_the_stages_must_belong_together(tiny_cascade: Path, tmp_path: Path) -> None:
    other = tiny_stage2_folder(tmp_path / "other", text_dim=64)
    with pytest.raises(BadInput, match="64 numbers a token"):
        open_cascade(str(tiny_cascade), str(other), "cpu")


def test_weights_of_another_config_are_told(model: Path) -> None:
    config = model / "stage-1" / "unet" / "config.json"
    described = json.loads(config.read_text())
    config.write_text(json.dumps(described | {"block_out_channels": [16, 64]}))
    with pytest.raises(BadInput, match="unet"):
        open_cascade(str(model), device="cpu")


def test_a_missing_tensor_is_told(model: Path) -> None:
    file = model / "stage-1" / "unet" / FILE
    tensors = load_file(file)
    tensors.pop("conv_in.weight")
    save_file(tensors, file, {"format": "pt"})
    with pytest.raises(BadInput, match="lacks 1 tensors"):
        open_cascade(str(model), device="cpu")


def test_half_precision_files_alone_are_read_as_float32(model: Path, tiny_cascade: Path) -> None:
    unet = model / "stage-1" / "unet"
    halves = {name: tensor.half() for name, tensor in load_file(unet / FILE).items()}
    (unet / FILE).unlink()
    save_file(halves, unet / FILE.replace(".s", ".fp16.s"), {"format": "pt"})
    ours = open_cascade(str(model), "none", "cpu").stage1.unet
    whole = open_cascade(str(tiny_cascade), "none", "cpu").stage1.unet
    assert ours.dtype == torch.float32
    assert torch.equal(ours.conv_in.weight, whole.conv_in.weight.half().float())


def test_the_variant_follows_the_precision(model: Path) -> None:
    unet = model / "stage-1" / "unet"
    shutil.copy(unet / FILE, unet / FILE.replace(".s", ".fp16.s"))
    assert find_weights(unet, half=False).variant is None
    assert find_weights(unet, half=True).variant == "fp16"


def test_shards_open_and_a_missing_one_is_named(model: Path, tiny_cascade: Path) -> None:
    unet = model / "stage-1" / "unet"
    tensors = load_file(unet / FILE)
    (unet / FILE).unlink()
    names, parts = list(tensors), [FILE.replace(".s", f"-0000{n}-of-00002.s") for n in (1, 2)]
    halves = {parts[0]: names[::2], parts[1]: names[1::2]}
    for part, own in halves.items():
        save_file({name: tensors[name] for name in own}, unet / part, {"format": "pt"})
    index = {
        "metadata": {"total_size": sum(t.nbytes for t in tensors.values())},
        "weight_map": {name: part for part, own in halves.items() for name in own},
    }
    (unet / f"{FILE}.index.json").write_text(json.dumps(index))
    ours = open_cascade(str(model), "none", "cpu").stage1.unet
    whole = open_cascade(str(tiny_cascade), "none", "cpu").stage1.unet
    assert all(
        torch.equal(a, b) for a, b in zip(ours.parameters(), whole.parameters(), strict=True)
    )
    (unet / parts[1]).unlink()
    with pytest.raises(BadInput, match=parts[1]):
        open_cascade(str(model), "none", "cpu")


def test_the_fingerprint_is_of_the_contents(model: Path, tiny_cascade: Path) -> None:
    before = read_stage(tiny_cascade / "stage-1", 1).fingerprint
    assert read_stage(model / "stage-1", 1).fingerprint == before
    file = model / "stage-1" / "unet" / FILE
    raw = bytearray(file.read_bytes())
    raw[-1] ^= 1
    file.write_bytes(raw)
    assert read_stage(model / "stage-1", 1).fingerprint != before


def test_without_stage_2_it_is_the_cascade_that_never_had_one(tiny_cascade: Path) -> None:
    both, alone = (open_cascade(str(tiny_cascade), s, "cpu") for s in ("auto", "none"))
    assert both.without_stage2().stage2 is None
    assert both.without_stage2().fingerprint == alone.fingerprint != both.fingerprint


def test_embeddings_are_those_of_ifpipeline(tiny_cascade: Path) -> None:
    from diffusers import DiffusionPipeline

    pipe = DiffusionPipeline.from_pretrained(tiny_cascade / "stage-1")
    prompt, negative = "  An oil painting of a ROCKET, " + "a cat " * 90, ""
    cond, uncond = pipe.encode_prompt(prompt, negative_prompt=negative)
    ours = open_cascade(str(tiny_cascade), "none", "cpu").embed([prompt, negative])
    assert torch.equal(ours, torch.cat([cond, uncond]))


def test_a_cache_that_cannot_be_written_is_no_failure(
    tiny_cascade: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("DIFFUSCOPE_CACHE", str(tmp_path / "file"))
    said: list[str] = []
    cascade = open_cascade(str(tiny_cascade), "none", "cpu", said.append)
    assert cascade.embed(["a rocket"]).shape == (1, 77, 32)
    assert any(line.startswith("prompt embedding not kept") for line in said)
