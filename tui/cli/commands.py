"""What each command does with its flags. Every one returns its JSON object and its exit code."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from engine import distributed_env, runs
from engine.errors import BadInput
from engine.events import Report
from engine.runs import compare, metadata
from engine.runs import replay as replaying
from engine.runs.export import export
from engine.runs.reader import Run
from engine.runs.run_state import RunState
from engine.specs import Evaluate, Generate, Spec
from engine.specs.evaluate import FIGURES
from tui import detach
from tui.cli import out_file, training
from tui.cli import tables as figures
from tui.cli.flags import build
from tui.cli.output import clean, say
from tui.cli.progress import progress
from tui.cli.serve import record, serve

Answer = tuple[dict[str, Any], int]

FIRST = Generate(prompt="a rocket on a blue background")
"""What is drawn where there is no terminal to open the app in."""


def draw(found: argparse.Namespace, kind: type[Spec]) -> Answer:
    """Serve a recorded spec; copy its pictures to --out."""
    spec = build(kind, found)
    out = out_file.checked(found.out)
    state = served(spec, found)
    copies = out_file.write(Run(state.folder), out)
    changes = figures.changes([*state.differences.values()])
    for line in (*figures.table(state.measured), *changes):
        print_line(line, found)
    for file in copies or state.results:
        print_line(str(file), found)
    seed = getattr(spec, "seed", None)
    return {**record(state), "seed": seed, "out": [str(c) for c in copies]}, 0


def work(found: argparse.Namespace, kind: type[Spec]) -> Answer:
    """Serve a spec that leaves a trained model in its run folder, here or with --detach apart."""
    spec = build(kind, found)
    if getattr(found, "detach", False):
        return _detached(spec, found)
    state = served(spec, found)
    print_line(str(state.folder), found)
    return record(state), 0


def _detached(spec: Spec, found: argparse.Namespace) -> Answer:
    if distributed_env.count() > 1:
        raise BadInput("--detach starts one process: detach the launcher instead, with setsid")
    folder = detach.start(spec)
    name = folder.name if folder.parent == runs.root() else folder
    say(f"it trains in a process of its own; `diffuscope runs attach {name}` shows it")
    print_line(str(folder), found)
    return {"run": str(folder), "detached": True}, 0


def evaluated(found: argparse.Namespace, kind: type[Spec]) -> Answer:
    """What a judge says of a cascade; with --json everything that was measured."""
    spec = build(kind, found)
    assert isinstance(spec, Evaluate)
    state = served(spec, found)
    answer = {**record(state), **reported(state.reports, found)}
    if spec.part == "all":
        figures = Path(spec.out).expanduser() / FIGURES
        answer["evaluation"] = json.loads(figures.read_text("utf-8"))
    return answer, 0


def doctor(found: argparse.Namespace, kind: type[Spec]) -> Answer:
    """Everything that was found, the terminal's part first."""
    from tui.cli.terminal_report import terminal

    spec = build(kind, found)
    with terminal(ask=not found.json) as first:
        reports = [*first, *serve(spec, None, lambda event: None).reports]
    return reported(reports, found), 0


def list_runs(found: argparse.Namespace) -> Answer:
    """One line a run, newest first."""
    listed = [_summary(run) for run in runs.list_runs()]
    for one in listed:
        print_line(f"{one['name']:<64} {one['state']:<10} {one['title']}", found)
    if not listed:
        say(f"no runs yet in {runs.root()}")
    return {"folder": str(runs.root()), "runs": listed}, 0


def show(found: argparse.Namespace) -> Answer:
    """A run's spec, its state and its pictures."""
    run = runs.open_run(found.target)
    for name, value in run.record.items():
        print_line(f"{name:<18} {value}", found)
    files = [str(p) for p in run.state.results]
    parts = training.lines(run.folder)
    done = "" if parts else f", {len(run.state.frames)} steps"
    print_line(f"{'state':<18} {runs.condition(run)}{done}", found)
    for name, line in parts:
        print_line(f"{name:<18} {line}", found)
    for file in files:
        print_line(f"{'picture':<18} {file}", found)
    return {**_summary(run), "spec": run.record, "steps": len(run.state.frames), "files": files}, 0


def write(found: argparse.Namespace) -> Answer:
    """A run as a picture, an animation or a contact sheet."""
    run, out = runs.open_run(found.target), out_file.checked(found.out)
    if out is None:
        raise BadInput("--out is missing: name a file that ends in .png, .sheet.png, .gif or .mp4")
    export(run, out, found.sample)
    print_line(str(out), found)
    return {"run": str(run.folder), "out": [str(out)]}, 0


def replay(found: argparse.Namespace) -> Answer:
    """Run a spec again and say whether the same bits came out (exit 0) or not (exit 1)."""
    document, source = _source(found.target)
    spec, out = metadata.spec_of(document), out_file.checked(found.out)
    folder = source.folder if isinstance(source, Run) else None
    state = served(replaying.request(spec, folder, say), found)
    same = _same(source, document, Run(state.folder))
    say(f"{'the same pixels' if same else 'other pixels'}: {state.folder}")
    old = str(document.get("model_fingerprint") or "")
    new = state.ready.fingerprint if state.ready else ""
    other = bool(old) and old != new
    if other:
        say(f"the model is another one: {old[:10]} then, {new[:10]} now")
    copies = [str(c) for c in out_file.write(Run(state.folder), out)]
    answer = {**record(state), "same": same, "other_model": other, "out": copies}
    return answer, 0 if same else 1


def first_picture() -> Answer:
    """One picture without a terminal, and how to open the app."""
    say(f"there is no terminal here, so this draws one picture: {FIRST.prompt!r}")
    with progress() as shown:
        state = serve(FIRST, None, shown)
    for file in state.results:
        sys.stdout.write(f"{file}\n")
    say("to open the app, run `diffuscope` (or `make run`) in a terminal")
    return record(state), 0


def _same(source: Run | Path, record: dict[str, Any], again: Run) -> bool:
    if isinstance(source, Run):
        tensors = compare.same_trajectory(source, again)
        return compare.same_pixels(source, again) and tensors is not False
    wanted = compare.pixels(source)
    sample = record.get("sample")
    made = again.folder.glob("*.png" if sample is None else f"*-{int(sample):02d}.png")
    return any(compare.pixels(path) == wanted for path in made)


def _source(name: str) -> tuple[dict[str, Any], Run | Path]:
    """What was asked then, and the bits to compare with, before the work of drawing them."""
    path = Path(name).expanduser()
    if not path.is_file():
        run = runs.open_run(name)
        compare.finished(run)
        return run.record, run
    record = metadata.read_png(path)
    if form := record.get(metadata.FORM):
        raise BadInput(f"{path} is a {form}: replay its run folder, or a picture of it")
    return record, path


def _summary(run: Run) -> dict[str, Any]:
    try:
        title = run.spec.title()
    except BadInput:
        title = str(run.record.get("kind"))
    return {
        "name": run.name,
        "folder": str(run.folder),
        "title": title,
        "state": runs.condition(run),
    }


def served(spec: Spec, found: argparse.Namespace) -> RunState:
    """Serve a spec, in the folder of --run where it is recorded, with progress on stderr."""
    folder = Path(found.run).expanduser() if getattr(found, "run", None) else None
    with progress(found.quiet) as shown:
        return serve(spec, folder, shown)


def reported(reports: list[Report], found: argparse.Namespace) -> dict[str, Any]:
    """Print findings, what to do about them below; and as JSON values."""
    for report in reports:
        print_line(f"{'✓' if report.ok else '✗'} {report.topic:<10} {report.found}", found)
        if report.advice:
            print_line(f"  {'':<10} → {report.advice}", found)
    names = ("topic", "ok", "found", "advice")
    return {"reports": [{n: getattr(r, n) for n in names} for r in reports]}


def print_line(line: str, found: argparse.Namespace) -> None:
    """A line of the answer; with --json there are none."""
    if not found.json and distributed_env.rank() == 0:
        sys.stdout.write(clean(line) + "\n")
