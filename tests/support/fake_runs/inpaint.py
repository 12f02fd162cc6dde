"""Inpainting runs as the engine would write them, made without torch."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from PIL import Image, ImageChops

from engine import events
from engine.events import Event
from engine.pictures import open_mask, open_picture
from engine.pictures.masks import pasted, region
from engine.runs import ORIGINAL, SOURCE, SOURCE_MASK, RunWriter
from engine.specs import Inpaint
from tests.support.fake_runs import generate
from tests.support.fake_runs.from_image import ALPHAS

SIDES = (generate.SIDES[0], 2 * generate.SIDES[0])


def story(spec: Inpaint, run: str, writer: RunWriter) -> Iterator[Event]:
    """Everything that a run says, from Started to Done; its pictures are written on the way."""
    sides: tuple[int, ...] = SIDES if spec.stage2 != "none" else SIDES[:1]
    yield events.Started(run, 0.0, str(writer.folder), 1)
    square = open_mask(spec.mask, open_picture("tower")).squared(spec.fit)
    writer.picture(SOURCE, original(sides[-1]))
    writer.picture(SOURCE_MASK, square.image)
    yield from _masked(spec, run, writer, 1, square.at(sides[0]))
    chain = tuple(30 * (index + 1) for index in spec.visits())
    second = tuple(range(spec.stage2_steps - 1, -1, -1)) if len(sides) > 1 else ()
    yield events.Planned(run, 0.0, (chain[:-1], second))
    for index, (t, after) in enumerate(pairwise(chain)):
        step = generate.frame(index, len(chain) - 1, count=spec.count, run=run)
        step = replace(step, timestep=t, next_timestep=after or -1, alpha_cumprod=ALPHAS[t])
        yield step
    yield from _ends(spec, run, writer, 1, square.at(sides[0]))
    if second:
        yield from _masked(spec, run, writer, 2, square.at(sides[1]))
        for index in range(spec.stage2_steps):
            yield generate.frame(index, spec.stage2_steps, 2, spec.count, run)
        yield from _ends(spec, run, writer, 2, square.at(sides[1]))
    yield events.Done(run, 99.0)


def original(side: int) -> Image.Image:
    """The picture that stays: never what the fake model draws."""
    return ImageChops.invert(generate.drawing(side))


def _masked(
    spec: Inpaint, run: str, writer: RunWriter, stage: int, mask: Image.Image
) -> Iterator[Event]:
    picture, end = original(mask.width), "" if stage == 1 else f"-{stage}"
    file = writer.picture(ORIGINAL.replace(".", f"{end}."), picture)
    white = writer.picture(f"mask{end}.png", mask)
    part = writer.picture(f"region{end}.png", region(picture, mask))
    yield events.Masked(run, 0.1, stage, file, white, part, "mask", "", 0.25)


def _ends(
    spec: Inpaint, run: str, writer: RunWriter, stage: int, mask: Image.Image
) -> Iterator[Event]:
    picture, count = original(mask.width), range(spec.count)
    drawn = [pasted(generate.drawing(mask.width, i), picture, mask) for i in count]
    yield events.Result(run, 9.0, stage, writer.pictures(f"stage-{stage}", drawn))
    many = (40.0,) * spec.count
    yield events.Difference(run, 9.0, stage, many, (0,) * spec.count, (2.0,) * spec.count)


def recorded(folder: Path, spec: Inpaint) -> Path:
    """A run folder, whole."""
    with RunWriter(folder, spec) as writer:
        for event in story(spec, folder.name, writer):
            writer.event(event)
    return folder
