"""What a command that serves a request does with its flags; returns its answer."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from engine import distributed_env, prompt_cache, runs
from engine.errors import BadInput
from engine.prompt_cache import Kept
from engine.runs.reader import Run
from engine.runs.run_state import RunState
from engine.specs import DigitSample, EmaLength, Evaluate, Generate, Spec, Train
from engine.specs.digits import FIGURES as DIGIT_FIGURES
from engine.specs.digits import OUTSIDE, OUTSIDE_SHEET, SHEET, DigitSpec
from engine.specs.ema import FIGURES as EMA_FIGURES
from engine.specs.evaluate import FIGURES
from tui import detach
from tui.cli import tables
from tui.cli.flags import build
from tui.cli.output import Answer, checked_out, print_line, reported, say, write_out
from tui.cli.progress import progress
from tui.cli.serve import record, serve

FIRST = Generate(prompt="a rocket on a blue background")
"""What is drawn where there is no terminal to open the app in."""


def draw(args: argparse.Namespace, kind: type[Spec]) -> Answer:
    """Serve a recorded spec; copy its pictures to --out."""
    spec = build(kind, args)
    out = checked_out(args.out)
    state = served(spec, args)
    copies = write_out(Run(state.folder), out)
    changes = tables.changes([*state.differences.values()])
    for line in (*tables.table(state.measured), *changes):
        print_line(line, args)
    answer = record(state)
    for file in copies or answer["files"]:
        print_line(str(file), args)
    seed = getattr(spec, "seed", None)
    return {**answer, "seed": seed, "out": [str(c) for c in copies]}, 0


def work(args: argparse.Namespace, kind: type[Spec]) -> Answer:
    """Serve a spec that leaves a trained model in its run folder, here or with --detach apart."""
    spec = build(kind, args)
    if getattr(args, "detach", False):
        return _detached(spec, args)
    state = served(spec, args)
    print_line(str(state.folder), args)
    return record(state), 0


def _detached(spec: Spec, args: argparse.Namespace) -> Answer:
    if distributed_env.count() > 1:
        raise BadInput("--detach starts one process: detach the launcher instead, with setsid")
    folder = detach.start(spec)
    name = folder.name if folder.parent == runs.root() else folder
    say(f"it trains in a process of its own; `diffuscope runs attach {name}` shows it")
    print_line(str(folder), args)
    return {"run": str(folder), "detached": True}, 0


def evaluate_cascade(args: argparse.Namespace, kind: type[Spec]) -> Answer:
    """What a judge says of a cascade; with --json everything that was measured."""
    spec = build(kind, args)
    assert isinstance(spec, Evaluate)
    state = served(spec, args)
    answer = {**record(state), **reported(state.reports, args)}
    if spec.part == "all":
        figures = Path(spec.out).expanduser() / FIGURES
        answer["evaluation"] = json.loads(figures.read_text("utf-8"))
    return answer, 0


def choose_ema(args: argparse.Namespace, kind: type[Spec]) -> Answer:
    """The errors of every EMA length, and the best one; with --json all figures."""
    spec = build(kind, args)
    assert isinstance(spec, EmaLength)
    state = served(spec, args)
    folder, figures = runs.open_run(spec.training).folder, dict[str, Any]()
    for part in dict.fromkeys(report.topic for report in state.reports):
        figures[part] = json.loads((folder / part / EMA_FIGURES).read_text("utf-8"))
        for line in tables.ema_lengths(part, figures[part]):
            print_line(line, args)
    answer = {**record(state), "run": str(folder), **reported(state.reports, args)}
    return {**answer, "ema": figures}, 0


def sample_digits(args: argparse.Namespace, kind: type[DigitSample]) -> Answer:
    """Digits as pictures of a run; all ten where none is named and the model knows them."""
    spec = runs.open_run(args.training).spec
    if isinstance(spec, Train) and spec.model == "class" and not hasattr(args, "digits"):
        args.digits = "all"
    return draw(args, kind)


def evaluate_digits(args: argparse.Namespace, kind: type[Spec]) -> Answer:
    """What a judge says of the model."""
    return _measured(args, kind, DIGIT_FIGURES, SHEET)


def test_noise_levels(args: argparse.Namespace, kind: type[Spec]) -> Answer:
    """What a denoiser makes of noise that it never learned from."""
    return _measured(args, kind, OUTSIDE, OUTSIDE_SHEET)


def _measured(args: argparse.Namespace, kind: type[Spec], figures: str, page: str) -> Answer:
    """What was found, line by line; with --json all figures. The page lies in the run's folder."""
    spec = build(kind, args)
    assert isinstance(spec, DigitSpec)
    state = served(spec, args)
    folder = runs.open_run(spec.training).folder
    answer: dict[str, Any] = {**record(state), "run": str(folder)}
    answer |= reported(state.reports, args)
    print_line(str(folder / page), args)
    numbers = json.loads((folder / figures).read_text("utf-8"))
    return {**answer, "files": [str(folder / page)], "figures": numbers}, 0


def list_prompts(args: argparse.Namespace) -> Answer:
    """One line an embedding, by prompt."""
    every = prompt_cache.kept()
    for one in every:
        print_line(f"{one.prompt!r:<60} {one.width:>5} {one.dtype:<9} {_origin(one)}", args)
    if not every:
        say(f"no prompts yet in {prompt_cache.folder()}")
    rows = [
        {"prompt": one.prompt, "width": one.width, "dtype": one.dtype, "encoder": one.encoder,
         "source": one.source, "file": str(one.file)}
        for one in every
    ]  # fmt: skip
    return {"folder": str(prompt_cache.folder()), "prompts": rows}, 0


def import_prompts(args: argparse.Namespace, kind: type[Spec]) -> Answer:
    """Import a file's; the prompts that it held."""
    state = served(build(kind, args), args)
    prompts = [report.found for report in state.reports]
    for prompt in prompts:
        print_line(repr(prompt), args)
    return {"imported": prompts}, 0


def _origin(one: Kept) -> str:
    return f"from {one.source}" if one.source else f"T5 {one.encoder[:10]}"


def first_picture() -> Answer:
    """One picture without a terminal, and how to open the app."""
    say(f"there is no terminal here, so this draws one picture: {FIRST.prompt!r}")
    with progress() as shown:
        state = serve(FIRST, None, shown)
    for file in state.results:
        sys.stdout.write(f"{file}\n")
    say("to open the app, run `diffuscope` (or `make run`) in a terminal")
    return record(state), 0


def served(spec: Spec, args: argparse.Namespace) -> RunState:
    """Serve a spec, in the folder of --run where it is recorded, with progress on stderr."""
    folder = Path(args.run).expanduser() if getattr(args, "run", None) else None
    with progress(args.quiet) as shown:
        return serve(spec, folder, shown)
