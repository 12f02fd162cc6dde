"""What a stage leaves in the run folder, after the pictures went through its model's filters."""

from collections.abc import Callable, Sequence

from PIL import Image, ImageDraw
from torch import Tensor

from engine.checkpoints import Cascade
from engine.events import Blocked, Result
from engine.job import RecordedJob
from engine.runs import writer
from engine.sampling import step_events
from engine.sampling.ranking import Rank, Ranking, unranked
from engine.sampling.trajectory import Trajectory

_GREY, _INK = (96, 96, 96), (255, 255, 255)
_LONG = "blocked by the\nsafety checker"


def keep(
    job: RecordedJob,
    cascade: Cascade,
    number: int,
    drawn: Trajectory,
    file: str | None,
    finish: Callable[[Tensor], list[Image.Image]] = step_events.images,
    rank: Rank = unranked,
) -> Ranking | None:
    """Write a stage's tensors, and when it came to its end what ``finish`` makes of its last.

    The pictures go through the cascade's filters, then ``rank`` looks at them; what it says is
    returned. Raises Unavailable, once the good steps are written, where the stage broke off.
    """
    if file is not None:
        job.writer.tensors(file, drawn.arrays())
    drawn.check()
    if job.control.cancelled:
        return None
    stem, samples = "result" if number == 2 else "stage-1", drawn.samples
    pictures = finished(job, cascade, number, finish(drawn.x[-1]), samples)
    ranking = rank(pictures)
    job.say(Result, number, job.writer.pictures(stem, pictures, samples))
    return ranking


def finished(
    job: RecordedJob,
    cascade: Cascade,
    stage: int,
    images: list[Image.Image],
    samples: Sequence[int] = (),
) -> list[Image.Image]:
    """Pictures (RGB) of a stage as they may be kept: watermarked where the model has a watermark.

    Each one that the model's safety checker blocks is told as a Blocked event, and a plain picture
    that says so takes its place, in the step pictures too. Its numbers stay in the trajectory. The
    pictures are those of ``samples``, or of all where that is empty.
    """
    reasons = cascade.filters.judge(images)
    passed = [image for image, reason in zip(images, reasons, strict=True) if not reason]
    if passed:
        cascade.filters.mark(passed, passed[0].height)
    for row, reason in enumerate(reasons):
        if reason:
            tile = _plain(images[row].size)
            writer.cover(job.writer.folder, stage, row, len(images), tile)
            sample = samples[row] if samples else row
            job.say(Blocked, _line(stage, row, len(images), reason), stage, sample)
    pairs = zip(images, reasons, strict=True)
    return [_plain(image.size) if reason else image for image, reason in pairs]


def _line(stage: int, row: int, count: int, why: str) -> str:
    which = f"picture {row + 1} of " if count > 1 else "the picture of "
    return (
        f"{which}stage {'I' * stage} was blocked by the model's safety checker ({why}):"
        " a grey one that says so is in its place; try another seed or prompt"
    )


def _plain(size: tuple[int, int]) -> Image.Image:
    """A grey picture with as much of "blocked by the safety checker" as it has room for."""
    image = Image.new("RGB", size, _GREY)
    pen, (width, height) = ImageDraw.Draw(image), size
    roomy = pen.multiline_textbbox((0, 0), _LONG, align="center")[2] <= width
    text = _LONG if roomy else "blocked"
    pen.multiline_text((width / 2, height / 2), text, _INK, anchor="mm", align="center")
    return image
