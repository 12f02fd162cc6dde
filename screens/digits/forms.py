"""What Digits can ask for, at its left: a training, or digits drawn by a model that was trained."""

from typing import Any

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from engine.specs import DigitSample, Spec, Train
from screens.base.form_panel import FormPanel

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


class DigitForms(Vertical):
    """Two forms, one of them shown; unfolded while something is asked for."""

    DEFAULT_CSS = """
    DigitForms { width: 36; height: 1fr; }
    DigitForms.-folded { display: none; }
    DigitForms > Static { height: 1; padding: 0 1; }
    DigitForms FormPanel { width: 1fr; }
    DigitForms.-drawing #train, DigitForms.-training #draw { display: none; }
    """

    def __init__(self, values: dict[str, Any], device: str) -> None:
        super().__init__(classes="-folded -training")
        self.train = DigitForm(Train, FIRST | values.get("train", {}), device)
        self.draw = DigitForm(DigitSample, values.get("draw", {}), device)
        self.train.id, self.draw.id = "train", "draw"
        self._title = Static("")

    def compose(self) -> ComposeResult:
        yield self._title
        yield self.train
        yield self.draw

    def on_mount(self) -> None:
        self._tell()

    @property
    def active(self) -> FormPanel:
        """The form that is shown."""
        return self.draw if self.has_class("-drawing") else self.train

    @property
    def folded(self) -> bool:
        return self.has_class("-folded")

    def turn_to(self, form: FormPanel, field: str) -> None:
        """Unfold, show a form and put the focus on a field of it."""
        self.remove_class("-folded")
        self.set_class(form is self.draw, "-drawing")
        self.set_class(form is self.train, "-training")
        self._tell()
        form.form.rows[field].field.focus()

    def take(self, spec: Spec) -> None:
        """Fill the form that asks for such a thing."""
        form = self.train if isinstance(spec, Train) else self.draw
        form.take(spec)

    def values(self) -> dict[str, Any]:
        """What is typed, to be there again at the next start."""
        return {"train": self.train.values(), "draw": self.draw.values()}

    def _tell(self) -> None:
        drawing = self.active is self.draw
        on, off = "bold", "dim"
        self._title.update(
            Text.assemble(("train", off if drawing else on), "  ", ("draw", on if drawing else off))
        )
