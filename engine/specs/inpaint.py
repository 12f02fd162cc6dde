"""Inpainting: what lies under a mask's white is drawn anew, all else stays as it is."""

from typing import ClassVar, Literal

from pydantic import model_validator

from engine.specs import common_fields
from engine.specs.base import param
from engine.specs.cascade import Pictured
from engine.specs.common_fields import TRAIN_TIMESTEPS
from engine.specs.from_image import PLAIN_PROMPT
from engine.specs.samplers import SAMPLERS, SamplerName, SamplerOrAuto, single_step, steps_of

Method = Literal["course", "repaint", "if"]
OWN_SAMPLER: dict[str, SamplerName] = {
    "course": "course",
    "repaint": "ddpm",
    "if": "ddpm",
}
"""The update rule that each method was written with."""


class Inpaint(Pictured):
    """Replace what a mask shows white (RePaint: Lugmayr et al. 2022, arXiv 2201.09865).

    The mask has the picture's shape, or is a square over the square that the model takes. White is
    replaced, black stays to the byte, grey blends; transparent counts as black. ``course`` puts the
    known pixels back after each step, under fresh noise of its timestep; ``repaint`` before each
    step, and goes back up in t to bring both parts together; ``if`` keeps them clean at every
    timestep, as diffusers' IFInpaintingPipeline does. Stage II does the same at its own size, with
    the pixels of the picture at that size and without going back up.
    """

    kind: ClassVar[str] = "inpaint"
    command: ClassVar[str] = "inpaint"
    summary: ClassVar[str] = "draw anew what a mask shows white; the rest stays to the byte"
    positional: ClassVar[tuple[str, ...]] = (
        "image",
        "mask",
    )
    position: ClassVar[int] = 40
    screen: ClassVar[str] = "inpaint"

    mask: str = param(
        ...,
        "white is replaced: file, http(s) address or run:NAME",
        min_length=1,
        max_length=2000,
        long=True,
    )
    prompt: str = param(PLAIN_PROMPT, "what the picture is to show", max_length=2000, long=True)
    negative: str = common_fields.negative()
    method: Method = param("course", "how the known pixels are kept")
    jump: int = param(
        10, "repaint: steps that it goes back up", ge=1, le=TRAIN_TIMESTEPS - 1, step=1
    )
    resample: int = param(
        10, "repaint: times that it takes the steps of a jump", ge=1, le=TRAIN_TIMESTEPS, step=1
    )
    steps: int = param(33, "steps from noise to picture", ge=1, le=990, step=1)
    guidance: float = common_fields.guidance(7.0)
    count: int = param(1, "pictures at once", label="samples", ge=1, le=64, step=1)
    stage2_steps: int = common_fields.stage2_steps("then")
    stage2_guidance: float = common_fields.stage2_guidance()
    noise_level: int = common_fields.noise_level(0)
    sampler: SamplerOrAuto = param(
        "auto", "update rule; auto is the method's own: course, or ddpm for repaint and if"
    )
    timesteps: common_fields.Timesteps = common_fields.timesteps("steps")
    keep_stage2: bool = common_fields.keep_stage2()
    yes: bool = param(False, "run it even if it takes hours, or much memory", hidden=True)

    @model_validator(mode="after")
    def _takes_a_step(self) -> "Inpaint":
        if self.step_count < 1:
            raise ValueError("timesteps: course ends at the last one: name two or more")
        return self

    @model_validator(mode="after")
    def _can_jump(self) -> "Inpaint":
        if not self.resamples:
            return self
        if SAMPLERS[self.rule].multistep:
            *most, last = single_step()
            raise ValueError(
                f"sampler: {self.rule} looks back at the steps before and cannot jump: choose"
                f" {', '.join(most)} or {last}"
            )
        if self.jump >= self.step_count:
            raise ValueError(
                f"jump: there is no room to go back {self.jump} of {self.step_count} steps: take"
                f" a shorter jump or more steps, or resample 1"
            )
        return self

    @property
    def rule(self) -> SamplerName:
        """The update rule's name."""
        return OWN_SAMPLER[self.method] if self.sampler == "auto" else self.sampler

    @property
    def step_count(self) -> int:
        """Stage I's steps from noise to picture, jumps left out."""
        if self.timesteps is None:
            return self.steps
        return steps_of(self.rule, len(self.timesteps))

    @property
    def resamples(self) -> bool:
        """Whether stage I goes back up in t."""
        return self.method == "repaint" and self.resample > 1

    def visits(self) -> list[int]:
        """The indices of stage I's states from step_count − 1 (noise) to −1, climbs in one."""
        if not self.resamples:
            return list(range(self.step_count - 1, -2, -1))
        return turns(jump_list(self.step_count, self.jump, self.resample))

    def model_calls(self) -> tuple[int, ...]:
        """How often each stage's model is asked, stage II only where one is asked for."""
        times = self.resample if self.resamples else 1
        first = model_calls(self.step_count, self.jump, times)
        return (first,) if self.stage2 == "none" else (first, self.stage2_steps)

    def title(self) -> str:
        return f"{self.picture_name()} under a mask: {self.prompt.strip() or '(unconditional)'}"


def jump_list(steps: int, length: int, times: int) -> list[int]:
    """RePaint's own list: indices of the states that a run visits, from steps − 1 (noise) to −1.

    At every ``length``-th index the run goes up again by ``length``, ``times`` − 1 times. An index
    below the one before is a model call, one above it a step of the forward process. 12 steps,
    length 3, 3 times: 11 10 9 8 7 6 7 8 9 8 7 6 ... −1.
    """
    left = dict.fromkeys(_bottoms(steps, length), times - 1)
    visited, index = [], steps
    while index > 0:
        index -= 1
        visited.append(index)
        if left.get(index, 0) > 0:
            left[index] -= 1
            visited += range(index + 1, index + length + 1)
            index += length
    return [*visited, -1]


def turns(visited: list[int]) -> list[int]:
    """The list with every climb taken in one: what lies between its foot and its top left out.

    One step of the forward process over several timesteps is, in law, all of those in turn.
    """
    inner = zip(visited, visited[1:], visited[2:], strict=False)
    between = [not a < b < c for a, b, c in inner]
    return [visited[0], *(v for v, kept in zip(visited[1:], between, strict=False) if kept), -1]


def model_calls(steps: int, length: int, times: int) -> int:
    """How many of the list's steps go down: 250 steps, length 10, 10 times are 2,410."""
    return steps + len(_bottoms(steps, length)) * length * (times - 1)


def _bottoms(steps: int, length: int) -> range:
    return range(0, steps - length, length)
