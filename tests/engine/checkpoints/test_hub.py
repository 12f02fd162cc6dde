"""Which files of a hub repository are fetched, and how its refusals are said."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import huggingface_hub
import pytest
from huggingface_hub import errors

from engine.checkpoints.hub import is_hub_id, needed, snapshot
from engine.errors import BadInput, Unavailable

REPOSITORY = [
    "README.md",
    "model_index.json",
    "IF-I-XL-v1.0.ckpt",
    "scheduler/scheduler_config.json",
    "safety_checker/config.json",
    "safety_checker/model.safetensors",
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
]


@pytest.mark.parametrize("half", [False, True])
def test_one_variant_is_fetched_and_no_pickle(half: bool) -> None:
    wanted = needed(REPOSITORY, half)
    weights = [name for name in wanted if name.endswith(".safetensors")]
    assert len(weights) == 3
    assert all(("fp16" in name) == half for name in weights)
    assert not any(name.endswith((".bin", ".ckpt")) for name in wanted)
    assert "tokenizer/spiece.model" in wanted
    assert "model_index.json" in wanted
    index = "model.safetensors.index.fp16.json" if half else "model.safetensors.index.json"
    assert f"text_encoder/{index}" in wanted


def test_only_those_files_are_asked_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    files = [SimpleNamespace(rfilename=name, size=10**9) for name in REPOSITORY]
    listing = SimpleNamespace(siblings=files)
    monkeypatch.setattr(huggingface_hub.HfApi, "model_info", lambda *_, **__: listing)
    asked: list[Any] = []

    def fetch(repo: str, allow_patterns: list[str]) -> str:
        asked.append((repo, allow_patterns))
        return str(tmp_path)

    monkeypatch.setattr(huggingface_hub, "snapshot_download", fetch)
    said: list[str] = []
    assert snapshot("owner/model", True, said.append) == tmp_path
    assert asked == [("owner/model", needed(REPOSITORY, True))]
    assert said == ["fetching owner/model: 10 files, 10.0 GB"]


@pytest.mark.parametrize(
    ("kind", "raised", "match"),
    [
        (errors.GatedRepoError, Unavailable, r"licence: do so at .*owner/model, then log in"),
        (errors.RepositoryNotFoundError, Unavailable, "check the name, or log in"),
        (errors.OfflineModeIsEnabled, Unavailable, "cannot be reached"),
        (ConnectionError, Unavailable, "cannot be reached"),
        (TimeoutError, Unavailable, "cannot be reached"),
        (errors.HFValidationError, BadInput, "possible hub id"),
    ],
)
def test_a_refusal_is_one_line(
    monkeypatch: pytest.MonkeyPatch, kind: type[Exception], raised: type[Exception], match: str
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        # the hub's own errors ask for an HTTP response, whose class differs between releases
        raise kind.__new__(kind)

    monkeypatch.setattr(huggingface_hub.HfApi, "model_info", refuse)
    with pytest.raises(raised, match=match) as caught:
        snapshot("owner/model", False, lambda _: None)
    assert "\n" not in str(caught.value)


def test_a_transport_error_is_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    transport: Any = errors.HfHubHTTPError.__bases__[0]

    def refuse(*_: Any, **__: Any) -> None:
        raise transport.__new__(transport)

    monkeypatch.setattr(huggingface_hub.HfApi, "model_info", refuse)
    with pytest.raises(Unavailable, match="cannot be reached"):
        snapshot("owner/model", False, lambda _: None)


@pytest.mark.parametrize("name", ["DeepFloyd/IF-I-XL-v1.0", "a/b"])
def test_hub_ids(name: str) -> None:
    assert is_hub_id(name)


@pytest.mark.parametrize("name", ["tiny", "./a/b", "/a/b", "a/b/c", "~/a", "a/", "../b"])
def test_what_is_no_hub_id(name: str) -> None:
    assert not is_hub_id(name)
