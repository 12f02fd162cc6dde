"""Embeddings on the disk: kept with their prompts, listed, imported, used without an encoder."""

import gc
import json
import weakref
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from engine import prompt_cache
from engine.checkpoints import Cascade, devices, open_cascade
from engine.checkpoints.devices import LoadOptions
from engine.checkpoints.memory import measure
from engine.checkpoints.text import embedding_cache, embeddings
from engine.checkpoints.text.import_embeddings import bring
from engine.errors import BadInput

CACHED = LoadOptions(text_encoder="cached")


def _opened(model: Path, ways: LoadOptions = LoadOptions()) -> Cascade:  # noqa: B008
    return open_cascade(str(model), "none", "cpu", ways=ways)


def test_a_prompt_is_kept_with_its_text_and_then_needs_no_encoder(tiny_cascade: Path) -> None:
    expected = _opened(tiny_cascade).embed(["A Rocket "])
    (one,) = prompt_cache.kept()
    assert (one.prompt, one.width, one.dtype) == ("a rocket", 32, "float32")
    cached = _opened(tiny_cascade, CACHED)
    assert torch.equal(cached.embed(["a rocket"]), expected)
    assert cached.fingerprint == _opened(tiny_cascade).fingerprint


def test_a_prompt_that_is_not_kept_names_near_ones(tiny_cascade: Path) -> None:
    _opened(tiny_cascade).embed(["a red rocket", "a house"])
    with pytest.raises(BadInput, match="'a rocket' is not on the disk.*'a red rocket'") as caught:  # noqa: RUF043
        _opened(tiny_cascade, CACHED).embed(["a rocket"])
    assert "\n" not in str(caught.value)
    with pytest.raises(BadInput, match="prompts list"):
        _opened(tiny_cascade, CACHED).embed(["something else entirely"])


def test_the_encoder_may_be_missing_altogether(tiny_cascade: Path, tmp_path: Path) -> None:
    import shutil

    _opened(tiny_cascade).embed(["a rocket"])
    model = Path(shutil.copytree(tiny_cascade, tmp_path / "model"))
    shutil.rmtree(model / "stage-1" / "text_encoder")
    shutil.rmtree(model / "stage-1" / "tokenizer")
    assert _opened(model, CACHED).embed(["a rocket"]).shape == (1, 77, 32)
    with pytest.raises(BadInput, match="text_encoder"):
        _opened(model)


def test_a_file_from_before_gets_its_prompt_when_it_is_used(tiny_cascade: Path) -> None:
    cascade = _opened(tiny_cascade)
    expected, path = cascade.embed(["a rocket"]), cascade.encoder.path("a rocket")
    save_file({"embedding": expected[0]}, path)
    assert prompt_cache.kept() == []
    assert torch.equal(cascade.embed(["a rocket"]), expected)
    assert [one.prompt for one in prompt_cache.kept()] == ["a rocket"]


def test_an_encoder_that_is_loaded_for_a_prompt_is_gone_after_it(
    tiny_cascade: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[weakref.ref[nn.Module]] = []
    load = embeddings.load_encoder

    def watched(*given) -> nn.Module:  # type: ignore[no-untyped-def]
        found = load(*given)
        seen.append(weakref.ref(found))
        return found

    monkeypatch.setattr(embeddings, "load_encoder", watched)
    monkeypatch.setattr(measure, "HEAVY", 0)
    monkeypatch.setattr(devices, "HEAVY", 0)
    cascade = _opened(tiny_cascade)
    assert seen == []
    cascade.embed(["a rocket", "a cat"])
    gc.collect()
    assert [module() for module in seen] == [None]
    cascade.embed(["a rocket"])
    assert len(seen) == 1


def _file(folder: Path, tensors: dict[str, Tensor], **metadata: str) -> Path:
    save_file(tensors, folder / "course.safetensors", metadata)
    return folder / "course.safetensors"


def test_embeddings_of_a_file_are_used_as_they_are(tiny_cascade: Path, tmp_path: Path) -> None:
    given = {"A Lithograph of waterfalls": torch.randn(1, 77, 32).half(), "": torch.zeros(77, 32)}
    assert bring(_file(tmp_path, given)) == ["", "a lithograph of waterfalls"]
    found = _opened(tiny_cascade, CACHED).embed(["a lithograph of waterfalls", ""])
    assert torch.equal(found[0], given["A Lithograph of waterfalls"][0].float())
    assert {one.source for one in prompt_cache.kept(32)} == {"course.safetensors"}
    assert prompt_cache.kept(4096) == []


def test_a_table_may_name_the_prompts(tmp_path: Path) -> None:
    table = json.dumps({"0": "an oil painting"})
    assert bring(_file(tmp_path, {"0": torch.zeros(77, 8)}, prompts=table)) == ["an oil painting"]
    with pytest.raises(BadInput, match="JSON table"):
        bring(_file(tmp_path, {"0": torch.zeros(77, 8)}, prompts="[1]"))


@pytest.mark.parametrize(
    ("tensor", "said"),
    [
        (torch.zeros(76, 8), "shape"),
        (torch.zeros(2, 77, 8), "shape"),
        (torch.zeros(77), "shape"),
        (torch.zeros(77, 9000), "shape"),
        (torch.zeros(77, 8, dtype=torch.int32), "int32"),
        (torch.full((77, 8), torch.nan), "NaN"),
    ],
)
def test_what_is_no_embedding_is_named_and_nothing_is_kept(
    tensor: Tensor, said: str, tmp_path: Path
) -> None:
    with pytest.raises(BadInput, match=said):
        bring(_file(tmp_path, {"a good one": torch.zeros(77, 8), "wrong": tensor}))
    assert prompt_cache.kept() == []


def test_a_pickle_is_refused(tmp_path: Path) -> None:
    torch.save({"a rocket": torch.zeros(77, 8)}, tmp_path / "dict.pth")
    with pytest.raises(BadInput, match="not a whole safetensors file"):
        bring(tmp_path / "dict.pth")


def test_what_is_none_of_ours_is_not_listed(tmp_path: Path) -> None:
    prompt_cache.folder().mkdir(parents=True)
    (prompt_cache.folder() / "junk.safetensors").write_bytes(b"\xff" * 20)
    (prompt_cache.folder() / "short.safetensors").write_bytes(b"")
    assert prompt_cache.kept() == []
    assert embedding_cache.read(prompt_cache.folder() / "junk.safetensors", 32) is None


def test_prompts_are_completed_to_those_that_are_kept() -> None:
    among = ["a man wearing a hat", "a rocket ship"]
    assert prompt_cache.completion("a m", among) == "a man wearing a hat"
    assert prompt_cache.completion("A Rocket", among) == "A Rocket ship"
    assert prompt_cache.completion("a", among) == "a"
    assert prompt_cache.completion("a dog", among) == "a dog"
