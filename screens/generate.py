"""Generate: ask for pictures, watch them come, walk through their steps, branch from them."""

from typing import Any, ClassVar

from textual.binding import BindingType

from engine.specs import Generate
from screens import keys
from screens.run_place import RunPlace


class GenerateScreen(RunPlace):
    """The first place; a branch of any run is asked for here."""

    NAME = "generate"
    SPEC = Generate
    BINDINGS: ClassVar[list[BindingType]] = [
        *keys.bindings("ask", "timeline", "run", "view.single")
    ]

    def branch(self, spec: Generate, start: dict[str, Any], last: int) -> None:
        """Fill the form to go on from a step of a run that has ``last`` steps."""
        self.ask.take(spec)
        self.ask.origin.take(start, last)
        self.action_prompt()

    def action_detach(self) -> None:
        self.ask.origin.drop()
        self.refresh_bindings()

    def action_origin(self, delta: int) -> None:
        self.ask.origin.move(delta)
