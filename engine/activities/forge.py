"""Train a small cascade through the forge: its progress as Status events."""

from engine.errors import BadInput, Stopped
from engine.forge.recipe import forge
from engine.specs import Forge
from engine.training.trainer import Diverged, Progress
from engine.worker import Job


def run(job: Job) -> None:
    """Serve a Forge spec; the parts write their own folder, so a stopped one can be resumed."""
    spec = job.spec
    assert isinstance(spec, Forge)

    def report(part: str, now: Progress) -> None:
        loss, pace = now.metrics["loss"], now.steps_per_second
        job.status(f"{part}: step {now.step}/{now.steps}, loss {loss:.4f}, {pace:.2f} steps/s")

    try:
        folder = forge(spec, report, job.control.stop)
    except Diverged as error:
        raise BadInput(f"{error}; a lower --learning-rate may help") from None
    if job.control.cancelled:
        raise Stopped
    job.status(f"the cascade is in {folder}")
