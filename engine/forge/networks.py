"""The networks of a small cascade, with the options of DeepFloyd's own: new, or of a cascade."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from diffusers import DDPMScheduler, UNet2DConditionModel

from engine.checkpoints.layout import StageFolder, read_stage
from engine.checkpoints.loading import load_unet
from engine.checkpoints.resolve import find_folders
from engine.errors import BadInput
from engine.forge.run_folder import ForgeRun
from engine.specs.forge import Forge


def scheduler(sample_max_value: float) -> DDPMScheduler:
    """DeepFloyd's schedule: squared cosine, ε-prediction, learned range, dynamic thresholding."""
    return DDPMScheduler(
        num_train_timesteps=1000, beta_schedule="squaredcos_cap_v2", prediction_type="epsilon",
        variance_type="learned_range", clip_sample=True, clip_sample_range=1.0, thresholding=True,
        dynamic_thresholding_ratio=0.95, sample_max_value=sample_max_value,
    )  # fmt: skip


def noising_scheduler() -> DDPMScheduler:
    """The schedule that noises stage II's low-resolution input."""
    return DDPMScheduler(num_train_timesteps=1000, beta_schedule="squaredcos_cap_v2")


@torch.no_grad()
def with_posterior_variance(unet: Any) -> None:
    """Let a UNet with a learned range draw with the posterior's variance β̃ at any stride: v = -1.

    v is learned at single steps, where β̃ and β are nearly the same (4 % apart at t = 50), so
    that it hardly learns at all. In a stride from 50 to 0 they differ 200-fold, and what v is off
    by stays in the picture as grain. (Ho et al. 2020 found β̃ as good as β.)
    """
    spread = unet.conv_out.out_channels // 2
    unet.conv_out.weight[spread:] = 0
    unet.conv_out.bias[spread:] = -1


def stage1(side: int, text_width: int, widths: tuple[int, ...], layers: int = 1) -> Any:
    """Stage I's UNet: 3 channels in, ε̂ and v out (6), attention at half its side and below.

    So IF-I has it: at 64 px on 32, 16 and 8.
    """
    return _unet(side, text_width, widths, attended=len(widths) - 1, in_channels=3, layers=layers)


def stage2(side: int, text_width: int, widths: tuple[int, ...], layers: int = 1) -> Any:
    """Stage II's UNet: noisy and upscaled pictures in (6), and the noise level as a class.

    Only its lowest resolution has attention: 16 for 256 px and five widths, as for 128 and four.
    """
    return _unet(
        side, text_width, widths, attended=1, in_channels=6, layers=layers,
        class_embed_type="timestep",
    )  # fmt: skip


def _unet(
    side: int, text_width: int, widths: tuple[int, ...], attended: int, in_channels: int,
    layers: int, **options: Any,
) -> Any:  # fmt: skip
    """A UNet whose last `attended` resolutions have attention to themselves and to the text."""
    plain = len(widths) - attended
    down = ["ResnetDownsampleBlock2D"] * plain + ["SimpleCrossAttnDownBlock2D"] * attended
    up = ["SimpleCrossAttnUpBlock2D"] * attended + ["ResnetUpsampleBlock2D"] * plain
    return UNet2DConditionModel(
        sample_size=side, in_channels=in_channels, out_channels=6, block_out_channels=widths,
        down_block_types=tuple(down), up_block_types=tuple(up),
        mid_block_type="UNetMidBlock2DSimpleCrossAttn", layers_per_block=layers,
        attention_head_dim=32, norm_num_groups=8, resnet_time_scale_shift="scale_shift",
        cross_attention_dim=text_width, encoder_hid_dim=text_width,
        encoder_hid_dim_type="text_proj", addition_embed_type="text",
        addition_embed_type_num_heads=4, **options,
    )  # fmt: skip


def described(spec: Forge, run: ForgeRun, number: int, text_width: int) -> Any:
    """Stage `number`'s UNet as the run trains it, whatever the spec of an export says."""
    folder = run.network(f"stage{number}")
    if not (folder / "config.json").is_file():
        return unet(spec, number, text_width)
    return UNet2DConditionModel.from_config(UNet2DConditionModel.load_config(folder))


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """New weights come from torch's global generator: seed it, and put it back afterwards."""
    with torch.random.fork_rng(devices=[]):  # weights are made on the CPU, whatever GPUs there are
        torch.manual_seed(seed)
        yield


def unet(spec: Forge, number: int, text_width: int) -> Any:
    """Stage `number`'s UNet, to be trained: new, or of the cascade that `begin_with` names."""
    if spec.begin_with:
        found = load_unet(_stage(spec, number), torch.device("cpu"), torch.float32)
        return found.train().requires_grad_(True)
    with seeded(spec.seed):
        if number == 1:
            return stage1(spec.small, text_width, spec.widths, spec.layers)
        return stage2(spec.large, text_width, spec.stage2_widths, spec.stage2_layers)


def copy_text_encoder(spec: Forge, run: ForgeRun) -> None:
    """Take over the text encoder of the cascade that `begin_with` names."""
    root = _stage(spec, 1).root
    for name in ("text_encoder", "tokenizer"):
        shutil.copytree(root / name, run.text / name, dirs_exist_ok=True)


def _stage(spec: Forge, number: int) -> StageFolder:
    second = "none" if number == 1 else "auto"  # not fetched where it is not wanted
    root = find_folders(spec.begin_with, second, False, lambda _: None)[number - 1]
    if root is None:
        raise BadInput(f"{spec.begin_with} has no stage {'I' * number} to begin with")
    return read_stage(root, number)
