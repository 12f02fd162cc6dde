"""The recipe: text encoder first, contrastively, then frozen; then the two stages; then export."""

import json
import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch import nn
from transformers import T5EncoderModel, T5Tokenizer

from engine.errors import BadInput
from engine.forge import export, grids, networks, stages, text
from engine.forge.pictures import load
from engine.forge.run import ForgeRun
from engine.specs.forge import Forge
from engine.training import trainer
from engine.training.trainer import Objective, Progress, Settings, Training, warmup_stable_decay

Report = Callable[[str, Progress], None]
Stop = Callable[[], bool]


def forge(spec: Forge, report: Report, stop: Stop) -> Path:
    """Train what `spec.part` names and export what there is; returns the cascade's folder.

    `report` gets the part's name and its progress; `stop` is looked at before every step.
    Raises BadInput for an unfit folder and trainer.Diverged for a loss that is not finite.
    """
    if spec.threads:
        torch.set_num_threads(spec.threads)
    run = ForgeRun(Path(spec.out))
    run.folder.mkdir(parents=True, exist_ok=True)
    wanted = ("text", "stage1", "stage2") if spec.part == "all" else (spec.part,)
    for part in wanted:
        if part in PARTS and not stop():
            PARTS[part](spec, run, report, stop)
    if (run.text / "tokenizer").is_dir():
        export.cascade(run, words(run), spec.small, spec.large, run.cascade)
    return run.cascade


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """New weights come from torch's global generator: seed it, and put it back afterwards."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        yield


def train_text(spec: Forge, run: ForgeRun, report: Report, stop: Stop) -> None:
    """Train tokenizer and encoder; freeze them into `run.text` when all steps are done."""
    pictures = load(Path(spec.folder), spec.small, spec.large, run.pictures)
    tokenizer = text.train_tokenizer(pictures.captions)
    with seeded(spec.seed):
        towers = text.TwoTowers(text.new_encoder(len(tokenizer)))
    objective = text.contrastive(pictures, tokenizer, spec.text_batch, spec.seed)
    settings = _settings(spec, spec.text_steps, 1e-3)
    training, done = _train("text", towers, objective, settings, spec, run, report, stop)
    if done:
        encoder: Any = training.ema.module.encoder
        encoder.save_pretrained(run.text / "text_encoder")
        tokenizer.save_pretrained(run.text / "tokenizer")


def words(run: ForgeRun) -> text.Words:
    """The frozen text encoder of a run; BadInput where its training has not ended."""
    if not (run.text / "tokenizer").is_dir():
        raise BadInput(f"no trained text encoder in {run.folder}; train the part text first")
    encoder = T5EncoderModel.from_pretrained(run.text / "text_encoder", dtype=torch.float32)
    tokenizer = T5Tokenizer.from_pretrained(run.text / "tokenizer")
    return text.Words(tokenizer, encoder.eval().requires_grad_(False))


def train_stage1(spec: Forge, run: ForgeRun, report: Report, stop: Stop) -> None:
    """Train stage I with the frozen encoder."""
    pictures = load(Path(spec.folder), spec.small, spec.large, run.pictures)
    frozen = words(run)
    with seeded(spec.seed):
        unet = networks.stage1(spec.small, frozen.encoder.config.d_model)
    objective = stages.stage1_objective(pictures, frozen, spec.batch, spec.seed)
    settings = _settings(spec, spec.steps, spec.learning_rate)
    look = grids.stage1(frozen, pictures, run.samples("stage1"), spec.sample_every, _prompts(spec))
    _train("stage1", unet, objective, settings, spec, run, report, stop, look)


def train_stage2(spec: Forge, run: ForgeRun, report: Report, stop: Stop) -> None:
    """Train stage II with the frozen encoder."""
    pictures = load(Path(spec.folder), spec.small, spec.large, run.pictures)
    frozen = words(run)
    with seeded(spec.seed):
        unet = networks.stage2(spec.large, frozen.encoder.config.d_model)
    objective = stages.stage2_objective(pictures, frozen, spec.stage2_batch, spec.crop, spec.seed)
    settings = _settings(spec, spec.stage2_steps, spec.learning_rate)
    look = grids.stage2(frozen, pictures, run.samples("stage2"), spec.sample_every)
    _train("stage2", unet, objective, settings, spec, run, report, stop, look)


PARTS: dict[str, Callable[[Forge, ForgeRun, Report, Stop], None]] = {
    "text": train_text, "stage1": train_stage1, "stage2": train_stage2,
}  # fmt: skip


def _prompts(spec: Forge) -> list[str]:
    return [prompt.strip() for prompt in spec.prompts.split(";") if prompt.strip()]


def _settings(spec: Forge, steps: int, rate: float) -> Settings:
    return Settings(
        steps=steps,
        learning_rate=warmup_stable_decay(rate, steps, tail=spec.tail),
        seed=spec.seed,
        checkpoint_every=spec.checkpoint_every,
        minutes=spec.minutes or math.inf,
    )


def _train(
    part: str, model: nn.Module, objective: Objective, settings: Settings, spec: Forge,
    run: ForgeRun, report: Report, stop: Stop,
    look: Callable[[Training], None] = lambda training: None,
) -> tuple[Training, bool]:  # fmt: skip
    """Begin or resume a part, train it, and append its progress to the part's events.jsonl."""
    training = trainer.begin(model.to(memory_format=torch.channels_last), settings)
    folder = run.checkpoints(part)
    folder.mkdir(parents=True, exist_ok=True)
    if not spec.resume and any(folder.iterdir()):
        raise BadInput(f"{folder} holds checkpoints; resume them or name another out folder")
    with run.events(part).open("a", encoding="utf-8") as log:

        def write(kind: str, fields: dict[str, Any]) -> None:
            log.write(json.dumps({"event": kind, "time": time.time(), **fields}) + "\n")
            log.flush()

        def emit(progress: Progress) -> None:
            write("progress", asdict(progress))
            report(part, progress)

        for warning in trainer.resume(training, folder):
            write("warning", {"text": warning})
        write("begin", {"step": training.step, "steps": settings.steps})
        return training, trainer.train(training, objective, settings, folder, emit, stop, look)
