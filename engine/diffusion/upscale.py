"""Where stage II begins: noise, and stage I's picture resized and noised."""

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from engine.diffusion.denoiser import LowRes
from engine.diffusion.noise import NoiseSource, forward
from engine.diffusion.schedule import SchedulerConfig, alphas_cumprod

NOISE_LEVEL = 250


@torch.inference_mode()
def upscale_start(
    low_res: Tensor,
    size: int,
    noise: NoiseSource,
    noising_config: SchedulerConfig,
    noise_level: int = NOISE_LEVEL,
) -> tuple[Tensor, LowRes]:
    """Stage II's start x (B, C, size, size) and what it sees beside x.

    low_res (B, C, h, w) is stage I's state in [-1, 1]. Two draws: first x, then the noise on the
    upscaled picture, as IFSuperResolutionPipeline has them. noising_config is the stage's
    image_noising_scheduler, noise_level a timestep of it.
    """
    shape = (low_res.shape[1], size, size)
    x = noise.draw(shape)
    upscaled = F.interpolate(low_res, (size, size), mode="bilinear", align_corners=True)
    noised = forward(upscaled, noise_level, noise.draw(shape), alphas_cumprod(noising_config))
    return x, LowRes(noised, noise_level)
