"""The tree of commands. One that serves a spec is made from what the spec declares of it."""

import argparse
import math
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from typing import TypeAlias

from engine.specs import KINDS, DigitSample, Open, Spec
from screens.picture.picture_mode import names
from tui.cli import attach, commands, doctor
from tui.cli import run_commands as stored
from tui.cli.flags import Parser, add_fields
from tui.cli.output import Answer

ANSWERS: dict[str, Callable[..., Answer]] = {
    "ema": commands.choose_ema,
    "evaluate": commands.evaluate_cascade,
    "digit_sample": commands.sample_digits,
    "digit_evaluate": commands.evaluate_digits,
    "digit_ood": commands.test_noise_levels,
    "prompts": commands.import_prompts,
    "doctor": doctor.doctor,
}
"""Of kinds whose command does more than to serve a run."""
LATER = ("digits", "prompts", "doctor")
"""Commands, or first words of such, that come after those which draw and train."""
Commands: TypeAlias = "argparse._SubParsersAction[Parser]"
OUT = (
    "the finished picture as FILE.png; FILE.sheet.png lays it out, FILE.gif and FILE.mp4 show its"
    " steps, or an illusion turning (its steps: FILE.steps.gif, .steps.mp4, .steps.sheet.png)"
)
ACTIONS = {
    "list": ("", stored.list_runs, "every run, newest first"),
    "show": ("RUN", stored.show, "what was asked, how it ended, its pictures"),
    "export": (
        "RUN",
        stored.export_run,
        "--out FILE.png, .sheet.png, .gif, .mp4; .steps.gif ...",
    ),
    "replay": ("RUN|PNG", stored.replay, "run it again: exit 0 when the same bits come out"),
    "attach": ("RUN", attach.attach, "show a run of any process, all of it and what is to come"),
    **{
        order: ("RUN", partial(attach.steer, order=order), text)
        for order, text in attach.ORDERS.items()
    },
}


def parser() -> Parser:
    """Bare flags are the app's; each command has its own."""
    top = Parser(prog="diffuscope", description="A microscope for diffusion models.")
    top.add_argument("--version", action="version", version=f"diffuscope {version('diffuscope')}")
    add_fields(top, Open)
    top.add_argument("--images", help=f"auto, {', '.join(names())} or off", metavar="WAY")
    top.add_argument(
        "--bandwidth", type=_kilobytes, help="what pictures may take of the link", metavar="KB/S"
    )
    top.add_argument("--color", help="auto, truecolor, 256, 16 or none", metavar="DEPTH")
    top.set_defaults(answer=None)
    under = top.add_subparsers(metavar="COMMAND", parser_class=Parser)
    for kind in KINDS.values():
        if kind.command and kind.command.split()[0] not in LATER:
            _serving(under, kind.command, kind)
    _digits(under.add_parser("digits", help="sample, evaluate or test a trained digit model"))
    _runs(_command(under, "runs", "list, show, attach, steer, export, replay"))
    _prompts(_command(under, "prompts", "those whose embeddings are kept: list, import"))
    _serving(under, "doctor", KINDS["doctor"])
    return top


def _serving(under: Commands, name: str, kind: type[Spec], but: str = "") -> None:
    """A command that serves a spec; without the field ``but``, which was said before."""
    command = _command(under, name, kind.summary)
    add_fields(command, kind, but)
    if kind.resumable:
        command.add_argument("--detach", action="store_true", help="train in a process of its own")
    elif kind.has_run_folder:
        _places(command)
    command.set_defaults(answer=partial(_answer_of(kind), kind=kind))


def _answer_of(kind: type[Spec]) -> Callable[..., Answer]:
    return ANSWERS.get(kind.kind) or (commands.work if kind.resumable else commands.draw)


def _named(group: str) -> dict[str, type[Spec]]:
    """The kinds whose command's first word is ``group``, by the others."""
    words = ((kind.command.partition(" "), kind) for kind in KINDS.values())
    return {name: kind for (first, _, name), kind in words if first == group and name}


def _kilobytes(text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = 0.0
    if not 0 < rate < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is not a rate: give KB a second, such as 100")
    return rate


def _digits(command: Parser) -> None:
    kinds = _named("digits")

    def which(args: argparse.Namespace) -> Answer:
        return command.error(f"choose one of {', '.join(kinds)} after the run")

    command.set_defaults(answer=which)
    text = DigitSample.model_fields["training"].description
    command.add_argument("training", metavar="RUN", help=text)
    under = command.add_subparsers(metavar="ACTION", parser_class=Parser)
    for name, kind in kinds.items():
        _serving(under, name, kind, but="training")


def _prompts(command: Parser) -> None:
    command.set_defaults(answer=lambda args: command.error("choose one of list, import"))
    under = command.add_subparsers(metavar="ACTION", parser_class=Parser)
    listing = _command(under, "list", "every prompt that needs no text encoder any more")
    listing.set_defaults(answer=commands.list_prompts)
    for name, kind in _named("prompts").items():
        _serving(under, name, kind)


def _runs(command: Parser) -> None:
    def which(args: argparse.Namespace) -> Answer:
        return command.error(f"choose one of {', '.join(ACTIONS)}")

    command.set_defaults(answer=which)
    under = command.add_subparsers(metavar="ACTION", parser_class=Parser)
    for name, (target, answer, text) in ACTIONS.items():
        action = _command(under, name, text)
        if target:
            action.add_argument("target", metavar=target)
        if name in ("export", "replay"):
            _places(action)
        if name == "export":
            action.add_argument("--sample", type=int, help="which of several [the best, or 0]")
        action.set_defaults(answer=answer)


def _command(under: Commands, name: str, text: str) -> Parser:
    command = under.add_parser(name, help=text, description=text)
    command.add_argument("--json", action="store_true", help="one JSON object on stdout")
    command.add_argument("--quiet", action="store_true", help="no progress on stderr")
    return command


def _places(command: Parser) -> None:
    command.add_argument("--run", metavar="FOLDER", help="where the run is recorded")
    command.add_argument("--out", metavar="FILE", help=OUT)
