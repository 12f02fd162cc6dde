"""Several forms in one place at the left, one of them shown."""

from functools import partial
from typing import Any

from rich.text import Text
from textual.containers import Vertical
from textual.widgets import Static

from engine.specs import Spec
from screens.base.form_panel import FormPanel


class FormGroup(Vertical):
    """Forms by their names, one of them shown; what was typed stays in each."""

    DEFAULT_CSS = """
    FormGroup { width: 36; height: 1fr; }
    FormGroup.-folded { display: none; }
    FormGroup > Static { height: 1; padding: 0 1; }
    FormGroup FormPanel { width: 1fr; }
    FormGroup FormPanel.-off { display: none; }
    """

    def __init__(self, panels: dict[str, FormPanel], first: str | None = None) -> None:
        self.panels, self._title = panels, Static("")
        super().__init__(self._title, *panels.values())
        self.name_shown = first if first in panels else next(iter(panels))
        for panel in panels.values():
            panel.typed, panel.unfold = self.values, partial(self.fold, False)

    def on_mount(self) -> None:
        self.show(self.name_shown)

    @property
    def active(self) -> FormPanel:
        """The form that is shown."""
        return self.panels[self.name_shown]

    def fold(self, away: bool) -> None:
        """Fold them away, or unfold them."""
        self.set_class(away, "-folded")

    def show(self, name: str) -> None:
        """Show a form; a branch that was begun goes on in it."""
        origin, self.name_shown = self.active.origin, name
        if origin is not self.active.origin:
            self.active.origin.take(origin.values, origin.last)
            origin.drop()
        for other, panel in self.panels.items():
            panel.set_class(other != name, "-off")
        styles = ("bold" if other == name else "dim" for other in self.panels)
        names = zip(self.panels, styles, strict=True)
        self._title.update(Text("  ").join(Text(other, style) for other, style in names))

    def show_next(self) -> None:
        """Show the form after this one."""
        names = list(self.panels)
        self.show(names[(names.index(self.name_shown) + 1) % len(names)])

    def take(self, spec: Spec) -> None:
        """Fill the form that asks for such a thing, and show it."""
        self.show(spec.kind)
        self.active.take(spec)

    def values(self) -> dict[str, Any]:
        """What is typed, to be there again at the next start."""
        typed = {name: panel.values() for name, panel in self.panels.items()}
        return {"form": self.name_shown, **typed}
