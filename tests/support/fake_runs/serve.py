"""An engine for scripts that draw: one request after the other, each in a folder for the time."""

import queue
from pathlib import Path

from engine.events import ENDINGS, Done, Event
from engine.runs import Run
from engine.specs import Spec
from engine.worker import Worker


class Serving:
    """Serves requests in sub-folders of a folder; the cascade stays loaded between them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._seen: queue.Queue[Event] = queue.Queue()
        self.worker = Worker(self._seen.put)
        self.worker.start()

    def serve(self, spec: Spec, name: str) -> Run:
        """Run a request to its end; AssertionError with what was said where it is not done."""
        self.worker.submit(spec, self.folder / name)
        while not isinstance(event := self._seen.get(), ENDINGS):
            pass
        assert isinstance(event, Done), event
        return Run(self.folder / name)
