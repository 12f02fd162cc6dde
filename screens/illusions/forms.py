"""What Illusions can ask for, at its left: an anagram, a hybrid, or any terms together."""

from typing import Any

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from engine.specs import Anagram, Compose, Hybrid, Illusion, Spec
from engine.vocabulary import Vocabulary
from screens.base.form_panel import FormPanel, Origin
from screens.widgets.form.spec_form import SpecForm
from screens.widgets.form.text_field import turned

KINDS: tuple[type[Illusion], ...] = (Anagram, Hybrid, Compose)
SECOND = 1
"""The prompt whose view is tried out."""


class IllusionForm(FormPanel):
    """One of the forms."""

    HELP = """
    ## The ask

    **ctrl+n** goes on to the next form: an *anagram* is something else when it is turned, a
    *hybrid* something else from afar, *compose* adds up terms `prompt|view|band|weight`. **Enter**
    runs; in the line of views ↑ and ↓ try other ones, of the prompt under the cursor.
    """


class IllusionForms(Vertical):
    """A form for each kind, one of them shown; what was typed stays in each."""

    DEFAULT_CSS = """
    IllusionForms { width: 36; height: 1fr; }
    IllusionForms.-folded { display: none; }
    IllusionForms > Static { height: 1; padding: 0 1; }
    IllusionForms FormPanel { width: 1fr; }
    IllusionForms FormPanel.-off { display: none; }
    """

    def __init__(self, values: dict[str, Any], cascade: dict[str, str]) -> None:
        super().__init__()
        self.panels = {
            kind.kind: IllusionForm(kind, values.get(kind.kind, {}) | cascade, cascade["device"])
            for kind in KINDS
        }
        first = values.get("form")
        self.kind = first if first in self.panels else Anagram.kind
        self._title = Static("")

    def compose(self) -> ComposeResult:
        yield self._title
        yield from self.panels.values()

    def on_mount(self) -> None:
        self.show(self.kind)

    @property
    def active(self) -> FormPanel:
        """The form that is shown."""
        return self.panels[self.kind]

    @property
    def form(self) -> SpecForm:
        return self.active.form

    @property
    def origin(self) -> Origin:
        return self.active.origin

    def show(self, kind: str) -> None:
        """Show the form of a kind; a branch that was begun goes on in it."""
        begun, self.kind = self.origin, kind
        if begun is not self.origin:
            self.origin.take(begun.values, begun.last)
            begun.drop()
        for name, panel in self.panels.items():
            panel.set_class(name != kind, "-off")
        styles = ("bold" if name == kind else "dim" for name in self.panels)
        words = zip(self.panels, styles, strict=True)
        self._title.update(Text("  ").join(Text(name, style) for name, style in words))

    def next(self) -> None:
        """The form after this one."""
        names = list(self.panels)
        self.show(names[(names.index(self.kind) + 1) % len(names)])

    def take(self, spec: Spec) -> None:
        """Fill the form that asks for such a thing, and show it."""
        self.show(spec.kind)
        self.active.take(spec)

    def values(self) -> dict[str, Any]:
        """What is typed, to be there again at the next start."""
        return {"form": self.kind} | {name: one.values() for name, one in self.panels.items()}

    def other_view(self, by: int) -> str:
        """Another view for the second prompt of the anagram; returns what its field now says."""
        form = self.panels[Anagram.kind].form
        usual = form.rows["view"].usual
        view = turned(form.values()["view"], SECOND, by, usual)
        form.set_values({"view": view})
        return view

    def know(self, known: Vocabulary | None, model: str) -> None:
        """The open cascade's vocabulary."""
        for panel in self.panels.values():
            panel.know(known, model)

    def run(self, **changed: Any) -> None:
        """Ask for what stands in the form that is shown."""
        if self.form.attempt().problems:
            self.remove_class("-folded")
        self.active.run(**changed)

    def seed(self, delta: int, fresh: int) -> str:
        """Another seed for it."""
        return self.active.seed(delta, fresh)
