"""An engine on a tiny random cascade, and a way to run a spec to its end."""

import queue
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from engine.events import ENDINGS, Cancelled, Event, Failed, Frame
from engine.runs import Run
from engine.specs import Generate, Spec
from engine.worker import Worker

if TYPE_CHECKING:
    from torch import Tensor

Draw = Callable[..., Run]
Serve = Callable[..., Run]


def states(run: Run) -> "dict[str, Tensor]":
    """What stage I left: x, x0, eps, timesteps."""
    from safetensors.torch import load_file  # most tests here need no torch

    saved: dict[str, Tensor] = load_file(run.trajectory)
    return saved


def refusal(run: Run) -> str:
    """The line with which a run was refused."""
    assert isinstance(run.ending, Failed)
    assert "\n" not in run.ending.message
    return run.ending.message


@pytest.fixture(scope="module")
def engine() -> Iterator[tuple[Worker, queue.Queue[Event]]]:
    """One engine for a module: the cascade stays loaded from run to run."""
    seen: queue.Queue[Event] = queue.Queue()
    worker = Worker(seen.put)
    worker.start()
    yield worker, seen
    assert worker.close(10)


@pytest.fixture
def until_end(engine: tuple[Worker, queue.Queue[Event]]) -> Callable[[str], list[Event]]:
    """Wait for the ending of a run; its events."""

    def wait(run: str) -> list[Event]:
        got: list[Event] = []
        while not (got and isinstance(got[-1], ENDINGS)):
            event = engine[1].get(timeout=60)
            got += [event] if event.run == run else []
        return got

    return wait


@pytest.fixture
def cut_short(
    engine: tuple[Worker, queue.Queue[Event]],
    until_end: Callable[[str], list[Event]],
    tmp_path: Path,
) -> Callable[..., Run]:
    """Cancel a run once its first step is to be seen; its folder."""
    worker, seen = engine

    def run(spec: Spec, now: bool = False) -> Run:
        name = worker.submit(spec, tmp_path / "long")
        control = worker.control(name)
        assert control is not None
        while not isinstance(seen.get(timeout=60), Frame):
            pass
        control.cancel(now)
        assert isinstance(until_end(name)[-1], Cancelled)
        return Run(tmp_path / "long")

    return run


@pytest.fixture
def serve(
    engine: tuple[Worker, queue.Queue[Event]],
    until_end: Callable[[str], list[Event]],
    tiny_cascade: Path,
    tmp_path: Path,
) -> Serve:
    """Run a spec of any kind on the tiny cascade; its folder."""

    def run(kind: type[Spec], name: str = "run", **fields: Any) -> Run:
        spec = kind.parse({"model": str(tiny_cascade)} | fields)
        until_end(engine[0].submit(spec, tmp_path / name))
        return Run(tmp_path / name)

    return run


@pytest.fixture
def draw(serve: Serve) -> Draw:
    """Run a Generate spec on the tiny cascade with few steps; its folder."""

    def run(name: str = "run", **fields: Any) -> Run:
        few = {"prompt": "a rocket", "steps": 4, "stage2_steps": 2}
        return serve(Generate, name, **(few | fields))

    return run


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A picture that is not square and has colours in it."""
    image = Image.linear_gradient("L").resize((40, 30)).convert("RGB")
    image.paste((200, 40, 40), (5, 5, 20, 25))
    image.save(tmp_path / "photo.png")
    return tmp_path / "photo.png"
