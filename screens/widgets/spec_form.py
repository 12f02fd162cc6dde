"""A form made from a spec's own fields: nothing about any field is said a second time here."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from textual import events, on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widgets import Input

from engine.specs import Spec, problems
from screens.widgets import history
from screens.widgets.choice_field import ChoiceField
from screens.widgets.form_row import FormRow, typed
from screens.widgets.history import History
from screens.widgets.text_field import LongField


class SpecForm(VerticalScroll, can_focus=False):
    """What was typed stays as typed, right or wrong; a wrong field says so at once."""

    class Submitted(Message):
        """Enter, or :meth:`SpecForm.submit`: the request is right and wants to run."""

        def __init__(self, form: "SpecForm", spec: Spec) -> None:
            super().__init__()
            self.form, self.spec = form, spec

        @property
        def control(self) -> "SpecForm":
            return self.form

    class Edited(Message):
        """Something was typed."""

        def __init__(self, form: "SpecForm", field: str) -> None:
            super().__init__()
            self.form, self.field = form, field

        @property
        def control(self) -> "SpecForm":
            return self.form

    DEFAULT_CSS = """
    SpecForm {
        width: 1fr;
        height: 1fr;
        padding: 0 1;
        scrollbar-size-vertical: 1;
    }
    """

    def __init__(
        self, spec_type: type[Spec], history_folder: Path | None = None, **options: Any
    ) -> None:
        super().__init__(**options)
        self.spec_type = spec_type
        kept = history_folder or history.folder()
        self.rows = {
            name: FormRow(name, info, _default(info), History(kept / f"{name}.jsonl"))
            for name, info in spec_type.asked().items()
        }
        self._touched: set[str] = set()

    def compose(self) -> ComposeResult:
        yield from self.rows.values()

    def values(self) -> dict[str, str]:
        """What stands in each field, as typed."""
        return {name: row.field.text for name, row in self.rows.items()}

    def set_values(self, values: Mapping[str, Any]) -> None:
        """Write values into fields; names that the form does not have are passed over."""
        for name in self.rows.keys() & values.keys():
            self.rows[name].field.text = typed(values[name])

    def problems(self) -> dict[str, str]:
        """What is wrong now, field by field; a problem of the whole is the first field's."""
        return self._attempt({})[1]

    def spec(self, **hidden: Any) -> Spec | None:
        """The request; None, with its fields marked, when something is wrong with it.

        ``hidden`` are fields that the form does not show, such as ``start_from``.
        """
        spec, wrong = self._attempt(hidden)
        self._touched = set(self.rows)
        self._mark(wrong)
        return spec

    def submit(self, **hidden: Any) -> None:
        """Post :class:`SpecForm.Submitted`, or mark what is wrong and go there."""
        spec = self.spec(**hidden)
        if spec is None:
            return self._to_first_problem()
        for row in self.rows.values():
            if isinstance(row.field, LongField):
                row.field.history.add(row.field.text)
        self.post_message(self.Submitted(self, spec))

    def complain(self, name: str, line: str) -> None:
        """Mark a field from outside; it is taken back as soon as the field changes."""
        self._row(name).complain(line)

    def go_to(self, name: str) -> None:
        """Put the focus on a field."""
        self._row(name).field.focus()

    def _attempt(self, hidden: Mapping[str, Any]) -> tuple[Spec | None, dict[str, str]]:
        try:
            return self.spec_type(**self.values(), **hidden), {}
        except ValidationError as error:
            found = problems(error)
        return None, {self._row(n).field_name: _at_field(n, text) for n, text in found.items()}

    def _mark(self, wrong: Mapping[str, str]) -> None:
        for name in self._touched:
            self.rows[name].complain(wrong.get(name, ""))

    def _row(self, name: str) -> FormRow:
        return self.rows.get(name) or next(iter(self.rows.values()))

    def _to_first_problem(self) -> None:
        row = next((r for r in self.rows.values() if r.complaint), None)
        if row is not None:
            row.field.focus()

    @on(Input.Changed)
    @on(ChoiceField.Changed)
    def _changed(self, event: Message) -> None:
        event.stop()
        row = next((r for r in self.rows.values() if r.field is event._sender), None)
        if row is None:
            return
        self._touched.add(row.field_name)
        self._mark(self.problems())
        self.post_message(self.Edited(self, row.field_name))

    @on(Input.Submitted)
    @on(ChoiceField.Submitted)
    def _entered(self, event: Message) -> None:
        event.stop()
        self.submit()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        event.widget.scroll_visible(animate=False)


def _default(info: FieldInfo) -> str:
    return "" if info.is_required() else typed(info.default)


def _at_field(name: str, line: str) -> str:
    return line.removeprefix(f"{name.replace('_', ' ')}: ")
