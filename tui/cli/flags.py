"""Command-line flags made from a spec's fields: nothing about a field is said twice."""

import argparse
import difflib
import re
from collections.abc import Iterable
from typing import Any, NoReturn

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from engine import runs
from engine.errors import BadInput
from engine.specs import Spec, bounds, choices, ui_hints


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, as :class:`BadInput`, and which flag was meant."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_abbrev=False, **options)

    def error(self, message: str) -> NoReturn:
        if wrong := re.search(r"invalid choice: '(.*?)' \(", message):
            raise BadInput(_no_command(wrong[1], _commands(self)))
        if lacking := re.search(r"the following arguments are required: ([^,]*)", message):
            message = _missing(lacking[1], self._help_of(lacking[1]))
        raise BadInput(f"{message}; `{self.prog} --help` shows what there is")

    def _help_of(self, metavar: str) -> str:
        helps = (action.help for action in self._actions if action.metavar == metavar)
        return (next(helps, None) or "").replace("%%", "%")

    def read(self, arguments: list[str]) -> argparse.Namespace:
        """Parse everything; what is not known is refused.

        A command of two words ("forge evaluate") is one to argparse, which would else not let a
        command have both a positional and commands of its own.
        """
        if " ".join(arguments[:2]) in _commands(self):
            arguments = [" ".join(arguments[:2]), *arguments[2:]]
        first = arguments[0].partition("=")[0] if arguments else ""
        if first.startswith("-") and first not in (known := _flags(self, ())):
            raise BadInput(_unknown(first, known))
        args, unknown = self.parse_known_args(arguments)
        if unknown:
            stray = next((word for word in unknown if word.startswith("-")), unknown[0])
            takes = _words(self, arguments)
            raise BadInput(_unknown(stray, _flags(self, arguments), takes))
        return args


def add_fields(parser: argparse.ArgumentParser, spec: type[Spec], but: str = "") -> None:
    """One flag a field, those that it declares positional without dashes; it judges their texts.

    A flag that was not given leaves no value, so that the spec's own default holds. The field
    ``but`` gets none: it was said before.
    """
    fields = {name: field for name, field in spec.model_fields.items() if name != but}
    for name, field in fields.items():
        options: dict[str, Any] = {"help": describe(field), "default": argparse.SUPPRESS}
        some: dict[str, Any] = {}
        if name in spec.positional:
            if _taken_up(spec) or not field.is_required():
                some = {"nargs": "?", "default": argparse.SUPPRESS}
            parser.add_argument(name, metavar=name.upper(), help=describe(field), **some)
        elif field.annotation is bool:
            action = argparse.BooleanOptionalAction
            parser.add_argument(_flag(name), dest=name, action=action, **options)
        else:
            flags = (_flag(name), *ui_hints(field).get("aliases", ()))
            some = {"action": "append"} if ui_hints(field).get("repeated") else {}
            parser.add_argument(*flags, dest=name, metavar=_metavar(field), **options, **some)
        if "off_flag" in ui_hints(field):
            flag, value = ui_hints(field)["off_flag"]
            text = f"the same as {_flag(name)} {value}"
            parser.add_argument(
                flag, dest=name, action="store_const", const=value, default=argparse.SUPPRESS,
                help=text,
            )  # fmt: skip


def build(spec: type[Spec], args: argparse.Namespace) -> Spec:
    """The spec that the flags ask for; :class:`BadInput` names the first wrong field.

    With --resume RUN it is that run's own, with what the flags change.
    """
    given = {k: v for k, v in vars(args).items() if k in spec.model_fields}
    if _taken_up(spec) and given.get("resume"):
        given = {**_of_run(given["resume"], spec), **given, "out": ""}
        given["resume"] = str(runs.find(given["resume"]))
    for name, field in spec.model_fields.items():
        if field.is_required() and name not in given:
            called = name.upper() if _taken_up(spec) else _flag(name)
            raise BadInput(_missing(called, describe(field).replace("%%", "%")))
    return spec.parse(given)


def _taken_up(spec: type[Spec]) -> bool:
    """Whether a run of it is taken up by its name."""
    field = spec.model_fields.get("resume")
    return field is not None and field.annotation is str


def _of_run(name: str, spec: type[Spec]) -> dict[str, Any]:
    run = runs.open_run(name)
    if run.record.get("kind") != spec.kind:
        raise BadInput(
            f"{run.folder} holds a {run.record.get('kind')} run, no {spec.kind} to resume"
        )
    return run.spec.model_dump()


def describe(field: FieldInfo) -> str:
    """A field's help with its unit, choices, range and default."""
    parts = [field.description or ""]
    low, high = bounds(field)
    if choices(field):
        parts.append(f"({', '.join(choices(field))})")
    elif low is not None or high is not None:
        parts.append(f"({_number(low)} to {_number(high)})")
    if field.default not in (None, "", PydanticUndefined):
        parts.append(f"[{_typed(field.default)}]")
    return " ".join(parts).replace("%", "%%")


def _typed(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _number(value: float | None) -> str:
    return "…" if value is None else f"{value:g}" if value < 10**6 else str(value)


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")


def _metavar(field: FieldInfo) -> str:
    kinds = {int: "N", int | None: "N", float: "X", str: "TEXT"}
    return kinds.get(field.annotation, "LIST" if "tuple" in str(field.annotation) else "TEXT")  # type: ignore[arg-type]


def _flags(parser: argparse.ArgumentParser, arguments: Iterable[str]) -> list[str]:
    """Every flag known to the parser and to the commands that the arguments name."""
    known = [flag for action in parser._actions for flag in action.option_strings]
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name in set(arguments) & set(action.choices):
                known += _flags(action.choices[name], arguments)
    return known


def _commands(parser: argparse.ArgumentParser) -> list[str]:
    """The words of which a command line must take one here."""
    return [str(name) for action in parser._actions for name in action.choices or ()]


def _no_command(word: str, known: list[str]) -> str:
    near = difflib.get_close_matches(word, known, 1)
    hint = f"did you mean {near[0]}?" if near else "there are"
    return f"{word!r} is no command: {hint} ({', '.join(known)})"


def _missing(name: str, text: str) -> str:
    return f"{name} is missing: {text}" if text else f"{name} is missing"


def _words(parser: argparse.ArgumentParser, arguments: Iterable[str]) -> list[str]:
    """What the command that the arguments name takes without dashes."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            named = [action.choices[word] for word in arguments if word in action.choices]
            return _words(named[0], arguments) if named else []
    return [str(a.metavar) for a in parser._actions if not a.option_strings and a.metavar]


def _unknown(word: str, known: list[str], takes: Iterable[str] = ()) -> str:
    if not word.startswith("-"):
        most = f"; there is room for {' '.join(takes)}" if takes else ""
        return f"{word!r} is one word too many: put a text of several words in quotes{most}"
    near = difflib.get_close_matches(word.partition("=")[0], known, 1)
    hint = f"did you mean {near[0]}?" if near else "--help shows what there is"
    return f"{word!r} is not known here: {hint}"
