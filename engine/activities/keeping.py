"""What a stage leaves in the run folder."""

from engine.activities import previews
from engine.activities.trajectory import Trajectory
from engine.events import Result
from engine.worker import Job


def keep(job: Job, number: int, drawn: Trajectory, file: str | None) -> None:
    """Write a stage's tensors, and its pictures when it came to its end."""
    assert job.writer is not None
    if file is not None:
        job.writer.tensors(file, drawn.arrays())
    if job.control.cancelled:
        return
    stem = "result" if number == 2 else "stage-1"
    job.say(Result, number, job.writer.pictures(stem, previews.images(drawn.x[-1])))
