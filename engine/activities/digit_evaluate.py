"""Measure a trained digit model; the figures and a page of them lie in its training's folder."""

from engine.digits import report_page
from engine.digits.evaluate import evaluate
from engine.digits.reports import keep, opened, report, summarize
from engine.job import Job
from engine.specs import DigitEvaluate
from engine.specs.digits import FIGURES, SHEET


def run(job: Job, spec: DigitEvaluate) -> None:
    """Serve a DigitEvaluate spec: progress as Status events, findings as Reports."""
    model = opened(job, spec)
    evaluation = evaluate(model, spec, job.status, job.control.stop)
    keep(model.folder / FIGURES, evaluation.figures)
    keep(model.folder / SHEET, report_page.evaluation(evaluation, model.folder))
    report(job, summarize(evaluation.figures), model.folder / SHEET)
