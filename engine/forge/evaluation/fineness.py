"""How fine a cascade draws: the error of the noise it tells, and the grain that this leaves."""

import math
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F  # noqa: N812
from PIL.Image import Resampling
from torch import Tensor

from engine.checkpoints import CascadeStage
from engine.diffusion.denoiser import LowRes, predict, split, upscale_start
from engine.diffusion.noise import NoiseSource, forward
from engine.diffusion.schedule import alphas_cumprod
from engine.errors import BadInput
from engine.forge.captions import STYLES, ground
from engine.forge.evaluation.accuracy import Figures
from engine.forge.evaluation.batch_sampler import Artist
from engine.forge.judge.renderings import Names
from engine.forge.pictures import cached, decode, levels, metadata, to_unit

MASK = torch.tensor([[1.0, -2.0, 1.0], [-2.0, 4.0, -2.0], [1.0, -2.0, 1.0]])
"""The difference of two Laplacians: blind to flat ground, to slopes and to straight edges."""


def noise_of(pictures: Tensor) -> Tensor:
    """The spread of white noise in pictures (N,C,H,W) in [-1,1], (N,), in levels (Immerkær 1996).

    Detail counts as noise too: a clean drawing has a level or two.
    """
    levels = pictures.float().clamp(-1, 1) * 127.5
    channels = levels.shape[1]
    found = F.conv2d(levels, MASK.expand(channels, 1, 3, 3), groups=channels)
    return math.sqrt(math.pi / 2) / 6 * found.abs().mean((1, 2, 3))


def ground_noise(pictures: Tensor) -> float:
    """The same of flat ground: the median over the corners, a quarter of the side each.

    A thing that reaches into some corners does not matter to the median.
    """
    rows, columns = (side // 4 for side in pictures.shape[-2:])
    sides = (slice(rows), slice(-rows, None)), (slice(columns), slice(-columns, None))
    corners = [pictures[..., row, column] for row in sides[0] for column in sides[1]]
    return float(noise_of(torch.cat(corners)).median())


PLAIN = next(iter(STYLES))
TIMESTEPS = (25, 50, 100, 400)
PICTURES = 32
"""Of held-out art, and as many drawn."""


@dataclass(frozen=True)
class HeldOut:
    """Art that the cascade never saw: small (N,3,s,s), large (N,3,l,l), in [-1,1], and captions."""

    small: Tensor
    large: Tensor
    captions: list[str]


def held_out(folder: Path, small: int, large: int, count: int = PICTURES) -> HeldOut:
    """Some plain renderings of a folder, evenly spaced in its last tenth, not learned from.

    Plain ones, for other styles have a grain of their own. Raises BadInput where there are none.
    """
    listed = list(metadata(folder, ("file_name", "text", "style")))
    last = listed[-max(1, round(len(listed) / 10)) :]
    fit = [(name, text) for name, text, style in last if style == PLAIN]
    if not fit:
        raise BadInput(
            f"no plain renderings in {folder}: python -m engine.forge.emoji FOLDER --held-out"
            " makes some"
        )
    some = [fit[index * len(fit) // count] for index in range(count)] if len(fit) > count else fit
    whole = [decode(folder / name, large) for name, _ in some]
    reduced = [picture.resize((small, small), Resampling.BOX) for picture in whole]
    tensors = [to_unit(torch.stack([levels(one) for one in each])) for each in (reduced, whole)]
    return HeldOut(tensors[0], tensors[1], [text.lower().strip() for _, text in some])


@torch.inference_mode()
def errors(
    stage: CascadeStage, text: Tensor, clean: Tensor, seed: int, low: LowRes | None = None
) -> Tensor:
    """The mean square error of ε̂ at `TIMESTEPS`, (4,); 1 is that of a network that says nothing.

    Of pictures (B,3,s,s) in [-1,1] with their embeddings (B,77,width).
    """
    noise = NoiseSource.for_seeds(seed, len(clean), stage.device)
    chain, found = alphas_cumprod(stage.scheduler), []
    for t in TIMESTEPS:
        eps = noise.draw(clean.shape[1:])
        noisy = forward(clean.to(stage.device), t, eps, chain)
        guess, _ = split(predict(stage.unet, noisy, t, text, low), clean.shape[1])
        found.append((guess - eps).square().mean().cpu())
    return torch.stack(found)


def measure(artist: Artist, names: Names, guidance: float, count: int = PICTURES) -> Figures:
    """Errors of ε̂ on held-out art, and the grain of what is drawn beside that of the art.

    Both of at most `count` pictures. Drawn are concepts on a colour, plain, in either stage. Raises
    Stopped.
    """
    first, second = artist.cascade.stage1, artist.cascade.stage2
    side = (second or first).sample_size
    art = held_out(Path(artist.spec.folder).expanduser(), first.sample_size, side, count)
    drawn = grounds(artist, names, guidance, count)
    of = [artist.cascade.fingerprint, TIMESTEPS, artist.spec.seed, artist.spec.noise_level]
    kept = artist.kept / "errors.safetensors"
    known = cached([*of, artist.spec.folder, art.captions], kept, lambda: _errors(artist, art))
    parts = {"small": ("stage1", art.small), "large": ("stage2", art.large)}
    found: Figures = {"timesteps": TIMESTEPS, "guidance": guidance, "pictures": len(art.captions)}
    return found | {
        name: _figures(real, drawn[size], known[size])
        for size, (name, real) in parts.items()
        if size in drawn
    }


def grounds(artist: Artist, names: Names, guidance: float, count: int) -> dict[str, Tensor]:
    """What is drawn of concepts on a colour; drawn once, however often it is asked for."""
    return artist.both("on a ground", asked(names, count), guidance)


def _errors(artist: Artist, art: HeldOut) -> dict[str, Tensor]:
    first, second = artist.cascade.stage1, artist.cascade.stage2
    text, seed = artist.cascade.embed(art.captions), artist.spec.seed
    found = {"small": errors(first, text, art.small, seed)}
    if second is not None:
        low = low_res(second, art.small, seed, artist.spec.noise_level)
        found["large"] = errors(second, text, art.large, seed, low)
    return found


def low_res(stage: CascadeStage, small: Tensor, seed: int, level: int) -> LowRes:
    """What stage II sees of small pictures (B,3,s,s), noised as when it enlarges what was drawn."""
    assert stage.noising is not None
    noise = NoiseSource.for_seeds(seed, len(small), stage.device)
    return upscale_start(small.to(stage.device), stage.sample_size, noise, stage.noising, level)[1]


def asked(names: Names, count: int) -> list[str]:
    """Prompts for at most `count` concepts, each on a colour."""
    concepts, colours = names[0], names[1]
    turns = range(min(count, len(concepts)))
    return [concepts[i * len(concepts) // len(turns)] + ground(colours[i % len(colours)])
            for i in turns]  # fmt: skip


def _figures(art: Tensor, drawn: Tensor, errors: Tensor) -> Figures:
    return {
        "errors": [round(float(value), 4) for value in errors],
        "grain": round(float(noise_of(drawn).mean()), 2),
        "ground": round(ground_noise(drawn), 2),
        "real": {"grain": round(float(noise_of(art).mean()), 2),
                 "ground": round(ground_noise(art), 2)},
    }  # fmt: skip
