"""What denoising and editing share: a picture is noised, then sampled from there."""

from engine.specs import common_fields
from engine.specs.base import param
from engine.specs.cascade import Pictured

PLAIN_PROMPT = "a high quality photo"
"""The course's prompt for "no prompt": it asks for a picture, but for none in particular."""
HIGHEST = common_fields.TRAIN_TIMESTEPS * 99 // 100


class Noised(Pictured):
    """A schedule of timesteps that is entered at one or several of its noise levels."""

    prompt: str = param(PLAIN_PROMPT, "what the picture is to become", max_length=2000, long=True)
    negative: str = common_fields.negative()
    guidance: float = common_fields.guidance(7.0)
    sampler: common_fields.Sampler = common_fields.sampler("course")
    stride: int = param(30, "distance of the schedule's timesteps: 990, 960 … 0", ge=1, le=HIGHEST)
    steps: int | None = param(
        None,
        "model calls of the whole schedule, instead of stride",
        ge=1,
        le=HIGHEST,
        hidden=True,
    )
    timesteps: common_fields.Timesteps = common_fields.timesteps("stride")

    def schedule(self) -> tuple[int, ...] | None:
        """The whole schedule, from noise to picture; None where ``steps`` leaves it to the model.

        With a stride these are its multiples from 990, or the last below, down to 0.
        """
        if self.timesteps or self.steps is not None:
            return self.timesteps
        return strided(self.stride)


def strided(stride: int) -> tuple[int, ...]:
    """The multiples of ``stride`` from 990, or the last below, down to 0 (a stride of 30: 34)."""
    return tuple(range(HIGHEST // stride * stride, -1, -stride))
