"""The recipe: the data, the network, its objective, and the trainer around them."""

import math
from pathlib import Path

import torch

from engine.digits import objectives, training_data
from engine.digits.data import Digits, StatusCallback
from engine.digits.epoch_samples import EpochSampler
from engine.digits.networks import DigitUNet, is_lower
from engine.digits.objectives import Batches
from engine.specs.train import Train
from engine.training.devices import own_device
from engine.training.fit import Part, TrainingCallbacks, fit
from engine.training.progress import steps_per_epoch
from engine.training.trainer import Objective, Settings, Training


def train(
    spec: Train, run: Path, watch: TrainingCallbacks, tell: StatusCallback = lambda text: None
) -> tuple[Training, bool]:
    """Train the model of `spec` in `run`, or go on with it; whether all its steps are done.

    `tell` hears in a few words what takes long. Raises BadInput for data that do not fit or are
    others than those it was begun with, Unavailable for a device or data that are not to be had,
    and trainer.Diverged where the loss is not finite.
    """
    if spec.threads:
        torch.set_num_threads(spec.threads)
    device = own_device(spec.device)
    split = training_data.chosen(spec, run, tell)
    part = Part(run, spec.model, tensorboard=spec.tensorboard)
    line = f"{len(split.train):,} pictures: {split.train.source}"
    tell(line)
    how = settings(spec, len(split.train), device)
    model = network(spec).to(device).to(memory_format=torch.channels_last)
    if spec.compile:
        tell("torch.compile translates the network, which takes minutes")
        model.compile()
    look = EpochSampler(spec, split.test, part.samples, how.epoch, watch.stop)
    return fit(
        part, model, objective(spec, split.train.to(device)), how, watch, look,
        lambda: training_data.note(part, split.train), [line],
    )  # fmt: skip


def network(spec: Train) -> DigitUNet:
    """New weights, a function of the seed."""
    with torch.random.fork_rng():
        torch.manual_seed(spec.seed)
        return DigitUNet(**spec.network)


def settings(spec: Train, count: int, device: torch.device) -> Settings:
    """Adam, as the course has it, on `count` pictures, at a rate that falls after each epoch."""
    epoch = steps_per_epoch(count, spec.batch)

    def rate(step: int) -> float:
        fallen = 0.1 ** (step // epoch / spec.epochs) if spec.decays else 1.0
        return spec.learning_rate * fallen

    return Settings(
        steps=spec.epochs * epoch, learning_rate=rate, seed=spec.seed, ema_decay=spec.ema,
        weight_decay=0.0, clip_norm=math.inf, fused=device.type != "mps", report_every=1,
        report_seconds=0.1, epoch=epoch, checkpoint_every=spec.checkpoint_every,
        minutes=spec.minutes or math.inf,
    )  # fmt: skip


def objective(spec: Train, train: Digits) -> Objective:
    """What the model learns from digits on its device."""
    lower = is_lower(spec, train.images.device)
    batches = Batches(train, spec.batch, spec.seed, spec.drop, lower)
    if spec.model == "denoiser":
        return objectives.denoise(batches, spec.noise)
    if spec.objective == "flow":
        return objectives.flow(batches)
    return objectives.ddpm(batches, spec.timesteps)
