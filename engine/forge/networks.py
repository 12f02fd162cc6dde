"""The networks and schedulers of a small cascade, with the options of DeepFloyd's own."""

from typing import Any

from diffusers import DDPMScheduler, UNet2DConditionModel


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
