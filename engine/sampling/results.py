"""What a stage leaves in the run folder."""

from collections.abc import Callable

from PIL import Image
from torch import Tensor

from engine.checkpoints import Cascade
from engine.events import Result
from engine.job import RecordedJob
from engine.sampling import previews
from engine.sampling.finished import finished
from engine.sampling.trajectory import Trajectory


def keep(
    job: RecordedJob,
    cascade: Cascade,
    number: int,
    drawn: Trajectory,
    file: str | None,
    finish: Callable[[Tensor], list[Image.Image]] = previews.images,
) -> None:
    """Write a stage's tensors, and when it came to its end what ``finish`` makes of its last.

    The pictures go through the cascade's filters. Raises Unavailable, once the good steps are
    written, where the stage broke off.
    """
    if file is not None:
        job.writer.tensors(file, drawn.arrays())
    drawn.check()
    if job.control.cancelled:
        return
    stem = "result" if number == 2 else "stage-1"
    pictures = finished(job, cascade, number, finish(drawn.x[-1]))
    job.say(Result, number, job.writer.pictures(stem, pictures))
