"""Every model that cannot be opened is one clear line: what is wrong, what would be right."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from engine.checkpoints import open_cascade
from engine.errors import BadInput, Unavailable

UNET = "stage-1/unet/diffusion_pytorch_model.safetensors"
TEXT = "stage-1/text_encoder/model.safetensors"


@pytest.fixture
def model(tiny_cascade: Path, tmp_path: Path) -> Path:
    """A copy of the tiny cascade to break."""
    return Path(shutil.copytree(tiny_cascade, tmp_path / "model"))


def _truncate(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-500])


def _garble_header(file: Path) -> None:
    file.write_bytes(b"\xff" * 64)


def _poison(file: Path) -> None:
    tensors = load_file(file)
    name = max(tensors, key=lambda n: tensors[n].numel())
    tensors[name].view(-1)[0] = torch.nan
    save_file(tensors, file, {"format": "pt"})


def _pickle(file: Path) -> None:
    file.with_name("diffusion_pytorch_model.bin").write_bytes(b"\x80\x04.")
    file.unlink()


def _stable_diffusion(file: Path) -> None:
    index = json.loads(file.read_text())
    file.write_text(json.dumps(index | {"_class_name": "StableDiffusionPipeline"}))


BROKEN: list[tuple[str, Callable[[Path], Any], str]] = [
    ("stage-1/model_index.json", Path.unlink, "model_index.json"),
    ("stage-1/unet/config.json", Path.unlink, "config.json"),
    (UNET, Path.unlink, "unet"),
    (TEXT, Path.unlink, "text_encoder"),
    ("stage-1/tokenizer", shutil.rmtree, "tokenizer"),
    ("stage-1/scheduler/scheduler_config.json", Path.unlink, "scheduler_config.json"),
    ("stage-2/image_noising_scheduler", shutil.rmtree, "image_noising_scheduler"),
    (UNET, _truncate, "diffusion_pytorch_model.safetensors"),
    (UNET, _garble_header, "diffusion_pytorch_model.safetensors"),
    (UNET, _poison, "NaN"),
    (UNET, _pickle, "pickle"),
    ("stage-1/model_index.json", _stable_diffusion, "StableDiffusionPipeline"),
]


@pytest.mark.parametrize(("file", "spoil", "said"), BROKEN)
def test_a_damaged_folder_is_one_line(
    model: Path, file: str, spoil: Callable[[Path], Any], said: str
) -> None:
    spoil(model / file)
    with pytest.raises(BadInput) as caught:
        open_cascade(str(model), device="cpu")
    assert said.lower() in str(caught.value).lower()
    assert "\n" not in str(caught.value)


def test_a_damaged_text_encoder_is_one_line(model: Path) -> None:
    _poison(model / TEXT)
    with pytest.raises(BadInput, match="NaN"):
        open_cascade(str(model), device="cpu").embed(["a rocket"])


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="missing"):
        open_cascade(str(tmp_path / "missing"), device="cpu")


def test_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        open_cascade(str(tmp_path), device="cpu")


def test_a_hub_id_without_a_network_says_what_to_do() -> None:
    with pytest.raises(Unavailable, match="hf auth login"):
        open_cascade("nobody/no-such-model", device="cpu")


def test_a_gated_hub_id_says_where_to_accept(monkeypatch: pytest.MonkeyPatch) -> None:
    import huggingface_hub
    from huggingface_hub.errors import GatedRepoError

    def refuse(*_: Any, **__: Any) -> None:
        raise GatedRepoError.__new__(
            GatedRepoError
        )  # its own makings differ from release to release

    monkeypatch.setattr(huggingface_hub.HfApi, "model_info", refuse)
    with pytest.raises(Unavailable, match="accept its licence"):
        open_cascade("owner/gated", device="cpu")


def test_a_device_that_is_not_there(tiny_cascade: Path) -> None:
    with pytest.raises(Unavailable, match="--device auto"):
        open_cascade(str(tiny_cascade), device="cuda:9")


def test_embeddings_are_kept_and_a_torn_file_is_made_again(
    tiny_cascade: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIFFUSCOPE_CACHE", str(tmp_path / "kept"))
    said: list[str] = []
    first = open_cascade(str(tiny_cascade), device="cpu").embed(["a rocket"])
    (file,) = (tmp_path / "kept").rglob("*.safetensors")
    again = open_cascade(str(tiny_cascade), device="cpu", emit=said.append).embed(["A Rocket "])
    assert torch.equal(first, again)
    assert "reading the prompt" not in said
    file.write_bytes(b"torn")
    assert torch.equal(open_cascade(str(tiny_cascade), device="cpu").embed(["a rocket"]), first)
    assert len(load_file(file)) == 1
