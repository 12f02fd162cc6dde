"""The recipe: text encoder first, contrastively, then frozen; then the two stages; then export."""

import math
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import torch
from transformers import T5EncoderModel, T5Tokenizer

from engine.diffusion.oom import enough_memory
from engine.errors import BadInput
from engine.forge import export, networks, objectives, run_folder, sampling, text
from engine.forge.pictures import Pictures, load
from engine.forge.run_folder import ForgeRun
from engine.forge.validation import held_out_error
from engine.specs.forge import Forge
from engine.training import distributed
from engine.training.devices import CPU, own_device
from engine.training.fit import Part, Report, Stop, TrainingCallbacks, fit
from engine.training.power_ema import WIDTHS
from engine.training.trainer import Objective, Settings, never, warmup_stable_decay


def forge(
    spec: Forge, report: Report, stop: Stop, keep: Stop = never,
    warn: Callable[[str], object] = lambda line: None,
) -> Path:  # fmt: skip
    """Train what `spec.part` names and export what there is; returns the cascade's folder.

    `report` gets the part's name and its progress, `warn` what a person should know; `stop` is
    looked at before every step, and `keep`, which asks for a checkpoint, after it.
    Raises BadInput for an unfit folder, trainer.Diverged for a loss that is not finite, and
    Unavailable for a device that is not there or too small.
    """
    device = own_device(spec.device)
    if spec.threads:
        torch.set_num_threads(spec.threads)
    run = ForgeRun(Path(spec.out))
    run.folder.mkdir(parents=True, exist_ok=True)
    wanted = ("text", "stage1", "stage2") if spec.part == "all" else (spec.part,)
    for part in wanted:
        if part in PARTS and not distributed.anyone(stop()):
            with enough_memory("training; a smaller --batch or --stage2-batch may help"):
                PARTS[part](spec, run, TrainingCallbacks(report, stop, keep, warn), device)
    if (run.text / "tokenizer").is_dir():
        distributed.first_alone(lambda: export_cascade(spec, run))
    return run.cascade


def export_cascade(spec: Forge, run: ForgeRun) -> None:
    """Write the trained stages as a cascade, each with its chosen EMA, and training.json."""
    export.cascade(spec, run, words(run))
    run_folder.write_provenance(spec, run)


def train_text(spec: Forge, run: ForgeRun, watch: TrainingCallbacks, device: torch.device) -> None:
    """Train tokenizer and encoder; freeze them into `run.text` when all steps are done."""
    if spec.begin_with:
        return distributed.first_alone(lambda: networks.copy_text_encoder(spec, run))
    pictures = pictures_of(spec, run)
    tokenizer = text.train_tokenizer(pictures.captions)
    with networks.seeded(spec.seed):
        towers = text.TwoTowers(text.new_encoder(len(tokenizer))).to(device)
    towers = towers.to(memory_format=torch.channels_last)
    objective = text.contrastive(pictures, tokenizer, spec.text_batch, spec.seed, device)
    how = settings(spec, spec.text_steps, 1e-3, device)
    training, done = fit(
        part_of(spec, run, "text"), towers, objective, how, watch,
        note=lambda: run_folder.record_part(spec, run, "text", device),
    )  # fmt: skip
    encoder: Any = training.ema.module.encoder

    def freeze() -> None:
        encoder.cpu().save_pretrained(run.text / "text_encoder")
        tokenizer.save_pretrained(run.text / "tokenizer")

    if done:
        distributed.first_alone(freeze)


def words(run: ForgeRun, device: torch.device = CPU) -> text.Words:
    """The frozen text encoder of a run, on a device; BadInput where its training has not ended."""
    if not (run.text / "tokenizer").is_dir():
        raise BadInput(f"no trained text encoder in {run.folder}; train the part text first")
    encoder = T5EncoderModel.from_pretrained(run.text / "text_encoder", dtype=torch.float32)
    tokenizer = T5Tokenizer.from_pretrained(run.text / "tokenizer")
    return text.Words(tokenizer, encoder.to(device).eval().requires_grad_(False))


def train_stage(
    number: int, spec: Forge, run: ForgeRun, watch: TrainingCallbacks, device: torch.device
) -> None:
    """Train stage I or II with the frozen encoder."""
    name, steps = f"stage{number}", (spec.steps, spec.stage2_steps)[number - 1]
    pictures, frozen = pictures_of(spec, run), words(run, device)
    unet = network(spec, number, frozen)
    error = held_out_error(spec, number, frozen)
    drawn = frozen, pictures, run.samples(name), spec.sample_every
    look = (
        sampling.watch_stage1(*drawn, _prompts(spec), error)
        if number == 1
        else sampling.watch_stage2(*drawn, error)
    )
    fit(
        part_of(spec, run, name), unet, objective(spec, number, pictures, frozen),
        settings(spec, steps, spec.learning_rate, device, WIDTHS), watch, look,
        _note(spec, run, name, unet),
    )  # fmt: skip


def network(spec: Forge, number: int, frozen: text.Words) -> Any:
    """Stage `number`'s UNet as it is trained: in place, on the device of the text encoder."""
    unet = networks.unet(spec, number, frozen.encoder.config.d_model)
    return unet.to(frozen.encoder.device).to(memory_format=torch.channels_last)


def objective(spec: Forge, number: int, pictures: Pictures, frozen: text.Words) -> Objective:
    """What stage `number` learns."""
    how, device = (spec.seed, spec.precision), frozen.encoder.device
    if number == 1:
        return objectives.stage1_objective(pictures, frozen, spec.batch, *how, device)
    return objectives.stage2_objective(pictures, frozen, spec.stage2_batch, spec.crop, *how, device)


def _note(spec: Forge, run: ForgeRun, part: str, unet: Any) -> Callable[[], None]:
    def note() -> None:
        unet.save_config(run.network(part))
        run_folder.record_part(spec, run, part, unet.device)

    return note


PARTS: dict[str, Callable[[Forge, ForgeRun, TrainingCallbacks, torch.device], None]] = {
    "text": train_text, "stage1": partial(train_stage, 1), "stage2": partial(train_stage, 2),
}  # fmt: skip


def pictures_of(spec: Forge, run: ForgeRun) -> Pictures:
    """The pictures of a run, decoded once."""

    def decoded() -> Pictures:
        return load(Path(spec.folder), spec.small, spec.large, run.pictures)

    distributed.first_alone(decoded)
    return decoded()


def _prompts(spec: Forge) -> list[str]:
    return [prompt.strip() for prompt in spec.prompts.split(";") if prompt.strip()]


def part_of(spec: Forge, run: ForgeRun, name: str) -> Part:
    """The part "text", "stage1" or "stage2" of a run, as the spec wants it taken up."""
    return Part(run.folder, name, spec.resume, spec.tensorboard)


def settings(
    spec: Forge, steps: int, rate: float, device: torch.device = CPU, widths: tuple[float, ...] = ()
) -> Settings:
    """How the trainer is to train `steps` steps at the peak rate `rate`.

    Power-function EMAs of `widths` are recorded, so that the EMA length can be chosen post hoc.
    One kernel for the optimizer's step pays on CUDA, where a launch for every tensor would cost
    more than the sums.
    """
    return Settings(
        steps=steps,
        learning_rate=warmup_stable_decay(rate, steps, tail=spec.tail),
        seed=spec.seed,
        ema_decay=spec.ema_decay,
        average_widths=widths,
        fused=device.type == "cuda",
        checkpoint_every=spec.checkpoint_every,
        minutes=spec.minutes or math.inf,
        time_tail=spec.tail,
    )
