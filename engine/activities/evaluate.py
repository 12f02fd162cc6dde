"""Measure a cascade with an independent judge: Status events, and metrics as Reports."""

from pathlib import Path

from engine.errors import BadInput
from engine.events import Report
from engine.forge.evaluation.accuracy import metrics
from engine.forge.evaluation.evaluate import evaluate, folder, grid
from engine.forge.evaluation.setup import EvaluationSetup, set_up
from engine.forge.judge.lessons import LARGE, SMALL
from engine.job import Job
from engine.sampling.model_cache import cascade_for
from engine.specs import Evaluate
from engine.training.trainer import Diverged, Progress


def run(job: Job, spec: Evaluate) -> None:
    """Serve an Evaluate spec; judge and card have folders of their own.

    A stopped one goes on: the judge from its checkpoint, drawing from its last set.
    """
    if spec.part == "judge":
        _set_up(job, spec)
        return
    folder(spec)
    # First, so that a mistake in its name does not wait for the judge's training.
    cascade = cascade_for(job, spec.model, spec.stage2, spec.device)
    if spec.part == "grid":
        grid(spec, cascade, job.status, job.control.stop)
        return
    figures = evaluate(spec, cascade, _set_up(job, spec), job.status, job.control.stop)
    for metric in metrics(figures):
        job.say(Report, metric.what, metric.met, metric.reached, f"wanted: {metric.wanted}")
    job.status(f"the card is {Path(spec.out) / 'README.md'}")


def _set_up(job: Job, spec: Evaluate) -> EvaluationSetup:
    """The judge, trained; how often it is right itself is said."""

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
    count = judged.figures["examined_on"]
    for side, key in ((SMALL, "ceiling"), (LARGE, "large_ceiling")):
        ceiling = judged.figures[key]
        shares = [f"{name} {100 * ceiling[k]['share']:.1f} %" for k, name in names.items()]
        job.say(Report, f"judge at {side} px", True,
                f"{', '.join(shares)} on {count} renderings that it never saw")  # fmt: skip
