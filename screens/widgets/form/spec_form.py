"""A form made from a spec's own fields: nothing about any field is said a second time here."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from textual import events, on
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Static

from engine.specs import Spec, problems
from screens.messages import SubmitRun, send
from screens.picture.textual_private import sender
from screens.widgets.form import input_history
from screens.widgets.form.choice_field import ChoiceField
from screens.widgets.form.form_row import FormRow, shown, typed
from screens.widgets.form.input_history import History
from screens.widgets.form.text_field import LongField


class Attempt(NamedTuple):
    """The request; or None, and what is wrong with it, field by field.

    A problem of the whole is the field's that it names, or the first one's.
    """

    spec: Spec | None
    problems: dict[str, str]


class Rows(dict[str, FormRow]):
    """The rows of a form by their fields; a field that it does not show is the first one's."""

    def __missing__(self, name: str) -> FormRow:
        return next(iter(self.values()))

    def of(self, widget: object) -> FormRow | None:
        """The row whose field a widget is."""
        return next((row for row in self.values() if row.field is widget), None)

    def mark(self, wrong: Mapping[str, str], *touched: str) -> None:
        """Say what is wrong, of the fields that were ``touched`` up to now."""
        for name, row in self.items():
            row.touched = row.touched or name in touched
            row.mark(wrong.get(name, ""))


class SpecForm(Widget):
    """What was typed stays as typed, right or wrong; a wrong field says so at once.

    Enter posts :class:`SubmitRun` with the whole request: what is typed, and ``hidden()``, the
    fields that the form does not show.
    """

    class Edited(Message):
        """Something was typed into ``field``."""

        def __init__(self, form: "SpecForm", field: str) -> None:
            super().__init__()
            self.form, self.field = form, field

        @property
        def control(self) -> "SpecForm":
            return self.form

    DEFAULT_CSS = """
    SpecForm {
        layout: vertical;
        width: 1fr;
        height: 1fr;
        padding: 0 1;
        & > #rows { height: 1fr; scrollbar-size-vertical: 1; }
        & > #help { height: 3; color: $text-muted; }
    }
    """

    def __init__(
        self, spec_type: type[Spec], history_folder: Path | None = None, **options: Any
    ) -> None:
        kept = history_folder or input_history.folder()
        self.rows = Rows(
            (name, FormRow(name, info, _default(info), History(kept / f"{name}.jsonl")))
            for name, info in spec_type.form_fields().items()
        )
        self.help = Static("", id="help", markup=False)
        scrolled = VerticalScroll(*self.rows.values(), id="rows", can_focus=False)
        super().__init__(scrolled, self.help, **options)
        self.spec_type = spec_type
        self.entering: dict[str, Callable[[], None]] = {}
        """What Enter does in a field where it is something else than to run."""
        self.hidden: Callable[[], Mapping[str, Any]] = dict

    def values(self) -> dict[str, str]:
        """What stands in each field, as typed."""
        return {name: row.field.text for name, row in self.rows.items()}

    def set_values(self, values: Mapping[str, Any]) -> None:
        """Write values into fields; names that the form does not have are passed over."""
        for name in self.rows.keys() & values.keys():
            self.rows[name].field.text = typed(values[name])

    def attempt(self, **changed: Any) -> Attempt:
        """The request as it stands, but for what is ``changed``; nothing is marked."""
        try:
            return Attempt(self.spec_type(**{**self.values(), **changed}), {})
        except ValidationError as error:
            wrong = problems(error)
        rows = {self.rows[name or _named(line)]: line for name, line in wrong.items()}
        return Attempt(None, {row.field_name: shown(row, line) for row, line in rows.items()})

    def ready(self, **changed: Any) -> Spec | None:
        """The request that is about to run; None after marking what is wrong and going there."""
        spec, wrong = self.attempt(**{**self.hidden(), **changed})
        self.rows.mark(wrong, *self.rows)
        for row in self.rows.values():
            if spec is None and row.complaint:
                row.field.focus()
                break
            if spec is not None and isinstance(row.field, LongField):
                row.field.history.add(row.field.text)
        return spec

    def submit(self, **changed: Any) -> None:
        """Post :class:`SubmitRun`, or mark what is wrong and go there."""
        spec = self.ready(**changed)
        if spec is not None:
            send(self, SubmitRun(spec))

    @on(Input.Changed)
    @on(ChoiceField.Changed)
    def _changed(self, event: Message) -> None:
        event.stop()
        row = self.rows.of(sender(event))
        if row is None:
            return
        row.told = ""
        wrong = self.attempt().problems
        self.rows.mark(
            {n: p for n, p in wrong.items() if not self.rows[n].unfinished}, row.field_name
        )
        send(self, self.Edited(self, row.field_name))

    @on(Input.Submitted)
    @on(ChoiceField.Submitted)
    def _entered(self, event: Message) -> None:
        event.stop()
        row = self.rows.of(event.control)
        self.entering.get(row.field_name if row else "", self.submit)()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        row = self.rows.of(event.widget)
        if row is not None:
            self.help.update(row.help)
            row.scroll_visible(animate=False)

    def on_descendant_blur(self) -> None:
        self.help.update("")
        self.rows.mark(self.attempt().problems)


def _named(line: str) -> str:
    """The field that a line about the whole begins with."""
    return line.partition(":")[0].replace(" ", "_")


def _default(info: FieldInfo) -> str:
    return "" if info.is_required() else typed(info.default)
