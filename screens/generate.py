"""Generate: ask for pictures, watch them come, walk through their steps, branch from them."""

from typing import ClassVar

from textual.binding import BindingType

from engine.specs import Generate
from screens import keys
from screens.base.run_screen import RunScreen


class GenerateScreen(RunScreen):
    """The first place; a branch of a run that began with a picture is asked for here too."""

    NAME = "generate"
    SPEC = Generate
    BINDINGS: ClassVar[list[BindingType]] = [
        *keys.bindings("ask", "timeline", "run", "view.single")
    ]
