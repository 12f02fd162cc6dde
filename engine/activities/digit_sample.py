"""Digits drawn by a trained model: a row of samples for each, every step a frame."""

from torch import Tensor

from engine.diffusion.noise import NoiseSource
from engine.digits import sampling
from engine.digits.load_model import Trained
from engine.digits.reports import opened
from engine.errors import BadInput
from engine.events import Planned, Result
from engine.job import RecordedJob
from engine.sampling import stage_runner, step_events
from engine.sampling.stage import Stage
from engine.specs import DigitSample


def run(job: RecordedJob, spec: DigitSample) -> None:
    """Serve a DigitSample spec: frames and a result as events, the states in the run folder."""
    model = opened(job, spec)
    job.writer.fingerprint(model.fingerprint)
    noise = NoiseSource.for_seeds(spec.seed, spec.count, model.device, max(1, len(spec.digits)))
    stage = _stage(spec, model)
    job.say(Planned, (tuple(stage.chain),))
    with model.lower():
        drawn = stage_runner.run(job, stage, noise.draw(sampling.SHAPE), noise)
    job.writer.tensors("trajectory.safetensors", drawn.arrays())
    drawn.check()
    if not job.control.cancelled:
        pictures = step_events.images(_shown(drawn.x[-1]))
        job.say(Result, 1, job.writer.pictures("digit", pictures))


def _stage(spec: DigitSample, model: Trained) -> Stage:
    process = model.process(spec.steps)
    denoiser = sampling.guided(model.net, process, _labels(spec, model), spec.guidance)
    chain = process.chain(model.calls(spec.steps))
    return Stage(1, model.net, process.config, denoiser, process.rule, chain, shown=_shown)


def _labels(spec: DigitSample, model: Trained) -> Tensor | None:
    """What is asked for, a row of samples for each digit; None where no class is."""
    if spec.digits and not model.classes:
        raise BadInput(f"{model.folder.name} was trained without classes: leave --digits out")
    return sampling.each(spec.digits, spec.count) if spec.digits else None


def _shown(x: Tensor) -> Tensor:
    """A state in the data's [0, 1] as a picture in [-1, 1]."""
    return 2 * x - 1
