"""Six edits of one picture: as a strip in one batch against six single runs, in turns."""

import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import torch
from torch import Tensor

from engine.checkpoints import Cascade, open_cascade
from engine.diffusion.denoiser import Denoiser, Estimate, guided
from engine.diffusion.noise import NoiseSource
from engine.diffusion.per_sample_starts import Start, stagger
from engine.diffusion.sampler import loop
from engine.diffusion.schedule import alphas_cumprod
from engine.diffusion.update_rules import make_rule
from engine.pictures import fitted, open_picture, to_array
from engine.specs.from_image import strided

MODEL = Path(__file__).parents[2] / "assets" / "tiny-if" / "stage-1"
LEVELS, ROUNDS, GUIDANCE = (1, 3, 5, 7, 10, 20), 5, 7.0
Chain = tuple[int, ...]
CHAINS: list[Chain] = [strided(30)[level:] for level in LEVELS]


class Counted:
    """A denoiser that counts its calls and the samples it was asked for."""

    def __init__(self, inner: Denoiser) -> None:
        self.inner, self.calls, self.samples = inner, 0, 0

    def __call__(self, x: Tensor, t: int) -> Estimate:
        self.calls, self.samples = self.calls + 1, self.samples + len(x)
        return self.inner(x, t)


def main() -> None:
    """Print calls, samples evaluated and median seconds of both, and their ratios."""
    cascade = open_cascade(str(MODEL), "none", "cpu")
    text = cascade.embed(["a rocket"]), cascade.embed([""])
    model = guided(cascade.stage1.unet, *text, GUIDANCE)
    side = cascade.stage1.sample_size
    picture = torch.from_numpy(to_array(fitted(open_picture("tower").image, side)))[None]
    ways: dict[str, Callable[[Denoiser], None]] = {
        "one batch": lambda asked: _edit(cascade, asked, picture, [CHAINS]),
        "six runs": lambda asked: _edit(cascade, asked, picture, [[c] for c in CHAINS]),
    }
    counts = {name: Counted(model) for name in ways}
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            counts[name] = Counted(model)
            times[name].append(_timed(way, counts[name]))
    middle = {name: statistics.median(found[1:]) for name, found in times.items()}
    for name, count in counts.items():
        print(f"  {name:<10} {middle[name]:6.2f} s   {count.calls} calls, {count.samples} samples")
    strip, singles = counts.values()
    print(f"  strip / singles: time {middle['one batch'] / middle['six runs']:.2f}", end="")
    print(f", calls {strip.calls / singles.calls:.2f}", end="")
    print(f", samples {strip.samples / singles.samples:.2f}", end="")
    print(f"; {torch.get_num_threads()} threads")


def _edit(
    cascade: Cascade, asked: Denoiser, picture: Tensor, batches: Sequence[Sequence[Chain]]
) -> None:
    config = cascade.stage1.scheduler
    for chains in batches:
        noise = NoiseSource.for_seeds(0, len(chains))
        eps = noise.draw(picture.shape[1:])
        start = Start(picture.expand_as(eps), eps, chains, alphas_cumprod(config))
        batch = stagger(asked, [make_rule("course", config, c) for c in chains], start, noise)
        for _ in loop(batch.denoiser, batch.rule, batch.x, batch.chain, noise):
            pass


def _timed(way: Callable[[Denoiser], None], asked: Denoiser) -> float:
    begun = time.perf_counter()
    way(asked)
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
