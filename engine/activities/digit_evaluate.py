"""Measure a trained digit model; the figures and a page of them lie in its training's folder."""

from engine.activities.trained_digits import keep, opened, report
from engine.digits import page
from engine.digits.aims import aims
from engine.digits.evaluate import evaluate
from engine.specs import DigitEvaluate
from engine.specs.digits import FIGURES, SHEET
from engine.worker import Job


def run(job: Job) -> None:
    """Serve a DigitEvaluate spec: progress as Status events, findings as Reports."""
    spec = job.spec
    assert isinstance(spec, DigitEvaluate)
    model = opened(job, spec)
    found = evaluate(model, spec, job.status, job.control.stop)
    keep(model.folder / FIGURES, found.figures)
    keep(model.folder / SHEET, page.evaluation(found, model.folder))
    report(job, aims(found.figures), model.folder / SHEET)
