"""A training, watched: its curves, samples and pace; live, of another process, or years old."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar

from textual.binding import BindingType
from textual.widget import Widget
from textual.widgets import Static

from engine.runs.run_state import RunState
from engine.specs import Spec
from screens import keys
from screens.training.base import Watching
from screens.training.view import TrainingView

KEYS = (
    "timeline.back", "timeline.next", "timeline.far_back", "timeline.far_next", "timeline.first",
    "timeline.last", "run.cancel", "run.pause", "run.flip", "view",
)  # fmt: skip


class TrainingScreen(Watching):
    """One run, whichever process of this machine trains it: it can be held, stopped and saved."""

    NAME = "runs"
    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings("training", *KEYS)]
    HELP = """
    ## A training

    Its loss as it falls, raw and smoothed, and what its averaged weights draw: **←** and **→** walk
    the sample sheets, the upright line marks their step; **=** keeps one beside those to come and
    **f** flips between two. **up** and **down** choose a part, **c** a curve, **o** draws another
    run over this one. It can be held, stopped and told to write a checkpoint, whichever process
    trains it.
    """
    DEFAULT_CSS = """
    TrainingScreen #said {
        height: 1; padding: 0 1; color: $text-muted; text-wrap: nowrap; text-overflow: ellipsis;
    }
    """

    def __init__(self, spec: Spec, folder: Path, *given: Any) -> None:
        super().__init__(*given)
        self.spec, self.folder = spec, folder

    def body(self) -> Iterable[Widget]:
        assert self.spec is not None
        assert self.folder is not None
        self.said = Static("", id="said", markup=False)
        self.view = self.make_view(TrainingView(self.folder))
        yield self.said
        yield self.view

    @property
    def trace(self) -> RunState | None:
        return self.training

    def say(self) -> None:
        assert self.spec is not None
        self.said.update(f"{self.spec.title()} · {self.state()} · {self.folder}")

    def action_back(self) -> None:
        self.dismiss()
