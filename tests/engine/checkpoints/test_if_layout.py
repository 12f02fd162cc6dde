"""Folders laid out as DeepFloyd IF's repositories are: what breaks in today's libraries opens."""

import json
import shutil
from pathlib import Path

import pytest
import sentencepiece
import torch
from transformers.models.t5.modeling_t5 import T5EncoderModel

from engine.checkpoints import open_cascade
from engine.checkpoints.layout import read_stage
from engine.checkpoints.loading import load_encoder, load_tokenizer, load_unet
from engine.errors import BadInput, Unavailable
from tests.support.if_repository import halves, if_repos, if_stage1_repo, put_in_cache

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def layout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both stages beside one another, named as on the hub. Read only."""
    return if_repos(tmp_path_factory.mktemp("layout"))


@pytest.fixture
def own(layout: Path, tmp_path: Path) -> Path:
    """A copy to change."""
    return Path(shutil.copytree(layout, tmp_path / "own"))


def test_a_lone_stage_one_finds_the_folder_beside_it(layout: Path) -> None:
    said: list[str] = []
    one, two = layout / "IF-I-M-v1.0", layout / "IF-II-M-v1.0"
    cascade = open_cascade(str(one), device="cpu", emit=said.append)  # type: ignore[arg-type]
    assert cascade.stage2 is not None
    assert cascade.stage2.noising is not None
    line = f"stage II: {two}, which was made for IF-I-M-v1.0; --stage2 takes another, or none"
    assert line in said
    same = open_cascade(str(one), str(two), "cpu")
    assert same.fingerprint == cascade.fingerprint


def test_a_snapshot_in_the_hub_cache_finds_its_stage_two_there(
    layout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    one = put_in_cache(tmp_path, "DeepFloyd/IF-I-M-v1.0", layout / "IF-I-M-v1.0")
    put_in_cache(tmp_path, "DeepFloyd/IF-II-M-v1.0", layout / "IF-II-M-v1.0")
    cascade = open_cascade(str(one), device="cpu")
    assert cascade.stage2 is not None
    named = open_cascade("DeepFloyd/IF-I-M-v1.0", device="cpu")
    assert named.fingerprint == cascade.fingerprint


def test_a_folder_without_a_stage_two_to_be_had_says_how_to_do_without(own: Path) -> None:
    shutil.rmtree(own / "IF-II-M-v1.0")
    with pytest.raises(Unavailable, match=r"^stage II: DeepFloyd/IF-II-M.*--stage2 none goes on"):
        open_cascade(str(own / "IF-I-M-v1.0"), device="cpu")


@pytest.mark.parametrize("spelling", ["index.fp16", "fp16.index"])
def test_both_spellings_of_a_variants_index_load(tmp_path: Path, spelling: str) -> None:
    root = if_stage1_repo(tmp_path / "one", spelling=spelling)  # type: ignore[arg-type]
    folder = read_stage(root, 1, half=True)
    assert folder.text is not None
    assert folder.text.weights.variant == folder.weights.variant == "fp16"
    assert [file.name for file in folder.text.weights.files] == [
        "model.fp16-00001-of-00002.safetensors",
        "model.fp16-00002-of-00002.safetensors",
    ]
    encoder = load_encoder(folder.text, CPU, torch.float32)
    for file in folder.text.weights.files:
        for name, tensor in halves(file).items():
            assert torch.equal(encoder.state_dict()[name], tensor.float())


@pytest.mark.parametrize(("half", "bits"), [(False, torch.float32), (True, torch.float16)])
def test_the_variant_is_found_by_looking(layout: Path, half: bool, bits: torch.dtype) -> None:
    folder = read_stage(layout / "IF-I-M-v1.0", 1, half)
    unet = load_unet(folder, CPU, bits)
    (file,) = folder.weights.files
    assert file.name == f"diffusion_pytorch_model{'.fp16' if half else ''}.safetensors"
    stored = halves(file)["conv_in.weight"]
    assert stored.dtype == bits
    assert torch.equal(unet.state_dict()["conv_in.weight"], stored)


def test_a_repository_with_only_half_precision_opens_in_float32(own: Path) -> None:
    for file in own.rglob("*.safetensors"):
        if "fp16" not in file.name and file.parent.name != "watermarker":
            file.unlink()
    for file in own.rglob("*.index.json"):
        file.unlink()
    cascade = open_cascade(str(own / "IF-I-M-v1.0"), device="cpu")
    assert cascade.stage1.dtype == torch.float32
    assert cascade.embed(["a rocket"]).isfinite().all()


def test_a_bare_spiece_model_reads_words_as_sentencepiece_does(layout: Path) -> None:
    folder = read_stage(layout / "IF-I-M-v1.0", 1)
    assert folder.text is not None
    assert not (folder.root / "tokenizer" / "tokenizer.json").exists()
    tokenizer = load_tokenizer(folder.text)
    pieces = sentencepiece.SentencePieceProcessor()
    pieces.load(str(folder.root / "tokenizer" / "spiece.model"))
    for prompt in ("a rocket on a blue background", "an oil painting of a cat"):
        ids = tokenizer(prompt).input_ids
        assert ids == [*pieces.encode(prompt), pieces.eos_id()]
        assert pieces.unk_id() not in ids


def test_a_tokenizer_that_cannot_be_read_is_one_line(own: Path) -> None:
    (own / "IF-I-M-v1.0/tokenizer/spiece.model").write_bytes(b"no model")
    with pytest.raises(BadInput, match="tokenizer cannot be read"):
        open_cascade(str(own / "IF-I-M-v1.0"), device="cpu").embed(["a rocket"])


def test_a_missing_shard_is_named(own: Path) -> None:
    missing = own / "IF-I-M-v1.0/text_encoder/model-00002-of-00002.safetensors"
    missing.unlink()
    with pytest.raises(BadInput, match=missing.name):
        open_cascade(str(own / "IF-I-M-v1.0"), device="cpu")


def test_pickles_alone_are_refused(own: Path) -> None:
    for file in own.rglob("*.safetensors"):
        file.unlink()
    for file in own.rglob("*.safetensors.index*"):
        file.unlink()
    with pytest.raises(BadInput, match="pickle, which is never read"):
        open_cascade(str(own / "IF-I-M-v1.0"), device="cpu")


def test_embeddings_are_those_of_the_encoder(layout: Path) -> None:
    root = layout / "IF-I-M-v1.0"
    ours = open_cascade(str(root), device="cpu")
    tokenizer = ours.encoder.load()[0]
    tokens = tokenizer(
        ["a cat"], padding="max_length", max_length=77, truncation=True, return_tensors="pt"
    )
    theirs = T5EncoderModel.from_pretrained(root / "text_encoder").eval()
    with torch.inference_mode():
        states = theirs(tokens.input_ids, attention_mask=tokens.attention_mask)[0]
    assert torch.equal(ours.embed(["A cat "]), states)


def test_without_stage_two_the_checker_is_that_of_the_folder_beside(layout: Path) -> None:
    cascade = open_cascade(str(layout / "IF-I-M-v1.0"), "none", "cpu")
    assert cascade.stage2 is None
    assert cascade.filters.folders.checker == layout / "IF-II-M-v1.0"


def test_a_cascade_of_a_person_without_filters_has_none(tiny_cascade: Path) -> None:
    folders = open_cascade(str(tiny_cascade), device="cpu").filters.folders
    assert (folders.checker, folders.watermarker) == (None, None)


def test_a_checker_that_is_asked_for_and_is_only_a_pickle(own: Path) -> None:
    one, two = own / "IF-I-M-v1.0", own / "IF-II-M-v1.0"
    (two / "safety_checker/model.safetensors").unlink()
    (two / "safety_checker/model.fp16.safetensors").unlink()
    with pytest.raises(Unavailable) as caught:
        open_cascade(str(one), device="cpu")
    line = str(caught.value)
    assert line.startswith(f"{one}/safety_checker is only there as a pickle, which is never read")
    assert "hf download DeepFloyd/IF-II-M-v1.0" in line
    shutil.rmtree(one / "safety_checker")
    with pytest.raises(Unavailable, match="safety_checker is missing, and the model asks"):
        open_cascade(str(one), "none", "cpu")


def test_a_model_that_does_not_require_its_checker_opens_without(own: Path) -> None:
    index = own / "IF-I-M-v1.0/model_index.json"
    index.write_text(json.dumps(json.loads(index.read_text()) | {"requires_safety_checker": False}))
    folders = open_cascade(str(index.parent), "none", "cpu").filters.folders
    assert folders.checker is None
    assert folders.watermarker == index.parent
