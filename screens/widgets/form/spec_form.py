"""A form made from a spec's own fields: nothing about any field is said a second time here."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from textual import events, on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Static

from engine.specs import Spec, problems
from screens.messages import SubmitRun, send
from screens.widgets.form import input_history
from screens.widgets.form.choice_field import ChoiceField
from screens.widgets.form.form_row import FormRow, shown, typed
from screens.widgets.form.input_history import History
from screens.widgets.form.text_field import Completer, LongField


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
        super().__init__(**options)
        self.spec_type = spec_type
        kept = history_folder or input_history.folder()
        self.rows = {
            name: FormRow(name, info, _default(info), History(kept / f"{name}.jsonl"))
            for name, info in spec_type.form_fields().items()
        }
        self.entering: dict[str, Callable[[], None]] = {}
        """What Enter does in a field where it is something else than to run."""
        self.hidden: Callable[[], Mapping[str, Any]] = dict
        self._touched: set[str] = set()
        self._told: dict[str, str] = {}

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="rows", can_focus=False):
            yield from self.rows.values()
        yield Static("", id="help", markup=False)

    def values(self) -> dict[str, str]:
        """What stands in each field, as typed."""
        return {name: row.field.text for name, row in self.rows.items()}

    def set_values(self, values: Mapping[str, Any]) -> None:
        """Write values into fields; names that the form does not have are passed over."""
        for name in self.rows.keys() & values.keys():
            self.rows[name].field.text = typed(values[name])

    def attempt(self) -> Spec | None:
        """The request as it stands; None where something is wrong, of which nothing is said."""
        return self._attempt({})[0]

    def problems(self) -> dict[str, str]:
        """What is wrong now, field by field; a problem of the whole is the field's that it names,
        or the first one's."""
        return self._attempt({})[1]

    def spec(self, **changed: Any) -> Spec | None:
        """The request, but for what is ``changed``; None, with its fields marked, when something
        is wrong with it.
        """
        spec, wrong = self._attempt({**self.hidden(), **changed})
        self._touched = set(self.rows)
        self._mark(wrong)
        return spec

    def submit(self, **changed: Any) -> None:
        """Post :class:`SubmitRun`, or mark what is wrong and go there."""
        spec = self.ready(**changed)
        if spec is not None:
            send(self, SubmitRun(spec))

    def ready(self, **changed: Any) -> Spec | None:
        """The request that is about to run; None after going to what is wrong with it."""
        spec = self.spec(**changed)
        if spec is None:
            self._to_first_problem()
            return None
        for row in self.rows.values():
            if isinstance(row.field, LongField):
                row.field.history.add(row.field.text)
        return spec

    def complain(self, name: str, line: str) -> None:
        """Mark a field from outside; it is taken back as soon as that field changes."""
        row = self._row(name)
        self._told[row.field_name] = line
        row.complain(line)

    def advise(self, name: str, line: str) -> None:
        """Say what to know about a field; an empty line takes it back."""
        self._row(name).advise(line)

    def completing(self, name: str, complete: Callable[[str], str] | None) -> None:
        """Show in a text field, behind the cursor, what → at its end would make of the text."""
        field = self._row(name).field
        assert isinstance(field, LongField)
        field.suggester = Completer(complete) if complete else None

    def go_to(self, name: str) -> None:
        """Put the focus on a field."""
        self._row(name).field.focus()

    def _attempt(self, more: Mapping[str, Any]) -> tuple[Spec | None, dict[str, str]]:
        try:
            return self.spec_type(**{**self.values(), **more}), {}
        except ValidationError as error:
            found = problems(error)
        rows = {self._row(name or _named(line)): line for name, line in found.items()}
        return None, {row.field_name: shown(row, line) for row, line in rows.items()}

    def _mark(self, wrong: Mapping[str, str]) -> None:
        for name in self._touched | self._told.keys():
            self.rows[name].complain(wrong.get(name) or self._told.get(name, ""))

    def _row(self, name: str) -> FormRow:
        return self.rows.get(name) or next(iter(self.rows.values()))

    def _row_of(self, field: object) -> FormRow | None:
        return next((r for r in self.rows.values() if r.field is field), None)

    def _to_first_problem(self) -> None:
        row = next((r for r in self.rows.values() if r.complaint), None)
        if row is not None:
            row.field.focus()

    @on(Input.Changed)
    @on(ChoiceField.Changed)
    def _changed(self, event: Message) -> None:
        event.stop()
        row = self._row_of(event._sender)
        if row is None:
            return
        self._touched.add(row.field_name)
        self._told.pop(row.field_name, None)
        self._mark({n: p for n, p in self.problems().items() if not self.rows[n].unfinished})
        send(self, self.Edited(self, row.field_name))

    @on(Input.Submitted)
    @on(ChoiceField.Submitted)
    def _entered(self, event: Message) -> None:
        event.stop()
        row = self._row_of(event.control)
        self.entering.get(row.field_name if row else "", self.submit)()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        row = self._row_of(event.widget)
        if row is not None:
            self.query_one("#help", Static).update(row.help)
            row.scroll_visible(animate=False)

    def on_descendant_blur(self) -> None:
        self.query_one("#help", Static).update("")
        self._mark(self.problems())


def _named(line: str) -> str:
    """The field that a line about the whole begins with."""
    return line.partition(":")[0].replace(" ", "_")


def _default(info: FieldInfo) -> str:
    return "" if info.is_required() else typed(info.default)
