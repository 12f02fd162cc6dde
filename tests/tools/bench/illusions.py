"""What an illusion costs beside one plain sample, at equal steps: by terms, stages and threads.

All ways take turns; a ratio is the median over rounds of a way's time by that of the plain sample
in the same round. `python -m tests.tools.bench illusions --rounds 9 --threads 1` asks
for other numbers.
"""

import argparse
import os
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from engine.checkpoints import Cascade, open_cascade
from engine.checkpoints.cascade import CascadeStage
from engine.diffusion.denoiser import Denoiser, LowRes, guided, upscale_start
from engine.diffusion.inpaint import known_noise
from engine.diffusion.noise import NoiseSource
from engine.diffusion.sampler import loop
from engine.diffusion.update_rules import make_rule, timesteps_for
from engine.sampling.illusion_terms import IllusionTerms
from engine.specs import Anagram, Compose, Hybrid, Illusion
from engine.specs.anagram import FOR_MORE
from engine.views import view

STEPS, ROUNDS, THREADS = 5, 5, (1, 2)
GUIDANCES = (7.0, 4.0)
LEVEL = 50
PROMPTS = ("a dragon", "a rocket", "a skull", "a panda")
Making = Callable[[CascadeStage, float, list[int], LowRes | None], Denoiser]


def anagram(count: int, **more: Any) -> Illusion:
    """As many prompts, each through a view of its own."""
    said = dict(zip(Anagram.form_first, PROMPTS[:count], strict=False))
    views = FOR_MORE[:count] if count > 2 else ("identity", "flip")
    return asked(Anagram, view=views, **said, **more)


def composition(count: int, *bands: str) -> Illusion:
    """As many prompts, seen alike: of the whole picture, or of its bands in turn."""
    names = bands or ("all",)
    said = [f"{p}|identity|{names[i % len(names)]}" for i, p in enumerate(PROMPTS[:count])]
    return asked(Compose, term=said)


def asked(kind: type[Illusion], **fields: Any) -> Illusion:
    """A spec of plain values."""
    spec = kind.parse(fields)
    assert isinstance(spec, Illusion)
    return spec


def ways() -> dict[str, Illusion]:
    """Hybrids, anagrams and compositions of two, three and four terms."""
    far, near, between = PROMPTS[:3]
    found: dict[str, Illusion] = {
        "hybrid, 2 bands": Hybrid(low=far, high=near),
        "hybrid, 3 bands": Hybrid(low=far, middle=between, high=near),
        "2 bands, 4 terms": composition(4, "low", "high"),
    }
    for count in (2, 3, 4):
        found[f"anagram, {count} views"] = anagram(count)
    for count in (2, 3, 4):
        found[f"alternate, {count} views"] = anagram(count, reduction="alternate")
    for count in (2, 3, 4):
        found[f"composition, {count} terms"] = composition(count)
    return found


@dataclass
class Took:
    """Of each round: seconds of stage I and of stage II, on the wall and of the processor."""

    wall: list[tuple[float, float]] = field(default_factory=list)
    busy: list[tuple[float, float]] = field(default_factory=list)
    evaluations: int = 0

    def ratios(self, plain: "Took") -> list[float]:
        """Stage I and both stages, by the plain sample's: on the wall, then of the processor."""
        return [
            median_ratio([part(t) for t in own], [part(t) for t in base])
            for own, base in ((self.wall, plain.wall), (self.busy, plain.busy))
            for part in (lambda t: t[0], sum)
        ]


def median_ratio(own: Sequence[float], base: Sequence[float]) -> float:
    """The median over rounds of what one took by what the other took in the same round."""
    return statistics.median(a / b for a, b in zip(own, base, strict=True))


def illusion(cascade: Cascade, spec: Illusion) -> Making:
    """What makes a spec's denoisers, as the activity makes them."""
    prompts = [term.prompt for term in spec.composition.drawn()]
    said = cascade.embed([*prompts, ""])
    texts = {prompt: said[i : i + 1] for i, prompt in enumerate(prompts)}
    parts = IllusionTerms(
        spec, cascade.stage1.sample_size, texts, said[-1:],
        {name: view(name) for name in spec.composition.views()}, {},
        known_noise(0, 1, cascade.device),
    )  # fmt: skip
    return lambda part, guidance, chain, extra: parts.denoiser(part, guidance, chain, extra=extra)


def plain(cascade: Cascade) -> Making:
    """What makes the denoisers of one prompt."""
    cond, uncond = cascade.embed([PROMPTS[0]]), cascade.embed([""])
    return lambda part, guidance, chain, extra: guided(part.unet, cond, uncond, guidance, extra)


def timed(cascade: Cascade, making: Making, took: Took) -> None:
    """Draw one picture at both stages, and note what each took."""
    noise = NoiseSource.for_seeds(0, 1)
    first, second = cascade.stage1, cascade.stage2
    assert second is not None
    assert second.noising is not None
    small = noise.draw((first.channels, first.sample_size, first.sample_size))
    with counted(first.unet) as samples:
        one = _stage(first, making, GUIDANCES[0], small, None, noise)
    x, extra = upscale_start(small, second.sample_size, noise, second.noising, LEVEL)
    two = _stage(second, making, GUIDANCES[1], x, extra, noise)
    took.wall.append((one[0], two[0]))
    took.busy.append((one[1], two[1]))
    took.evaluations = sum(samples) // STEPS


def _stage(
    part: CascadeStage, making: Making, guidance: float, x: Tensor, extra: LowRes | None,
    noise: NoiseSource,
) -> tuple[float, float]:  # fmt: skip
    chain = timesteps_for("ddpm", STEPS, part.scheduler)
    denoiser, rule = making(part, guidance, chain, extra), make_rule("ddpm", part.scheduler, chain)
    begun = time.perf_counter(), time.process_time()
    for _ in loop(denoiser, rule, x, chain, noise):
        pass
    return time.perf_counter() - begun[0], time.process_time() - begun[1]


@contextmanager
def counted(unet: nn.Module) -> Iterator[list[int]]:
    """The number of samples of each call of a network."""
    calls: list[int] = []
    hook = unet.register_forward_pre_hook(lambda _, given: calls.append(len(given[0])))
    try:
        yield calls
    finally:
        hook.remove()


def main() -> None:
    """Print the ratios of every way, for each number of threads."""
    flags = argparse.ArgumentParser(description=__doc__)
    flags.add_argument("--rounds", type=int, default=ROUNDS)
    flags.add_argument("--threads", type=int, nargs="*", default=THREADS)
    given, _ = flags.parse_known_args()  # words for other benchmarks may stand there too
    cascade, before = open_cascade("tiny-if", "auto", "cpu"), torch.get_num_threads()
    makings = {"one plain sample": plain(cascade)}
    makings |= {name: illusion(cascade, spec) for name, spec in ways().items()}
    for threads in given.threads:
        torch.set_num_threads(threads)
        _print(_compared(cascade, makings, given.rounds), threads)
    torch.set_num_threads(before)


def _compared(cascade: Cascade, makings: dict[str, Making], rounds: int) -> dict[str, Took]:
    took = {name: Took() for name in makings}
    for making in makings.values():
        timed(cascade, making, Took())  # the first time tables and threads are made
    for _ in range(rounds):
        for name, making in makings.items():
            timed(cascade, making, took[name])
    return took


def _print(took: dict[str, Took], threads: int) -> None:
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    rounds = len(next(iter(took.values())).wall)
    print(f"  {threads} threads, {STEPS} steps a stage, {rounds} rounds in turns, load {load}")
    print(f"    {'':<24}{'UNet':>6}{'stage I':>12}{'both stages':>14}{'processor':>18}")
    base = took["one plain sample"]
    for name, one in took.items():
        small, both, busy, busy_both = one.ratios(base)
        seconds = statistics.median(map(sum, one.wall)) / STEPS
        print(f"    {name:<24}{one.evaluations:>6}{small:>12.2f}{both:>14.2f}", end="")
        print(f"{busy:>11.2f} {busy_both:>6.2f}{1000 * seconds:>8.0f} ms a step")


if __name__ == "__main__":
    main()
