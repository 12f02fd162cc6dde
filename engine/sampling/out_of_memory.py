"""After the accelerator's memory was not enough: free it, and offer a smaller plan."""

import gc
import traceback

import torch

from engine.checkpoints import Cascade
from engine.errors import OutOfMemory
from engine.events import RetrySuggested
from engine.worker import Job


def relieve(job: Job, error: OutOfMemory) -> str:
    """Free what the run held; say what may work instead, as an event and in one line.

    The cascade stays for the next request, which may ask for less.
    """
    _forget(error)
    cascade: Cascade | None = job.memory.get("cascade")
    if not error.plan and cascade is not None and cascade.plan is not None:
        error.plan = cascade.plan.smaller or ""
    if error.plan and "plan" in type(job.spec).model_fields:
        text = f"not enough memory on the accelerator for {error.doing}"
        job.say(RetrySuggested, text, (("plan", error.plan),))
    return str(error)


def _forget(error: BaseException) -> None:
    """Drop what the frames of an error hold: the tensors of the call that failed."""
    cause: BaseException | None = error
    while cause is not None:
        traceback.clear_frames(cause.__traceback__)
        cause = cause.__cause__ or cause.__context__
    error.__cause__ = error.__context__ = None
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
