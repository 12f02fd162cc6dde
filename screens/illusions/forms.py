"""What Illusions can ask for, at its left: an anagram, a hybrid, or any terms together."""

from typing import Any, ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from engine.specs import Anagram, Compose, Hybrid, Illusion
from screens import keys
from screens.base.form_group import FormGroup
from screens.base.form_panel import FormPanel
from screens.messages import SaveUiState, send
from screens.session import Session
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


def illusion_forms(values: dict[str, Any], cascade: dict[str, str], session: Session) -> FormGroup:
    """A form for each kind, filled with what was typed last."""
    panels: dict[str, FormPanel] = {}
    for kind in KINDS:
        typed = values.get(kind.kind, {}) | cascade
        panels[kind.kind] = IllusionForm(kind, typed, cascade["device"], session)
    return FormGroup(panels, values.get("form"))


class FormCommands(Widget):
    """Has no looks. Goes through the ``forms``, and through the views of an anagram."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *keys.bindings("illusions.view", "illusions.view_before", "illusions.form")
    ]
    DEFAULT_CSS = """
    FormCommands { display: none; }
    """

    def __init__(self, forms: FormGroup) -> None:
        super().__init__()
        self.forms = forms

    def action_other_form(self) -> None:
        self.forms.show_next()
        send(self, SaveUiState(ask=self.forms.values()))
        self.forms.active.action_prompt()
        self.refresh_bindings()

    def action_other_view(self, by: int) -> None:
        """Another view for the second prompt of the anagram."""
        form = self.forms.panels[Anagram.kind].form
        view = turned(form.values()["view"], SECOND, by, form.rows["view"].usual)
        form.set_values({"view": view})
        send(self, SaveUiState(ask=self.forms.values()))
        self.notify(f"view {view}; ctrl+g runs it", timeout=2)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return action != "other_view" or self.forms.name_shown == Anagram.kind
