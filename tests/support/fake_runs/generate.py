"""Events and runs as the engine would write them, made without torch."""

import itertools
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from engine import events
from engine.events import CHANNELS, Event, Frame, Sheet
from engine.runs import Run, RunWriter
from engine.specs import Generate, Illusion

SIDES = (32, 64)
"""Sides of the pictures of stage I and stage II."""


def drawing(side: int, sample: int = 0) -> Image.Image:
    """What the fake model ends with: a rocket on blue, its flame another colour per sample."""
    image = Image.new("RGB", (320, 320), (40, 90, 200))
    draw = ImageDraw.Draw(image)
    flame = [(255, 160, 30), (255, 80, 60), (250, 230, 80), (190, 120, 255)][sample % 4]
    draw.polygon([(130, 230), (190, 230), (160, 300)], fill=flame)
    draw.polygon([(120, 240), (100, 260), (120, 170)], fill=(200, 40, 50))
    draw.polygon([(200, 240), (220, 260), (200, 170)], fill=(200, 40, 50))
    draw.ellipse((115, 30, 205, 250), fill=(235, 235, 240))
    draw.ellipse((140, 90, 180, 130), fill=(70, 170, 210))
    return image.resize((side, side), Image.Resampling.LANCZOS)


def sheet(
    side: int,
    fraction: float,
    count: int = 1,
    channels: Sequence[str] = CHANNELS,
    samples: tuple[int, ...] = (),
) -> Sheet:
    """A step's pictures, ``fraction`` (0 to 1) of the way from noise to the drawing."""
    rows = [_row(side, fraction, sample, channels) for sample in samples or range(count)]
    pixels = np.concatenate(rows, axis=0)
    return Sheet(tuple(channels), count, side, side, pixels.tobytes(), samples)


def _row(side: int, fraction: float, sample: int, channels: Sequence[str]) -> np.ndarray:
    """One sample's channels side by side, (side, len(channels) * side, 3) uint8."""
    clean, noise = _ends(side, sample)
    grey = clean.mean(axis=(0, 1), keepdims=True)
    pictures = {
        "x": np.sqrt(fraction) * clean + np.sqrt(1 - fraction) * noise,
        "x0": fraction * clean + (1 - fraction) * (grey + 0.05 * noise),
        "eps": noise / 2,
        "delta": 0.3 * (clean - grey),
        "change": 0.2 * (1 - fraction) * (clean - grey),
    }
    row = np.concatenate([pictures[c] for c in channels], axis=1)
    return ((row.clip(-1, 1) + 1) * 127.5).round().astype(np.uint8)


@cache
def _ends(side: int, sample: int) -> tuple[np.ndarray, np.ndarray]:
    """The drawing and the noise that a chain lies between, (side, side, 3) of -1 to 1 or so."""
    clean = np.asarray(drawing(side, sample), np.float32) / 127.5 - 1
    noise = np.random.default_rng(sample).standard_normal(clean.shape).astype(np.float32)
    return clean, noise


def timesteps(steps: int) -> tuple[int, ...]:
    """Evenly spaced, from 999 - 1000 / steps or so down to 0."""
    return tuple(t * 1000 // steps for t in range(steps - 1, -1, -1))


def frame(
    index: int,
    total: int = 20,
    stage: int = 1,
    count: int = 1,
    run: str = "fake",
    samples: tuple[int, ...] = (),
) -> Frame:
    """Step ``index`` of ``total``: a plausible one, a tenth of a second after the one before."""
    times = [*timesteps(total), -1]
    t, following = times[index], times[index + 1]
    alpha = float(np.cos(t / 1000 * np.pi / 2) ** 2)
    fraction = (index + 1) / total if stage == 1 else 0.7 + 0.3 * (index + 1) / total
    return Frame(
        run=run,
        seconds=round(0.1 * (index + 1) + 0.1 * total * (stage - 1), 4),
        stage=stage,
        index=index,
        total=total,
        timestep=t,
        next_timestep=following,
        alpha_cumprod=alpha,
        snr=alpha / max(1e-9, 1 - alpha),
        eps_norm=tuple(1.0 + 0.01 * i for i in samples or range(count)),
        x0_change=tuple(0.5 * (1 - fraction) + 0.01 * i for i in samples or range(count)),
        sheet=sheet(SIDES[stage - 1], fraction, count, samples=samples),
    )


def frames(
    steps: int = 20,
    stage2_steps: int = 20,
    count: int = 1,
    run: str = "fake",
    enlarged: tuple[int, ...] = (),
) -> list[Frame]:
    """All steps of both stages; ``stage2_steps`` 0 leaves stage II out.

    Stage II takes the samples that are ``enlarged``, or all where that is empty.
    """
    first = [frame(i, steps, 1, count, run) for i in range(steps)]
    return first + [frame(i, stage2_steps, 2, count, run, enlarged) for i in range(stage2_steps)]


SCORES = (0.2, 0.7, 0.9, 0.5)
"""What the judge thinks of the first samples, and of four and four after them."""


def ranked(spec: Generate | Illusion, run: str, seconds: float) -> events.Ranked:
    """What is said of the best of several seeds; all readings are as good as one another."""
    scores = tuple(SCORES[i % len(SCORES)] for i in range(spec.pictures))
    order = tuple(sorted(range(len(scores)), key=lambda i: -scores[i]))
    seen = spec.composition.seen() if isinstance(spec, Illusion) else ()
    readings = tuple(term.prompt for term in seen) or (spec.title(),)
    text = f"best of {len(scores)}: seed {spec.seed + order[0]} ({readings[0]} 90 %)"
    each = tuple((score,) * len(readings) for score in scores)
    return events.Ranked(run, seconds, text, 1, order, scores, readings, each)


def story(spec: Generate | Illusion, run: str = "fake", folder: str = "fake") -> Iterator[Event]:
    """Everything that a run of ``spec`` says, from Queued to Done."""
    second = 0 if spec.stage2 == "none" else spec.stage2_steps
    plan = tuple(timesteps(n) for n in (spec.steps, second) if n)
    ranking = ranked(spec, run, 0.1 * spec.steps) if spec.best_of > 1 else None
    best = ranking.order[:1] if ranking else ()
    steps = frames(spec.steps, second, spec.pictures, run, best)
    yield events.Queued(run, 0.0)
    yield events.Status(run, 0.0, "loading text encoder")
    yield events.Ready(run, 0.0, spec.model, "cpu", "float32", "fa4e" * 16, SIDES[: len(plan)])
    yield events.Started(run, 0.0, folder, 1)
    yield events.Planned(run, 0.0, plan)
    for step in steps:
        yield step
        if step.index == step.total - 1:
            if ranking and step.stage == 1:
                yield ranking
            files = tuple(f"stage-{step.stage}-{i:02d}.png" for i in step.sheet.rows)
            yield events.Result(run, step.seconds, step.stage, files)
    yield events.Done(run, steps[-1].seconds)


def recorded(
    folder: Path, spec: Generate | Illusion | None = None, until: int | None = None
) -> Run:
    """A run folder, whole, or killed after its first ``until`` events."""
    spec = spec or Generate(prompt="a rocket on a blue background", steps=6, stage2_steps=4)
    with RunWriter(folder, spec) as writer:
        for event in itertools.islice(story(spec, folder.name, str(folder)), until):
            if isinstance(event, events.Result):
                write_results(writer, event)
            writer.event(event)
    return Run(folder)


def write_results(writer: RunWriter, event: events.Result) -> None:
    """The pictures that a result names."""
    samples = [int(Path(file).stem[-2:]) for file in event.files]
    images = [drawing(SIDES[event.stage - 1], sample) for sample in samples]
    writer.pictures(f"stage-{event.stage}", images, samples)
