"""Pictures of either stage for a batch of embedded prompts, through the one sampling loop."""

from collections.abc import Callable

from torch import Tensor

from engine.checkpoints import CascadeStage
from engine.diffusion.denoiser import Denoiser, guided, upscale_start
from engine.diffusion.noise import NoiseSource
from engine.diffusion.sampler import loop
from engine.diffusion.update_rules import make_rule, timesteps_for

Text = tuple[Tensor, Tensor]
"""Embeddings of the prompts (1 or B,L,D) and of the empty prompt (1,L,D)."""
Stop = Callable[[], bool]
STEPS = 20


def never() -> bool:
    """Draw to the end."""
    return False


def stage1(
    stage: CascadeStage, text: Text, guidance: float, noise: NoiseSource, steps: int = STEPS,
    sampler: str = "ddpm", stop: Stop = never,
) -> Tensor:  # fmt: skip
    """Pictures (B,3,s,s) fp32 on the CPU, about [-1,1]; B is the noise's number of samples.

    Raises Stopped where `stop` says so before a model call.
    """
    x = noise.draw((stage.channels, stage.sample_size, stage.sample_size))
    denoiser = guided(stage.unet, *text, guidance)
    return _last(stage, denoiser, x, noise, timesteps_for(sampler, steps, stage.scheduler),
                 sampler, stop)  # fmt: skip


def stage2(
    stage: CascadeStage, text: Text, small: Tensor, guidance: float, noise: NoiseSource, level: int,
    steps: int = STEPS, stop: Stop = never,
) -> Tensor:  # fmt: skip
    """Pictures (B,3,l,l) made of stage I's (B,3,s,s), which are noised to `level` first."""
    assert stage.noising is not None
    start = small.to(noise.device)
    x, extra = upscale_start(start, stage.sample_size, noise, stage.noising, level)
    denoiser = guided(stage.unet, *text, guidance, extra)
    chain = timesteps_for("ddpm", steps, stage.scheduler)
    return _last(stage, denoiser, x, noise, chain, "ddpm", stop)


def _last(
    stage: CascadeStage, denoiser: Denoiser, x: Tensor, noise: NoiseSource, chain: list[int],
    sampler: str, stop: Stop,
) -> Tensor:  # fmt: skip
    rule = make_rule(sampler, stage.scheduler, chain)
    for step in loop(denoiser, rule, x, chain, noise, stop=stop):
        x = step.x
    return x.cpu().clone()
