"""Measure a cascade with an independent judge: progress as Status events, aims as Reports."""

from pathlib import Path

from engine.errors import BadInput
from engine.events import Report
from engine.forge.evaluation.accuracy import aims
from engine.forge.evaluation.evaluate import evaluate, folder, grid
from engine.forge.evaluation.setup import Bench, bench
from engine.job import Job
from engine.sampling.model_cache import cascade_for
from engine.specs import Evaluate
from engine.training.trainer import Diverged, Progress


def run(job: Job, spec: Evaluate) -> None:
    """Serve an Evaluate spec; judge and card have folders of their own.

    A stopped one goes on where it was: the judge from its checkpoint, drawing from its last set.
    """
    if spec.part == "judge":
        _judge(job, spec)
        return
    folder(spec)
    # First, so that a mistake in its name does not wait for the judge's training.
    cascade = cascade_for(job, spec.model, spec.stage2, spec.device)
    if spec.part == "grid":
        grid(spec, cascade, job.status, job.control.stop)
        return
    figures = evaluate(spec, cascade, _judge(job, spec), job.status, job.control.stop)
    for aim in aims(figures):
        job.say(Report, aim.what, aim.met, aim.reached, f"wanted: {aim.wanted}")
    job.status(f"the card is {Path(spec.out) / 'README.md'}")


def _judge(job: Job, spec: Evaluate) -> Bench:
    """The judge, trained; how often it is right itself is said."""

    def report(part: str, now: Progress) -> None:
        hit, pace = now.metrics["hit"], now.steps_per_second
        job.status(f"{part}: step {now.step}/{now.steps}, top-1 {hit:.3f}, {pace:.1f} steps/s")

    try:
        judged = bench(spec, report, job.status, job.control.stop)
    except Diverged as error:
        raise BadInput(f"{error}; a lower --learning-rate may help") from None
    _say_ceiling(job, judged)
    return judged


def _say_ceiling(job: Job, judged: Bench) -> None:
    names = {"concept": "concept", "concept_top5": "top-5", "colour": "colour", "style": "style"}
    ceiling = judged.figures["ceiling"]
    shares = [f"{name} {100 * ceiling[key]['share']:.1f} %" for key, name in names.items()]
    count = judged.figures["examined_on"]
    job.say(Report, "judge", True, f"{', '.join(shares)} on {count} unseen real renderings")
