"""Measure a cascade with an independent classifier: Status events, and metrics as Reports."""

from pathlib import Path

from engine.errors import BadInput
from engine.events import Report
from engine.forge.evaluation.accuracy import metrics
from engine.forge.evaluation.evaluate import evaluate, folder, grid
from engine.forge.evaluation.setup import EvaluationSetup, set_up
from engine.job import Job
from engine.sampling.model_cache import cascade_for
from engine.specs import Evaluate
from engine.training.trainer import Diverged, Progress


def run(job: Job, spec: Evaluate) -> None:
    """Serve an Evaluate spec; classifier and card have folders of their own.

    A stopped one goes on: the classifier from its checkpoint, drawing from its last set.
    """
    if spec.part == "judge":
        _set_up(job, spec)
        return
    folder(spec)
    # First, so that a mistake in its name does not wait for the classifier's training.
    cascade = cascade_for(job, spec.model, spec.stage2, spec.device)
    if spec.part == "grid":
        grid(spec, cascade, job.status, job.control.stop)
        return
    figures = evaluate(spec, cascade, _set_up(job, spec), job.status, job.control.stop)
    for metric in metrics(figures):
        job.say(Report, metric.what, metric.met, metric.reached, f"wanted: {metric.wanted}")
    job.status(f"the card is {Path(spec.out) / 'README.md'}")


def _set_up(job: Job, spec: Evaluate) -> EvaluationSetup:
    """The classifier, trained; how often it is right itself is said."""

    def report(part: str, now: Progress) -> None:
        hit, pace = now.metrics["hit"], now.steps_per_second
        job.status(f"{part}: step {now.step}/{now.steps}, top-1 {hit:.3f}, {pace:.1f} steps/s")

    try:
        judged = set_up(spec, report, job.status, job.control.stop)
    except Diverged as error:
        raise BadInput(f"{error}; a lower --learning-rate may help") from None
    _say_ceiling(job, judged)
    return judged


def _say_ceiling(job: Job, judged: EvaluationSetup) -> None:
    names = {"concept": "concept", "concept_top5": "top-5", "colour": "colour", "style": "style"}
    ceiling = judged.figures["ceiling"]
    shares = [f"{name} {100 * ceiling[key]['share']:.1f} %" for key, name in names.items()]
    count = judged.figures["examined_on"]
    job.say(Report, "judge", True, f"{', '.join(shares)} on {count} unseen real renderings")
