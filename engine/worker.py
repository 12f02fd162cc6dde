"""The one engine thread: takes specs, yields events, can be cancelled, survives errors.

Importing this module imports no torch; the thread does, when the first request needs it.
"""

import importlib
import os
import queue
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from engine import distributed_env, events, runs
from engine.control import Control
from engine.errors import BadInput, OutOfMemory, Stopped, Unavailable
from engine.job import Emit, Job, RecordedJob
from engine.specs import Spec

SPIN = {"GOMP_SPINCOUNT": "10000"}
"""How long torch's threads spin before they sleep, read once when torch is imported. With libgomp's
own, longer value a model call beside another busy process takes two to three times as long."""


class Worker:
    """Owns the engine thread. ``emit`` is called on that thread and must not wait."""

    def __init__(self, emit: Emit) -> None:
        self._emit = emit
        self._queue: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._jobs: dict[str, Job] = {}
        self._memory: dict[str, Any] = {}
        self._thread = threading.Thread(target=self._serve, name="engine", daemon=True)

    def start(self) -> None:
        """Start the thread; requests submitted before are waiting for it."""
        self._thread.start()

    def submit(self, spec: Spec, folder: Path | None = None) -> str:
        """Queue a request; returns the name of its run. ``folder`` is where it is recorded."""
        folder = (folder or runs.folder_for(spec, self._jobs)) if spec.has_run_folder else None
        name = folder.name if folder else spec.kind
        job = Job(name, spec, folder, self._emit, memory=self._memory)
        self._jobs[name] = job
        job.say(events.Queued)
        self._queue.put(job)
        return name

    def control(self, run: str) -> Control | None:
        """The control of a run that waits or runs; None once it has ended."""
        job = self._jobs.get(run)
        return job.control if job else None

    def close(self, timeout: float = 0.5) -> bool:
        """Cancel everything at once and wait for the thread; False when it is still in a call."""
        for job in tuple(self._jobs.values()):
            job.control.cancel(now=True)
        self._queue.put(None)
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _serve(self) -> None:
        for name, value in SPIN.items():
            os.environ.setdefault(name, value)
        while (job := self._queue.get()) is not None:
            try:
                _run(job)
            finally:
                if self._jobs.get(job.name) is job:  # requests without a folder share a name
                    del self._jobs[job.name]


def _run(job: Job) -> None:
    """Serve one request; however it ends, exactly one ending is emitted."""
    job.begun = time.monotonic()
    if job.control.cancelled:  # while it waited: it leaves no folder
        job.say(events.Cancelled)
        return
    served = job
    with ExitStack() as stack:
        try:
            if job.folder is not None and distributed_env.rank() == 0:
                writer = stack.enter_context(runs.RunWriter(job.folder, job.spec))
                served = RecordedJob.of(job, writer)
            served.say(events.Started, str(job.folder or ""), os.getpid())
            _activity(job.spec)(served)
            ending: tuple[Any, ...] = (events.Cancelled if job.control.cancelled else events.Done,)
        except Stopped:
            ending = (events.Cancelled,)
        except OutOfMemory as error:
            ending = (events.Failed, _recover(served, error), 3)
        except Exception as error:  # an error in a run ends that run, never the thread
            ending = (events.Failed, *_message_and_code(error))
        try:
            served.say(*ending)
        except BadInput as error:  # the disk that failed the run cannot take its ending either
            job.say(events.Failed, str(error), 2)


def _activity(spec: Spec) -> Callable[[Job], None]:
    """What serves a spec: ``run`` of its module in engine.activities, named like its kind."""
    run = importlib.import_module(f"engine.activities.{spec.activity or spec.kind}").run
    return lambda job: run(job, spec)


def _recover(job: Job, error: OutOfMemory) -> str:
    """Imported where there was something to free: it needs torch."""
    recover: Callable[[Job, OutOfMemory], str]
    recover = importlib.import_module("engine.sampling.model_cache").recover_from_oom
    return recover(job, error)


def _message_and_code(error: Exception) -> tuple[str, int]:
    if isinstance(error, BadInput):
        return str(error), 2
    if isinstance(error, Unavailable):
        return str(error), 3
    return f"{type(error).__name__}: {error}".splitlines()[0], 1
