"""Trainings of digits and what their models draw, as the engine would write them, without torch."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image
from safetensors.numpy import save_file

from engine import events
from engine.events import Event, Frame
from engine.runs import RunWriter, metadata
from engine.runs.digit_samples import SIGMAS, EpochSamples, beside
from engine.specs import DigitSample, Train
from tests.support.fake_runs.training import begun, progress, write

STATES = 6


def digit(label: int, seed: int = 0) -> np.ndarray:
    """Something white on black that tells its digit: as many strokes, float (28, 28) of 0 to 1."""
    picture = np.zeros((28, 28))
    for stroke in range(label + 1):
        left = 3 + 2 * stroke + seed % 2
        picture[4 + stroke : 24, left : left + 1] = 1.0
    return picture


def noisy(count: int, amount: float) -> np.ndarray:
    """Digits 0 to 9 in turn, four of each at most, ``amount`` of noise, uint8 (count, 28, 28)."""
    clean = np.stack([digit(i % 10, i // 10) for i in range(count)])
    noise = np.random.default_rng(7).standard_normal(clean.shape)
    return ((clean + amount * noise).clip(0, 1) * 255).astype(np.uint8)


def looks(model: str, step: int, steps: int) -> EpochSamples:
    """What such a model draws: the later, the cleaner."""
    rest = 1 - step / steps
    if model == "denoiser":
        outside = [(noisy(8, sigma), noisy(8, sigma * rest)) for sigma in SIGMAS]
        before, after = (np.stack(found) for found in zip(*outside, strict=True))
        rows = {"noisy": noisy(8, 0.5), "predicted": noisy(8, rest / 2), "clean": noisy(8, 0)}
        return EpochSamples({**rows, "ood_noisy": before, "ood_predicted": after})
    states = [noisy(40, k / STATES + rest) for k in range(STATES, 0, -1)]
    clean = [noisy(40, rest + k / STATES / 2) for k in range(STATES, 0, -1)]
    labels = np.array([i % 10 if model == "class" else -1 for i in range(40)])
    times = np.linspace(300, 1, STATES).astype(np.int64)
    return EpochSamples({"x": np.stack(states), "x0": np.stack(clean), "timesteps": times,
                  "labels": labels.astype(np.int64)})  # fmt: skip


def drawn(folder: Path, model: str, step: int, steps: int) -> events.Samples:
    """A sheet after an epoch and the tensors beside it, written; the event of it."""
    path = folder / model / "samples" / f"step-{step:08d}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    found = looks(model, step, steps)
    Image.fromarray(found.tiles()[0].pixels[0, 0]).save(path)
    save_file({k: np.ascontiguousarray(v) for k, v in found.tensors.items()}, beside(path))
    return events.Samples(folder.name, 0.0, model, step, path.relative_to(folder).as_posix())


def training(folder: Path, epochs: int = 3, steps: int = 30, **fields: object) -> Train:
    """A training of so many of its epochs of 10 steps, by this process; returns what was asked."""
    spec = Train.parse({"model": "class", "data": "bundled", "hidden": 16, **fields})
    assert isinstance(spec, Train)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "spec.json").write_text(json.dumps(metadata.document(spec)))
    write(folder, spec.model, begun(0, spec.model, steps))
    for epoch in range(1, epochs + 1):
        write(folder, spec.model, *_epoch(folder, spec.model, epoch, steps))
    return spec


def _epoch(folder: Path, model: str, epoch: int, steps: int) -> Iterator[Event]:
    for step in range(10 * epoch - 9, 10 * epoch + 1):
        told = progress(step, model, steps, loss=1 / step + 0.05, pace=4.0, seconds=step / 4)
        if step % 10 == 0:
            told.metrics["epoch"] = 1 / step + 0.1
        yield told
    yield drawn(folder, model, 10 * epoch, steps)
    yield events.Saved("r", 0.0, model, 10 * epoch)


def story(spec: DigitSample, run: str, writer: RunWriter) -> Iterator[Event]:
    """Everything that a run of digits says, from Started to Done."""
    yield events.Started(run, 0.0, str(writer.folder), 1)
    found = looks("class", 1, 2)
    count = spec.pictures
    tensors = {k: v[:, :count] if v.ndim > 1 else v for k, v in found.tensors.items()}
    yield events.Planned(run, 0.0, (tuple(tensors["timesteps"].tolist()),))
    for frame in EpochSamples(tensors).frames(run):
        yield Frame(**{**vars(frame), "seconds": 0.1 * (frame.index + 1)})
    images = [Image.fromarray(picture) for picture in tensors["x"][-1]]
    yield events.Result(run, 1.0, 1, writer.pictures("digits", images))
    yield events.Done(run, 1.0)
