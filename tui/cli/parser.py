"""The tree of answers. A command that serves a spec is one line of ``DRAWN`` or ``WORKED``."""

import argparse
import math
from collections.abc import Callable
from functools import partial
from importlib.metadata import version

from engine.specs import (
    KINDS,
    DigitEvaluate,
    DigitOod,
    DigitSample,
    Doctor,
    Evaluate,
    Forge,
    Open,
    Prompts,
    Spec,
    Train,
)
from tui.cli import attach, commands, digits, prompts
from tui.cli.flags import Parser, add_fields

DRAWN = {
    "generate": ("prompt", "text to image, both stages"),
    "denoise": ("image", "noise a picture and denoise it in every way, with measures"),
    "edit": ("image", "edit a picture by noising and sampling it (SDEdit) at several levels"),
    "inpaint": ("image mask", "draw anew what a mask shows white; the rest stays to the byte"),
    "anagram": ("first second third fourth", "one picture that is something else when turned"),
    "hybrid": ("low high", "one picture that is one thing from afar, another from near"),
    "compose": ("", "one picture of any terms: prompt, view, band, weight"),
}
WORKED: dict[str, tuple[type[Spec], str, Callable[..., commands.Answer], str]] = {
    "train": (Train, "model", commands.work, "train a digit model: denoiser, time or class"),
    "forge": (Forge, "folder", commands.work, "train a small cascade on captioned pictures"),
    "forge evaluate": (
        Evaluate, "folder", commands.evaluated, "measure a cascade, write its model card",
    ),
}  # fmt: skip
DIGITS: dict[str, tuple[type[Spec], Callable[..., commands.Answer], str]] = {
    "sample": (DigitSample, digits.sampled, "draw digits, every step kept"),
    "evaluate": (
        DigitEvaluate, digits.evaluated, "accuracy, Fréchet distance, entropy or PSNR, by a judge",
    ),
    "ood": (DigitOod, digits.tested, "the denoiser on noise that it never learned from"),
}  # fmt: skip
OUT = (
    "the finished picture as FILE.png; FILE.sheet.png lays it out, FILE.gif and FILE.mp4 show its"
    " steps, or an illusion turning (its steps: FILE.steps.gif, .steps.mp4, .steps.sheet.png)"
)
ACTIONS = {
    "list": ("", commands.list_runs, "every run, newest first"),
    "show": ("RUN", commands.show, "what was asked, how it ended, its pictures"),
    "export": ("RUN", commands.write, "--out FILE.png, .sheet.png, .gif, .mp4; .steps.gif ..."),
    "replay": ("RUN|PNG", commands.replay, "run it again: exit 0 when the same bits come out"),
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
    top.add_argument("--images", help="auto, half, kitty, sixel or off", metavar="WAY")
    top.add_argument(
        "--bandwidth", type=_kilobytes, help="what pictures may take of the link", metavar="KB/S"
    )
    top.add_argument("--color", help="auto, truecolor, 256, 16 or none", metavar="DEPTH")
    top.set_defaults(answer=None)
    under = top.add_subparsers(metavar="COMMAND", parser_class=Parser)
    for name, (positional, text) in DRAWN.items():
        one = _command(under, name, text)
        add_fields(one, KINDS[name], positional)
        _places(one)
        one.set_defaults(answer=partial(commands.draw, kind=KINDS[name]))
    for name, (spec, positional, answer, text) in WORKED.items():
        one = _command(under, name, text)
        add_fields(one, spec, positional)
        if spec.resumable:
            one.add_argument("--detach", action="store_true", help="train in a process of its own")
        one.set_defaults(answer=partial(answer, kind=spec))
    _digits(under.add_parser("digits", help="sample, evaluate or test a trained digit model"))
    _runs(_command(under, "runs", "list, show, attach, steer, export, replay"))
    _prompts(_command(under, "prompts", "those whose embeddings are kept: list, import"))
    look = _command(under, "doctor", "what was found on this machine, and what to do")
    add_fields(look, Doctor)
    look.set_defaults(answer=commands.doctor)
    return top


def _kilobytes(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = 0.0
    if not 0 < found < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is not a rate: give KB a second, such as 100")
    return found


def _digits(one: Parser) -> None:
    def which(found: argparse.Namespace) -> commands.Answer:
        return one.error(f"choose one of {', '.join(DIGITS)} after the run")

    one.set_defaults(answer=which)
    said = DigitSample.model_fields["training"].description
    one.add_argument("training", metavar="RUN", help=said)
    under = one.add_subparsers(metavar="ACTION", parser_class=Parser)
    for name, (spec, answer, text) in DIGITS.items():
        action = _command(under, name, text)
        add_fields(action, spec, but="training")
        if spec.has_run_folder:
            _places(action)
        action.set_defaults(answer=partial(answer, kind=spec))


def _prompts(one: Parser) -> None:
    one.set_defaults(answer=lambda found: one.error("choose one of list, import"))
    under = one.add_subparsers(metavar="ACTION", parser_class=Parser)
    listing = _command(under, "list", "every prompt that needs no text encoder any more")
    listing.set_defaults(answer=prompts.listed)
    bring = _command(under, "import", "take embeddings that were computed elsewhere")
    add_fields(bring, Prompts, "file")
    bring.set_defaults(answer=prompts.brought)


def _runs(one: Parser) -> None:
    def which(found: argparse.Namespace) -> commands.Answer:
        return one.error(f"choose one of {', '.join(ACTIONS)}")

    one.set_defaults(answer=which)
    under = one.add_subparsers(metavar="ACTION", parser_class=Parser)
    for name, (target, answer, text) in ACTIONS.items():
        action = _command(under, name, text)
        if target:
            action.add_argument("target", metavar=target)
        if name in ("export", "replay"):
            _places(action)
        if name == "export":
            action.add_argument("--sample", type=int, default=0, help="which of several [0]")
        action.set_defaults(answer=answer)


def _command(under: "argparse._SubParsersAction[Parser]", name: str, text: str) -> Parser:
    one = under.add_parser(name, help=text, description=text)
    one.add_argument("--json", action="store_true", help="one JSON object on stdout")
    one.add_argument("--quiet", action="store_true", help="no progress on stderr")
    return one


def _places(one: Parser) -> None:
    one.add_argument("--run", metavar="FOLDER", help="where the run is recorded")
    one.add_argument("--out", metavar="FILE", help=OUT)
