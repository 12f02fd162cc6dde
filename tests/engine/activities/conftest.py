"""An engine on a tiny random cascade, and a way to run a spec to its end."""

import queue
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.events import ENDINGS, Event
from engine.runs import Run
from engine.specs import Generate
from engine.worker import Worker

Draw = Callable[..., Run]


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
def draw(
    engine: tuple[Worker, queue.Queue[Event]],
    until_end: Callable[[str], list[Event]],
    tiny_cascade: Path,
    tmp_path: Path,
) -> Draw:
    """Run a Generate spec on the tiny cascade with few steps; its folder."""

    def run(name: str = "run", **fields: Any) -> Run:
        few = {"prompt": "a rocket", "steps": 4, "stage2_steps": 2, "model": str(tiny_cascade)}
        spec = Generate(**(few | fields))
        until_end(engine[0].submit(spec, tmp_path / name))
        return Run(tmp_path / name)

    return run
