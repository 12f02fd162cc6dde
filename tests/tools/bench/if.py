"""`python -m tests.tools.bench if [MODEL]`: the cost of IF on this GPU, and its plan.

MODEL is a folder or a hub id; without one a stage I of IF-I-M's size is made of random weights.
Where there is no CUDA device it says so, and runs the same with tiny-if on the CPU, which shows
only that it runs.
"""

# ruff: noqa: N999

import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch
from diffusers import DDPMScheduler, IFPipeline

from engine.checkpoints import Cascade, open_cascade
from engine.checkpoints.devices import LoadOptions
from engine.checkpoints.memory.plan import GB
from engine.diffusion.denoiser import guided, predict
from engine.diffusion.noise import NoiseSource
from engine.diffusion.sampler import loop
from engine.diffusion.update_rules import make_rule, timesteps_for
from engine.events import Failed
from engine.job import Job
from engine.specs import Generate
from engine.worker import _run

STEPS, ROUNDS, GUIDANCE = 20, 5, 7.0
PROMPT = "a red rocket"


def main() -> None:
    """Two tables: without and with torch.compile."""
    there = torch.cuda.is_available()
    if there:
        print(f"  {torch.cuda.get_device_name()}, torch {torch.__version__}")
    else:
        print("  no CUDA device here: tiny-if on the CPU, whose figures say nothing of IF")
    with _model(there) as model:
        for compiled in (False, True) if there else (False,):
            _measure(model, compiled)


@contextmanager
def _model(there: bool) -> Iterator[str]:
    if sys.argv[1:]:
        yield sys.argv[1]
    elif not there:
        yield str(Path(__file__).parents[2] / "assets" / "tiny-if")
    else:
        from tests.tools.full_size import made

        with TemporaryDirectory() as folder:
            yield str(made(Path(folder), "M"))


def _measure(model: str, compiled: bool) -> None:
    if torch.cuda.is_available():
        torch.cuda.reset_peak_memory_stats()
    cascade = open_cascade(model, "none", "auto", lambda text: print(f"  {text}"), _ways(compiled))
    text = cascade.embed([PROMPT, ""])
    memory: dict[str, Any] = {"cascade": cascade, "key": (model, "none", "auto", _ways(compiled))}
    ways: dict[str, Callable[[], object]] = {
        "the UNet alone": lambda: _bare(cascade, text),
        "the loop": lambda: _looped(cascade, text),
        "a watched run": lambda: _watched(model, compiled, memory),
        "IFPipeline": lambda: _pipeline(cascade, text),
    }
    found: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            found[name].append(_timed(way))
    bare = statistics.median(found["the UNet alone"][1:])
    for name, seconds in found.items():
        middle = statistics.median(seconds[1:])
        print(
            f"  {name:<15} {STEPS / middle:7.2f} steps/s   {middle / bare:5.2f} of the UNet alone"
        )
    _memory(cascade)


def _ways(compiled: bool) -> LoadOptions:
    return LoadOptions(compile=compiled)


def _memory(cascade: Cascade) -> None:
    assert cascade.plan is not None
    if cascade.device.type == "cuda":
        planned = cascade.plan.peaks[str(cascade.device)]
        took = torch.cuda.max_memory_allocated(cascade.device)
        print(f"  peak {took / GB:.2f} GB, planned {planned / GB:.2f} GB ({took / planned:.2f})")


@torch.inference_mode()
def _bare(cascade: Cascade, text: torch.Tensor) -> None:
    part = cascade.stage1
    side = part.sample_size
    x = torch.randn(2, part.channels, side, side, device=cascade.device)
    both = torch.cat([text[1:], text[:1]])
    for t in timesteps_for("ddpm", STEPS, part.scheduler):
        predict(part.unet, x, t, both)


def _looped(cascade: Cascade, text: torch.Tensor) -> None:
    part, noise = cascade.stage1, NoiseSource.for_seeds(0, 1, cascade.device)
    chain = timesteps_for("ddpm", STEPS, part.scheduler)
    denoiser = guided(part.unet, text[:1], text[1:], GUIDANCE)
    x = noise.draw((part.channels, part.sample_size, part.sample_size))
    for _ in loop(denoiser, make_rule("ddpm", part.scheduler, chain), x, chain, noise):
        pass


def _watched(model: str, compiled: bool, memory: dict[str, Any]) -> None:
    """The whole activity: previews, events, the run folder."""
    spec = Generate(model=model, stage2="none", prompt=PROMPT, steps=STEPS, compile=compiled)
    with TemporaryDirectory() as folder:
        told: list[object] = []
        _run(Job("bench", spec, Path(folder) / "run", told.append, memory=memory))
        if isinstance(told[-1], Failed):
            raise RuntimeError(told[-1].message)


def _pipeline(cascade: Cascade, text: torch.Tensor) -> None:
    """diffusers' own loop on the very same network."""
    part = cascade.stage1
    parts: list[Any] = [None, None, part.unet, DDPMScheduler.from_config(part.scheduler)]
    pipe = IFPipeline(*parts, None, None, None, requires_safety_checker=False)
    pipe.set_progress_bar_config(disable=True)
    pipe(
        prompt_embeds=text[:1].to(part.dtype),
        negative_prompt_embeds=text[1:].to(part.dtype),
        guidance_scale=GUIDANCE,
        num_inference_steps=STEPS,
        generator=[torch.Generator().manual_seed(0)],
        output_type="pt",
    )


def _timed(way: Callable[[], object]) -> float:
    begun = time.perf_counter()
    way()
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return time.perf_counter() - begun
