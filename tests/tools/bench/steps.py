"""Steps a second of our loop against diffusers' IFPipeline: same weights, one run, in turns."""

import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from engine.checkpoints import open_cascade
from engine.diffusion.denoiser import guided
from engine.diffusion.noise import NoiseSource
from engine.diffusion.sampler import loop
from engine.diffusion.update_rules import make_rule, timesteps_for

MODEL = Path(__file__).parents[2] / "assets" / "tiny-if" / "stage-1"
STEPS, ROUNDS, GUIDANCE = 20, 7, 7.0


def main() -> None:
    """Print the median seconds of both and their ratio."""
    pipe, cascade = _pipeline(), open_cascade(str(MODEL), "none", "cpu")
    cond, uncond = cascade.embed(["a rocket"]), cascade.embed([""])
    ways: dict[str, Callable[[], Any]] = {
        "IFPipeline": lambda: pipe(
            prompt_embeds=cond,
            negative_prompt_embeds=uncond,
            num_inference_steps=STEPS,
            guidance_scale=GUIDANCE,
            generator=[torch.Generator().manual_seed(0)],
            output_type="pt",
        ),
        "diffuscope": lambda: _ours(cascade, cond, uncond),
    }
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            times[name].append(_timed(way))
    middle = {name: statistics.median(found[1:]) for name, found in times.items()}
    for name, seconds in middle.items():
        print(f"  {name:<12} {STEPS / seconds:6.1f} steps/s   {seconds:.2f} s for {STEPS}")
    ratio = middle["IFPipeline"] / middle["diffuscope"]
    print(f"  ratio {ratio:.2f} (above 1: diffuscope is faster), {torch.get_num_threads()} threads")


def _pipeline() -> Any:
    from diffusers import DiffusionPipeline

    pipe = DiffusionPipeline.from_pretrained(MODEL)
    pipe.set_progress_bar_config(disable=True)
    return pipe


def _ours(cascade: Any, cond: torch.Tensor, uncond: torch.Tensor) -> None:
    stage, noise = cascade.stage1, NoiseSource.for_seeds(0, 1)
    chain = timesteps_for("ddpm", STEPS, stage.scheduler)
    rule = make_rule("ddpm", stage.scheduler, chain)
    x = noise.draw((stage.channels, stage.sample_size, stage.sample_size))
    for _ in loop(guided(stage.unet, cond, uncond, GUIDANCE), rule, x, chain, noise):
        pass


def _timed(way: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    way()
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
