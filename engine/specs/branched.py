"""Runs that may begin at a step of an earlier one."""

from abc import abstractmethod

from pydantic import field_validator

from engine.specs import common_fields
from engine.specs.base import param
from engine.specs.cascade import CascadeSpec


class Branched(CascadeSpec):
    """A run of several pictures, from noise or from a step of another run."""

    timesteps: common_fields.Timesteps = common_fields.timesteps("steps")
    start_from: str | None = param(
        None, "RUN:STEP, to start from that step's x_t of an earlier run", hidden=True
    )
    start_sample: int | None = param(
        None, "of a parent with several samples, the one to start from", hidden=True, ge=0
    )

    @field_validator("start_from")
    @classmethod
    def _run_and_step(cls, value: str | None) -> str | None:
        if value is not None and not value.rpartition(":")[2].isdigit():
            raise ValueError("write RUN:STEP, such as runs/2026-rocket:8")
        return value

    @property
    @abstractmethod
    def pictures(self) -> int:
        """How many are drawn."""

    def parent(self) -> tuple[str, int] | None:
        """The run and the step that this one branches from."""
        if self.start_from is None:
            return None
        run, _, step = self.start_from.rpartition(":")
        return run, int(step)

    @abstractmethod
    def alone(self, sample: int) -> dict[str, object]:
        """The fields with which one of several samples is drawn by itself."""
