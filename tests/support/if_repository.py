"""Small random stand-ins for DeepFloyd IF's hub repositories, file by file as those are laid out.

    if_stage1_repo(path)    what DeepFloyd/IF-I-M-v1.0 holds
    if_stage2_repo(path)    what DeepFloyd/IF-II-M-v1.0 holds, its own text encoder included
    put_in_cache(...)       a repository as the hub's cache keeps one

As recorded of IF-I-M and IF-II-M: sharded T5 files in two precisions with their indices, pickles
beside all weights, a bare spiece.model, and a safety checker that is safetensors in stage II's
repository and only a pickle in stage I's.
"""

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any, Literal

import sentencepiece
import torch
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from diffusers.pipelines.deepfloyd_if.safety_checker import IFSafetyChecker
from diffusers.pipelines.deepfloyd_if.watermark import IFWatermarker
from diffusers.schedulers.scheduling_ddpm import DDPMScheduler
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from transformers.models.clip.configuration_clip import CLIPConfig
from transformers.models.t5.configuration_t5 import T5Config
from transformers.models.t5.modeling_t5 import T5EncoderModel

from tests.support.tiny_cascade import if_scheduler, tiny_unet

Checker = Literal["safetensors", "pickle", "missing"]
Spelling = Literal["index.fp16", "fp16.index"]
SHA = "0123456789abcdef0123456789abcdef01234567"
SIDE = 28
"""Pixels of the stand-in checker's CLIP; IF's has 224."""
_PICKLE = b"\x80\x04N."
_CORPUS = ["a rocket on a blue background", "an oil painting of a cat", "a small red house"] * 9


def if_repos(root: Path) -> Path:
    """Both stages of IF-M beside one another, named as on the hub; gives `root`."""
    if_stage1_repo(root / "IF-I-M-v1.0")
    if_stage2_repo(root / "IF-II-M-v1.0")
    return root


def if_stage1_repo(
    path: Path,
    *,
    checker: Checker = "pickle",
    spelling: Spelling = "index.fp16",
    size: int = 16,
    unet: UNet2DConditionModel | None = None,
) -> Path:
    """A stage I of `size` pixels, or with a network of another size."""
    _components(path, unet or tiny_unet(size), 1.5, spelling)
    _index(path, "IFPipeline")
    _checker(path, checker)
    return path


def if_stage2_repo(path: Path, *, checker: Checker = "safetensors") -> Path:
    """A stage II of 32 pixels that goes with it."""
    _components(path, tiny_unet(32, stage=2), 1.0, "index.fp16")
    noising = DDPMScheduler(beta_schedule="squaredcos_cap_v2")
    noising.save_pretrained(path / "image_noising_scheduler")
    _index(
        path, "IFSuperResolutionPipeline", image_noising_scheduler=["diffusers", "DDPMScheduler"]
    )
    _checker(path, checker)
    return path


def put_in_cache(cache: Path, repo: str, folder: Path, names: list[str] | None = None) -> Path:
    """The snapshot of a repository's files (all, or those named) in a hub cache."""
    root = cache / f"models--{repo.replace('/', '--')}"
    snapshot = root / "snapshots" / SHA
    (root / "refs").mkdir(parents=True)
    (root / "refs" / "main").write_text(SHA)
    (root / "blobs").mkdir()
    every = [str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()]
    for name in every if names is None else names:
        blob = root / "blobs" / hashlib.sha256((folder / name).read_bytes()).hexdigest()
        shutil.copyfile(folder / name, blob)
        (snapshot / name).parent.mkdir(parents=True, exist_ok=True)
        (snapshot / name).symlink_to(blob)
    return snapshot


def train_spiece(folder: Path) -> Path:
    """A sentencepiece model with T5's special pieces, as the hub's tokenizer/ has one."""
    folder.mkdir(parents=True, exist_ok=True)
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(_CORPUS),
        model_prefix=str(folder / "spiece"),
        vocab_size=48,
        hard_vocab_limit=False,
        pad_id=0,
        eos_id=1,
        unk_id=2,
        bos_id=-1,
        minloglevel=2,
    )
    (folder / "spiece.vocab").unlink()
    return folder / "spiece.model"


def tiny_clip() -> CLIPConfig:
    """The checker's config: CLIP's vision tower in small."""
    vision = {
        "hidden_size": 16,
        "intermediate_size": 32,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "image_size": SIDE,
        "patch_size": 7,
        "projection_dim": 8,
    }
    return CLIPConfig(text_config={"hidden_size": 16}, vision_config=vision, projection_dim=8)


def tiny_checker(seed: int = 3) -> IFSafetyChecker:
    """Random, with heads that let every picture pass."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        checker = IFSafetyChecker(tiny_clip()).eval()
    set_heads(checker, p_bias=-9.0, w_bias=-9.0)
    return checker


def set_heads(checker: IFSafetyChecker, *, p_bias: float, w_bias: float) -> None:
    """Heads that say the same of every picture."""
    for head, bias in ((checker.p_head, p_bias), (checker.w_head, w_bias)):
        nn.init.zeros_(head.weight)
        nn.init.constant_(head.bias, bias)


def rewrite_checker(folder: Path, checker: IFSafetyChecker) -> None:
    """Put other weights of the checker into a repository that has it as safetensors."""
    _save(folder / "safety_checker", "model", dict(checker.state_dict()))


def _components(path: Path, unet: UNet2DConditionModel, limit: float, spelling: Spelling) -> None:
    unet.save_config(path / "unet")
    _save(path / "unet", "diffusion_pytorch_model", dict(unet.state_dict()))
    _text_encoder(path / "text_encoder", spelling, int(unet.config.encoder_hid_dim))
    _tokenizer(path / "tokenizer")
    if_scheduler(sample_max_value=limit).save_pretrained(path / "scheduler")
    _add_unknown_setting(path / "scheduler" / "scheduler_config.json")
    _watermarker(path / "watermarker")


def _add_unknown_setting(file: Path) -> None:
    """The hub's schedulers hold one that today's class does not know."""
    file.write_text(json.dumps({**json.loads(file.read_text()), "lambda_min_clipped": -5.1}))


def _save(folder: Path, stem: str, tensors: dict[str, Tensor]) -> None:
    """Weights in both precisions, with a pickle beside each."""
    folder.mkdir(parents=True, exist_ok=True)
    for variant, dtype in (("", torch.float32), (".fp16", torch.float16)):
        own = {name: _cast(tensor, dtype) for name, tensor in tensors.items()}
        save_file(own, folder / f"{stem}{variant}.safetensors", {"format": "pt"})
        pickled = stem.replace("model", "pytorch_model") if stem == "model" else stem
        (folder / f"{pickled}{variant}.bin").write_bytes(_PICKLE)


def _cast(tensor: Tensor, dtype: torch.dtype) -> Tensor:
    return tensor.to(dtype).contiguous() if tensor.is_floating_point() else tensor.contiguous()


def _text_encoder(folder: Path, spelling: Spelling, width: int) -> None:
    config = T5Config(
        vocab_size=160,
        d_model=width,
        d_kv=8,
        d_ff=64,
        num_layers=2,
        num_heads=4,
        feed_forward_proj="gated-gelu",
        is_encoder_decoder=True,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(5)
        encoder = T5EncoderModel(config).eval()
    encoder.config.architectures = ["T5EncoderModel"]
    encoder.config.save_pretrained(folder)
    tensors = {n: t for n, t in encoder.state_dict().items() if n != "encoder.embed_tokens.weight"}
    for variant, dtype in ((None, torch.float32), ("fp16", torch.float16)):
        _shards(folder, {n: _cast(t, dtype) for n, t in tensors.items()}, variant, spelling)


def _shards(
    folder: Path, tensors: dict[str, Tensor], variant: str | None, spelling: Spelling
) -> None:
    """Two shards and their index; of the pickles only names and the same index."""
    names, mark = list(tensors), f".{variant}" if variant else ""
    for stem, ending in (("model", "safetensors"), ("pytorch_model", "bin")):
        files = [f"{stem}{mark}-0000{n}-of-00002.{ending}" for n in (1, 2)]
        held = dict(zip(files, (names[::2], names[1::2]), strict=True))
        weight_map = {name: file for file, own in held.items() for name in own}
        size = sum(t.nbytes for t in tensors.values())
        index = {"metadata": {"total_size": size}, "weight_map": weight_map}
        named = f"{stem}.{ending}.index{mark}.json"
        if spelling == "fp16.index" and ending == "safetensors":
            named = f"{stem}{mark}.{ending}.index.json"
        (folder / named).write_text(json.dumps(index))
        for file, own in held.items():
            if ending == "bin":
                (folder / file).write_bytes(_PICKLE)
            else:
                save_file({n: tensors[n] for n in own}, folder / file, {"format": "pt"})


def _tokenizer(folder: Path) -> None:
    train_spiece(folder)
    extra = [f"<extra_id_{i}>" for i in range(100)]
    special: dict[str, Any] = {
        "additional_special_tokens": extra,
        "eos_token": "</s>",
        "pad_token": "<pad>",
        "unk_token": "<unk>",
    }
    more = {"extra_ids": 100, "model_max_length": 512, "tokenizer_class": "T5Tokenizer"}
    (folder / "special_tokens_map.json").write_text(json.dumps(special, indent=2))
    (folder / "tokenizer_config.json").write_text(
        json.dumps({**special, **more, "sp_model_kwargs": {}, "name_or_path": "t5"}, indent=2)
    )


def _watermarker(folder: Path) -> None:
    """A mark that is seen, half transparent, in the bytes that the hub's file has."""
    folder.mkdir(parents=True)
    IFWatermarker().save_config(folder)
    mark = torch.zeros(62, 62, 4, dtype=torch.uint8)
    mark[..., 1] = torch.arange(62, dtype=torch.uint8)[:, None] * 4
    mark[10:50, 10:50, 3] = 160
    save_file(
        {"watermark_image": mark}, folder / "diffusion_pytorch_model.safetensors", {"format": "pt"}
    )
    (folder / "diffusion_pytorch_model.bin").write_bytes(_PICKLE)


def _checker(path: Path, how: Checker) -> None:
    if how == "missing":
        return
    checker = tiny_checker()
    checker.config.architectures = ["IFSafetyChecker"]
    checker.config.save_pretrained(path / "safety_checker")
    if how == "safetensors":
        rewrite_checker(path, checker)
    (path / "safety_checker" / "pytorch_model.bin").write_bytes(_PICKLE)
    extractor = {
        "crop_size": {"height": SIDE, "width": SIDE},
        "do_center_crop": True,
        "do_convert_rgb": True,
        "do_normalize": True,
        "do_rescale": True,
        "do_resize": True,
        "image_mean": [0.48145466, 0.4578275, 0.40821073],
        "image_processor_type": "CLIPImageProcessor",
        "image_std": [0.26862954, 0.26130258, 0.27577711],
        "resample": 3,
        "rescale_factor": 0.00392156862745098,
        "size": {"shortest_edge": SIDE},
    }
    (path / "feature_extractor").mkdir()
    (path / "feature_extractor" / "preprocessor_config.json").write_text(json.dumps(extractor))


def _index(path: Path, pipeline: str, **more: list[str]) -> None:
    """model_index.json as the hub has it; what only repeats the layout stays out."""
    (path / "model_index.json").write_text(
        json.dumps(
            {
                "_class_name": pipeline,
                "_diffusers_version": "0.17.0.dev0",
                "feature_extractor": ["transformers", "CLIPImageProcessor"],
                "requires_safety_checker": True,
                "safety_checker": ["deepfloyd_if", "IFSafetyChecker"],
                "scheduler": ["diffusers", "DDPMScheduler"],
                "text_encoder": ["transformers", "T5EncoderModel"],
                "tokenizer": ["transformers", "T5Tokenizer"],
                "unet": ["diffusers", "UNet2DConditionModel"],
                "watermarker": ["deepfloyd_if", "IFWatermarker"],
                **more,
            },
            indent=2,
        )
    )


def halves(file: Path) -> dict[str, Tensor]:
    """The tensors of a safetensors file."""
    return load_file(file)
