"""One field of a form: its label, the field, and what is wrong with it."""

from collections.abc import Callable
from typing import Any, get_args, get_origin

from pydantic.fields import FieldInfo
from textual.app import ComposeResult
from textual.widget import Widget
from textual.widgets import Static

from engine.specs import bounds, choices, ui_hints
from engine.specs.terms import Term
from screens.widgets.form.choice_field import ChoiceField
from screens.widgets.form.input_history import History
from screens.widgets.form.number_field import NumberField
from screens.widgets.form.text_field import Completer, LongField, SuggestedField, TextField

FormField = TextField | ChoiceField


def field_for(info: FieldInfo, text: str, history: History) -> FormField:
    """The widget that a declared field calls for."""
    kind, fact = info.annotation, ui_hints(info)
    kind = next((part for part in (int, float) if kind == part | None), kind)
    if kind in (int, float):
        nudge = float(fact.get("step", 1))
        return NumberField(text, nudge, bounds(info), whole=kind is int)
    if any(get_origin(part) is tuple for part in (kind, *get_args(kind))):
        return _several(text, choices(info))
    if kind is bool:
        return ChoiceField(text, ("no", "yes"))
    if kind is not str:
        return ChoiceField(text, choices(info))
    if fact.get("long"):
        return LongField(history, text, placeholder=info.description or "")
    return SuggestedField(text, choices(info)) if choices(info) else TextField(text)


def _several(text: str, usual: tuple[str, ...]) -> TextField:
    """A field for several values: what is usual is each of them, or all of them at once."""
    if not usual:
        return TextField(text)
    return SuggestedField(text, usual, several=not any("," in value for value in usual))


class FormRow(Widget):
    """A label beside its field, or above a field that deserves the whole line."""

    DEFAULT_CSS = """
    FormRow {
        layout: grid;
        grid-size: 2;
        grid-columns: 12 1fr;
        grid-rows: auto;
        height: auto;
        & > .label { color: $text-muted; }
        &:focus-within > .label { color: $text-accent; }
        & > .complaint { column-span: 2; color: $text-error; display: none; height: auto; }
        &.-wrong > .complaint { display: block; }
        &.-hinted > .complaint { display: block; color: $text-warning; }
        &.-wrong > .label { color: $text-error; }
        &.-long { grid-size: 1; grid-columns: 1fr; margin: 0 0 1 0; }
        &.-long > .complaint { column-span: 1; }
    }
    """

    def __init__(self, name: str, info: FieldInfo, text: str, history: History) -> None:
        super().__init__(id=f"row-{name}", classes="-long" if ui_hints(info).get("long") else "")
        self.field_name, self.info = name, info
        self.field = field_for(info, text, history)
        self.complaint = self.hint = self.told = ""
        self.touched = False

    def compose(self) -> ComposeResult:
        label = ui_hints(self.info).get("label", self.field_name.replace("_", " "))
        yield Static(label, classes="label", markup=False)
        yield self.field
        yield Static(self.complaint or self.hint, classes="complaint", markup=False)

    def complain(self, line: str) -> None:
        """Say what is wrong by another's word; it is taken back as soon as the field changes."""
        self.told = self.complaint = line
        self._tell()

    def mark(self, problem: str) -> None:
        """Say what is wrong by the form's own word, once somebody has been here."""
        if self.touched or self.told:
            self.complaint = (problem if self.touched else "") or self.told
            self._tell()

    def completing(self, complete: Callable[[str], str] | None) -> None:
        """Show in a text field, behind the cursor, what → at its end would make of the text."""
        assert isinstance(self.field, LongField)
        self.field.suggester = Completer(complete) if complete else None

    def advise(self, line: str) -> None:
        """Say what to know about a field that is not wrong; an empty line takes it back."""
        self.hint = line
        self._tell()

    def _tell(self) -> None:
        self.set_class(bool(self.complaint), "-wrong")
        self.set_class(bool(self.hint and not self.complaint), "-hinted")
        self.field.set_class(bool(self.complaint), "-wrong")
        if self.is_mounted:
            self.query_one(".complaint", Static).update(self.complaint or self.hint)

    @property
    def help(self) -> str:
        """One line about the field, as declared, and how to move a number."""
        parts = [self.info.description or ""]
        if isinstance(self.field, NumberField):
            parts += [self.field.wanted, "+ − move it, * _ ten times"]
        if isinstance(self.field, SuggestedField) and self.field.several:
            parts.append("↑ ↓ other ones")
        return " · ".join(p for p in parts if p)

    @property
    def usual(self) -> tuple[str, ...]:
        """The values of the field that are suggested."""
        return choices(self.info)

    @property
    def unfinished(self) -> bool:
        """Whether it is empty because somebody is about to type."""
        return self.field.has_focus and not self.field.text.strip()


def shown(row: FormRow, line: str) -> str:
    """A problem's line where the field's own name stands beside it, in as few words as will do."""
    text = line.removeprefix(f"{row.field_name.replace('_', ' ')}: ")
    terse = isinstance(row.field, NumberField) and text.startswith("input should be")
    return row.field.wanted if isinstance(row.field, NumberField) and terse else text


def typed(value: Any) -> str:
    """A field's value as it would be typed."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        if any(isinstance(v, Term) for v in value):
            return "; ".join(map(str, value))
        return ",".join(f"{v:g}" if isinstance(v, float) else str(v) for v in value)
    return "" if value is None else str(value)
