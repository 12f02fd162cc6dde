"""What Digits can ask for, at its left: a training, or digits drawn by a model that was trained."""

from collections.abc import Callable
from typing import Any, ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from engine import runs
from engine.specs import DigitSample, Spec, Train
from screens import keys
from screens.base.form_group import FormGroup
from screens.base.form_panel import FormPanel
from screens.training.followed_runs import FollowedRuns

FIRST = {"model": "class"}
"""What stands in the form of a training at the very first start."""


class DigitForm(FormPanel):
    """One of the two forms."""

    HELP = """
    ## The ask

    What to train, and how: a field that is left empty is the course's own for that model. **t** and
    **d** turn to training and to drawing; **Enter** runs, **D** trains in a process of its own,
    which goes on when this program or its terminal is gone. Numbers move with **+** and **−**,
    choices with ← and →.
    """


class DigitForms(FormGroup):
    """Two forms, one of them shown; unfolded while something is asked for.

    ``followed`` knows the training whose model draws; ``behind`` has the focus where the forms are
    folded away.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *keys.bindings("ask.prompt", "ask.leave", "ask.fold", "digits.train", "digits.draw")
    ]

    def __init__(
        self,
        values: dict[str, Any],
        device: str,
        followed: FollowedRuns,
        behind: Callable[[], Widget],
    ) -> None:
        self.train = DigitForm(Train, FIRST | values.get("train", {}), device, entry="model")
        self.draw = DigitForm(DigitSample, values.get("draw", {}), device, entry="digits")
        super().__init__({"train": self.train, "draw": self.draw})
        self._followed, self._behind = followed, behind
        self.add_class("-folded")

    @property
    def folded(self) -> bool:
        """Whether neither is seen."""
        return self.has_class("-folded")

    def fold(self, away: bool) -> None:
        super().fold(away)
        self.screen.set_class(not away, "-asking")
        if away:
            self.screen.set_focus(self._behind())
        self.screen.refresh_bindings()

    def take(self, spec: Spec) -> None:
        """Fill the form that asks for such a thing, shown or not."""
        (self.train if isinstance(spec, Train) else self.draw).take(spec)

    def action_train(self) -> None:
        self.show("train")
        self.train.action_prompt()

    def action_draw(self) -> None:
        if self._followed.spec is not None:
            self.draw.form.set_values({"training": reference(self._followed)})
        self.show("draw")
        self.draw.action_prompt()

    def action_prompt(self) -> None:
        self.action_draw() if self.active is self.draw else self.action_train()

    def action_leave(self) -> None:
        self.fold(True)

    def action_fold_ask(self) -> None:
        self.fold(not self.folded)


def reference(followed: FollowedRuns) -> str:
    """What a request calls the watched training: its name, or its folder if that is elsewhere."""
    folder = followed.watched.folder
    return folder.name if folder.parent == runs.root() else str(folder)
