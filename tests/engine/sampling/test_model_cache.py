"""An accelerator that has too little memory: what is said, what is freed, what works next."""

import gc
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from engine.checkpoints import open_cascade, opening
from engine.checkpoints.memory.plan import GB, Place, Plan
from engine.checkpoints.memory.sizes import Component
from engine.errors import OutOfMemory
from engine.events import Done, Event, Failed, RetrySuggested, from_json, to_json
from engine.sampling import model_cache
from engine.specs import Generate
from engine.worker import Worker

RESIDENT = Plan(
    "resident",
    "cpu",
    (Place(Component("UNet of stage I", 0, 0), "x", "always"),) * 2,
    {"x": GB, "cpu": GB},
)
FEW = {"prompt": "a rocket", "steps": 2, "stage2": "none"}


class Greedy:
    """Fails as CUDA does, holding a tensor, while there is `too_little`."""

    def __init__(self) -> None:
        self.too_little = True
        self.held: weakref.ref[Tensor] | None = None

    def __call__(self, _module: object, _given: object) -> None:
        if self.too_little:
            large = torch.ones(1000)
            self.held = weakref.ref(large)
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")


@pytest.fixture
def greedy(monkeypatch: pytest.MonkeyPatch) -> Greedy:
    """Every cascade that is opened has it in its network of stage I."""
    found = Greedy()

    def opened(*given: Any) -> Any:
        made = open_cascade(*given)
        made.stage1.unet.conv_in.register_forward_pre_hook(found)
        object.__setattr__(made, "plan", RESIDENT)
        return made

    monkeypatch.setattr(model_cache, "open_cascade", opened)
    return found


Engine = tuple[Worker, Any]


def test_the_next_smaller_plan_is_offered_and_the_engine_lives_on(
    greedy: Greedy,
    engine: Engine,
    until_end: Callable[[str], list[Event]],
    tiny_cascade: Path,
    tmp_path: Path,
) -> None:
    spec = Generate(model=str(tiny_cascade), seed=1, **FEW)
    told = until_end(engine[0].submit(spec, tmp_path / "first"))
    failed, offered = told[-1], [event for event in told if isinstance(event, RetrySuggested)]
    assert isinstance(failed, Failed)
    assert failed.code == 3
    assert "--plan sequential takes less" in failed.message
    assert "\n" not in failed.message
    assert [event.changes for event in offered] == [(("plan", "sequential"),)]
    gc.collect()
    assert greedy.held is not None
    assert greedy.held() is None
    greedy.too_little = False
    smaller = spec.model_copy(update=dict(offered[0].changes))
    assert isinstance(until_end(engine[0].submit(smaller, tmp_path / "again"))[-1], Done)


def test_the_offer_comes_back_from_a_file(tmp_path: Path) -> None:
    event = RetrySuggested("run", 1.0, "not enough", (("plan", "offload"),))
    assert from_json(to_json(event), tmp_path) == event


def test_weights_that_do_not_fit_name_the_smaller_plan_too(
    tiny_cascade: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(opening, "plan", lambda *_, **__: RESIDENT)
    monkeypatch.setattr(opening, "_load_stage", full)
    with pytest.raises(OutOfMemory, match="--plan sequential takes less") as caught:
        open_cascade(str(tiny_cascade), device="cpu")
    assert caught.value.plan == "sequential"


def test_where_nothing_is_smaller_nothing_is_offered() -> None:
    assert "--plan" not in str(OutOfMemory("a model call"))
