"""The denoiser out of its distribution; the page and its figures lie in its training's folder."""

from engine.digits import report_page
from engine.digits.datasets import held_out
from engine.digits.measures import spread
from engine.digits.ood import check, outside
from engine.digits.reports import keep, opened, report, summarize_ood
from engine.job import Job
from engine.specs import DigitOod
from engine.specs.digits import OUTSIDE, OUTSIDE_SHEET


def run(job: Job, spec: DigitOod) -> None:
    """Serve a DigitOod spec: progress as Status events, PSNR by σ as Reports."""
    model = opened(job, spec)
    check(model)
    test = held_out(model.spec.data, job.status)
    digits = spread(test.labels)[: spec.count]
    results = outside(model, test, digits, spec.sigmas, spec.seed, job.status, job.control.stop)
    about = {"training": model.folder.name, "model": model.title, "data": test.source}
    figures = {**about, **results.figures(), "spec": spec.model_dump(mode="json")}
    keep(model.folder / OUTSIDE, figures)
    keep(model.folder / OUTSIDE_SHEET, report_page.outside(results, model.title))
    report(job, summarize_ood(figures), model.folder / OUTSIDE_SHEET)
