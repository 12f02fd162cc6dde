"""Choose the EMA length of a trained forge post hoc, and export its cascade with it."""

import torch

from engine.errors import BadInput
from engine.events import Notice, Report
from engine.forge import ema, ema_length, pipeline
from engine.forge.ema_length import MeasuredEma, Trained
from engine.job import Job
from engine.specs import EmaLength
from engine.training.post_hoc import History


def run(job: Job, spec: EmaLength) -> None:
    """Serve an EmaLength spec: figures go into the parts' folders, then the cascade is exported.

    With part "all" a stage without snapshots keeps its EMA; BadInput where no stage has any.
    """
    if spec.threads:
        torch.set_num_threads(spec.threads)
    trained = Trained.named(spec.training)
    for part, history in _histories(job, spec, trained).items():
        for line in history.warnings:
            job.say(Notice, line)
        _choose(job, spec, trained, part, history)
    if spec.export != "none":
        job.status("exporting the cascade")
        pipeline.export_cascade(trained.spec, trained.run)
        job.status(f"the cascade is in {trained.run.cascade}")


def _histories(job: Job, spec: EmaLength, trained: Trained) -> dict[str, History]:
    """The snapshots of each part that is asked for and has some."""
    histories, problems = dict[str, History](), list[str]()
    for part in ("stage1", "stage2") if spec.part == "all" else (spec.part,):
        job.status(f"{part}: reading the snapshots")
        try:
            histories[part] = ema.history(trained.run, part)
        except BadInput as error:
            problems.append(str(error))
    if not histories:
        raise BadInput("; ".join(problems))
    for line in problems:
        job.say(Notice, line)
    return histories


def _choose(job: Job, spec: EmaLength, trained: Trained, part: str, history: History) -> None:
    measured = ema_length.measure(spec, trained, part, history, job.status, job.control.stop)
    chosen, best = ema_length.choose(spec, measured), ema_length.best(measured)
    ema_length.write(spec, trained.run.ema(part), history, measured, chosen)
    job.say(Report, part, True, f"best EMA: {_described(best, measured[0])}")
    if chosen is not None and chosen is not best:
        job.say(Report, part, True, f"exported EMA: {_described(chosen, measured[0])}")


def _described(candidate: MeasuredEma, exponential: MeasuredEma) -> str:
    if candidate.width is None:
        return "exponential"
    share = 100 * candidate.relative(exponential)
    return f"σ_rel {candidate.width:g}, error of ε̂ {share:.1f} % of the exponential EMA's"
