"""Tiny random cascades in DeepFloyd IF's own folder format, made from diffusers' own classes.

    tiny_if_folder(path)        stage I alone
    tiny_cascade_folder(path)   path/stage-1 and path/stage-2, with tiny_stage2_folder(path)

Random weights, but every part that IF has: a T5 encoder and tokenizer, a UNet with text added to
its time embedding and learned variance, IF's scheduler settings, and for stage II class labels for
the noise level and an image_noising_scheduler.
"""

import json
import string
from pathlib import Path
from typing import Any

import torch
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from diffusers.schedulers.scheduling_ddpm import DDPMScheduler
from transformers.models.t5.configuration_t5 import T5Config
from transformers.models.t5.modeling_t5 import T5EncoderModel
from transformers.models.t5.tokenization_t5 import T5Tokenizer

TEXT_DIM = 32
TEXT = {
    "tokenizer": ("transformers", "T5Tokenizer"),
    "text_encoder": ("transformers", "T5EncoderModel"),
}
DENOISER = {
    "unet": ("diffusers", "UNet2DConditionModel"),
    "scheduler": ("diffusers", "DDPMScheduler"),
}
FILTERS = ("safety_checker", "feature_extractor", "watermarker")
WORDS = ["rocket", "cat", "blue", "an", "oil", "painting", "of", "a", "on", "background"]


def tiny_tokenizer() -> T5Tokenizer:
    """Some whole words, and every printable character for the rest."""
    pieces = ["▁" + word for word in WORDS] + ["▁", *string.ascii_lowercase, *string.digits, *",.-"]
    special = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0)]
    return T5Tokenizer(
        vocab=special + [(piece, -1.0 - i / 10) for i, piece in enumerate(pieces)], extra_ids=0
    )


def tiny_text_encoder(text_dim: int = TEXT_DIM) -> T5EncoderModel:
    """One gated layer, as in T5 v1.1."""
    config = T5Config(
        vocab_size=len(tiny_tokenizer()),
        d_model=text_dim,
        d_kv=8,
        d_ff=2 * text_dim,
        num_layers=1,
        num_heads=4,
        feed_forward_proj="gated-gelu",
        is_encoder_decoder=False,
        use_cache=False,
    )
    return T5EncoderModel(config).eval()


def tiny_unet(size: int, text_dim: int = TEXT_DIM, stage: int = 1) -> UNet2DConditionModel:
    """IF's UNet in small: simple cross attention, scale-shift norm, learned variance."""
    extra: dict[str, Any] = {"class_embed_type": "timestep"} if stage == 2 else {}
    return UNet2DConditionModel(
        sample_size=size,
        in_channels=3 * stage,
        out_channels=6,
        down_block_types=("ResnetDownsampleBlock2D", "SimpleCrossAttnDownBlock2D"),
        mid_block_type="UNetMidBlock2DSimpleCrossAttn",
        up_block_types=("SimpleCrossAttnUpBlock2D", "ResnetUpsampleBlock2D"),
        only_cross_attention=True,
        block_out_channels=(16, 32),
        layers_per_block=1,
        attention_head_dim=8,
        cross_attention_dim=text_dim,
        encoder_hid_dim=text_dim,
        addition_embed_type="text",
        addition_embed_type_num_heads=2,
        resnet_time_scale_shift="scale_shift",
        norm_num_groups=8,
        act_fn="gelu",
        **extra,
    ).eval()


def if_scheduler(sample_max_value: float = 1.5, **changes: Any) -> DDPMScheduler:
    """IF's scheduler settings; stage II has sample_max_value 1.0."""
    settings: dict[str, Any] = {
        "beta_schedule": "squaredcos_cap_v2",
        "variance_type": "learned_range",
        "thresholding": True,
        "dynamic_thresholding_ratio": 0.95,
        "sample_max_value": sample_max_value,
    }
    return DDPMScheduler(**(settings | changes))


def tiny_if_folder(
    path: Path | str, size: int = 16, text_dim: int = TEXT_DIM, seed: int = 0
) -> Path:
    """A random stage I of `size` pixels at `path`, weights drawn from `seed`."""
    folder = Path(path)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        tiny_unet(size, text_dim).save_pretrained(folder / "unet")
        tiny_text_encoder(text_dim).save_pretrained(folder / "text_encoder")
    tiny_tokenizer().save_pretrained(folder / "tokenizer")
    if_scheduler().save_pretrained(folder / "scheduler")
    _write_index(folder, "IFPipeline", TEXT | DENOISER)
    return folder


def tiny_stage2_folder(
    path: Path | str, size: int = 32, text_dim: int = TEXT_DIM, seed: int = 1
) -> Path:
    """A random stage II of `size` pixels at `path`, without a text encoder of its own."""
    folder = Path(path)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        tiny_unet(size, text_dim, stage=2).save_pretrained(folder / "unet")
    if_scheduler(sample_max_value=1.0).save_pretrained(folder / "scheduler")
    noising = DDPMScheduler(beta_schedule="squaredcos_cap_v2")
    noising.save_pretrained(folder / "image_noising_scheduler")
    parts = DENOISER | {"image_noising_scheduler": ("diffusers", "DDPMScheduler")}
    _write_index(folder, "IFSuperResolutionPipeline", parts)
    return folder


def tiny_cascade_folder(
    path: Path | str, size: int = 16, size2: int = 32, text_dim: int = TEXT_DIM, seed: int = 0
) -> Path:
    """A random cascade: `path`/stage-1 of `size` pixels and `path`/stage-2 of `size2`."""
    tiny_if_folder(Path(path) / "stage-1", size, text_dim, seed)
    tiny_stage2_folder(Path(path) / "stage-2", size2, text_dim, seed + 1)
    return Path(path)


def _write_index(folder: Path, pipeline: str, parts: dict[str, tuple[str, str]]) -> None:
    every = dict.fromkeys((*TEXT, *DENOISER, *FILTERS), (None, None)) | parts
    index = {"_class_name": pipeline, "requires_safety_checker": False, **every}
    (folder / "model_index.json").write_text(json.dumps(index, indent=2))
