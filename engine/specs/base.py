"""What every request shares: a field declared once gives form, flag, help and metadata."""

from collections.abc import Mapping
from typing import Any, ClassVar, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.fields import FieldInfo

from engine.errors import BadInput


def param(default: Any, text: str, **extra: Any) -> Any:
    """Declare one field: default, one-line help, and what pydantic and the form need.

    ``ge, gt, le, lt, min_length, max_length, allow_inf_nan`` go to pydantic. The rest is for the
    surfaces: ``unit`` (printed after the number), ``label`` (on the form; the name otherwise),
    ``step`` (how far + and - move it), ``choices`` (suggestions for a free text, or what finds
    them), ``notes`` (what each of its values is), ``off_flag`` (a flag that sets a value:
    ``("--no-stage2", "none")``), ``aliases`` (other names of its flag), ``repeated`` (its flag may
    be given several times), ``hidden`` (not on the form), ``long`` (deserves a whole line).
    """
    bounds = {k: extra.pop(k) for k in tuple(extra) if k in _PYDANTIC}
    return Field(default, description=text, json_schema_extra=extra, **bounds)


_PYDANTIC = {"ge", "gt", "le", "lt", "min_length", "max_length", "allow_inf_nan"}


class Spec(BaseModel):
    """One request. Frozen; unknown fields are refused; ``kind`` names the activity that serves it.

    What surfaces make of it is said here too: ``command`` are the words of its command, '' where
    it has none, ``summary`` is that command's line of help, ``positional`` names the fields that
    are written without dashes, ``position`` orders the commands, and ``screen`` names the place
    where its runs are watched, '' where they have none of their own. ``form_first`` and
    ``form_last`` are the fields at the top and at the end of its form.

    ``has_run_folder`` says whether serving it writes a run folder, ``resumable`` whether serving it
    again in the same folder takes up the work where it was left, ``locked_on_resume`` names the
    fields that must then be what they were. ``activity`` is the module that serves it where several
    kinds share one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)
    kind: ClassVar[str]
    command: ClassVar[str] = ""
    summary: ClassVar[str] = ""
    positional: ClassVar[tuple[str, ...]] = ()
    position: ClassVar[int] = 1000
    screen: ClassVar[str] = ""
    form_first: ClassVar[tuple[str, ...]] = ()
    form_last: ClassVar[tuple[str, ...]] = ()
    activity: ClassVar[str] = ""
    has_run_folder: ClassVar[bool] = True
    resumable: ClassVar[bool] = False
    locked_on_resume: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def parse(cls, fields: Mapping[str, Any]) -> Self:
        """Build the spec, or raise :class:`BadInput` with one line for the first wrong field."""
        try:
            return cls(**fields)
        except ValidationError as error:
            raise BadInput("; ".join(problems(error).values())) from None

    def changed(self, fields: Mapping[str, Any]) -> Self:
        """The same request but for these fields; BadInput as :meth:`parse`."""
        return self.parse({**dict(self), **fields})

    def home(self) -> str:
        """The run folder that the request itself names; empty where it names none."""
        return ""

    def sample_titles(self) -> tuple[str, ...]:
        """What tells the samples of a run apart; empty where only their seeds do."""
        return ()

    def sample_columns(self) -> int:
        """How many samples belong side by side; 0 where any number will do."""
        return 0

    def title(self) -> str:
        """What a list of runs shows for it."""
        return self.kind

    @classmethod
    def form_fields(cls) -> dict[str, FieldInfo]:
        """The fields that a form shows: what is asked for before how, the activity's own first."""
        ends = {*cls.form_first, *cls.form_last}
        own = [name for name in cls.model_fields if name not in ends]
        order = (*cls.form_first, *own, *cls.form_last)
        return {n: f for n in order if not ui_hints(f := cls.model_fields[n]).get("hidden")}


def ui_hints(field: FieldInfo) -> dict[str, Any]:
    """The surface facts given to :func:`param` for this field."""
    extra = field.json_schema_extra
    return dict(extra) if isinstance(extra, dict) else {}


def bounds(field: FieldInfo) -> tuple[float | None, float | None]:
    """Inclusive (low, high) of a numeric field; None where it is open."""
    low = next((m.ge for m in field.metadata if hasattr(m, "ge")), None)
    high = next((m.le for m in field.metadata if hasattr(m, "le")), None)
    return low, high


def choices(field: FieldInfo) -> tuple[str, ...]:
    """The values of a Literal field, or the suggestions of a free one."""
    if _is_literal(field):
        return tuple(map(str, get_args(field.annotation)))
    suggestions = ui_hints(field).get("choices", ())
    return tuple(suggestions() if callable(suggestions) else suggestions)


def _is_literal(field: FieldInfo) -> bool:
    args = get_args(field.annotation)
    return bool(args) and all(isinstance(a, str) for a in args)


def problems(error: ValidationError) -> dict[str, str]:
    """One clear line per field of a failed validation; the key is '' where no field is named."""
    lines: dict[str, str] = {}
    for item in error.errors(include_url=False):
        name = str(item["loc"][0]) if item["loc"] else ""
        lines.setdefault(name, _line(name, item))
    return lines


def _line(name: str, item: Any) -> str:
    message: str = item["msg"].removeprefix("Value error, ")
    if not name:
        return message
    given = "" if item["type"] in ("missing", "value_error") else f" (got {_short(item['input'])})"
    return f"{name.replace('_', ' ')}: {message[0].lower()}{message[1:]}{given}"


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."
