"""`diffuscope runs`: list, show, export and replay what was asked before."""

import argparse
from pathlib import Path
from typing import Any

from engine import runs
from engine.errors import BadInput
from engine.runs import compare, metadata
from engine.runs import replay as replaying
from engine.runs.export import export
from engine.runs.ranking import best_first
from engine.runs.reader import Run
from tui.cli import tables
from tui.cli.commands import served
from tui.cli.output import Answer, checked_out, print_line, say, write_out
from tui.cli.serve import record


def list_runs(args: argparse.Namespace) -> Answer:
    """One line a run, newest first."""
    listed = [_summary(run) for run in runs.list_runs()]
    for one in listed:
        print_line(f"{one['name']:<64} {one['state']:<10} {one['title']}", args)
    if not listed:
        say(f"no runs yet in {runs.root()}")
    return {"folder": str(runs.root()), "runs": listed}, 0


def show(args: argparse.Namespace) -> Answer:
    """A run's spec, its state and its pictures."""
    run = runs.open_run(args.target)
    for name, value in run.record.items():
        print_line(f"{name:<18} {value}", args)
    files = [str(run.state.results[sample]) for sample in best_first(run.state)]
    parts = tables.training(run.folder)
    done = "" if parts else f", {len(run.state.frames)} steps"
    print_line(f"{'state':<18} {runs.condition(run)}{done}", args)
    for name, line in parts:
        print_line(f"{name:<18} {line}", args)
    for file in files:
        print_line(f"{'picture':<18} {file}", args)
    steps, ranking = len(run.state.frames), tables.ranked(run.state)
    return {**_summary(run), "spec": run.record, "steps": steps, "files": files, **ranking}, 0


def export_run(args: argparse.Namespace) -> Answer:
    """A run as a picture, an animation or a contact sheet."""
    run, out = runs.open_run(args.target), checked_out(args.out)
    if out is None:
        raise BadInput("--out is missing: name a file that ends in .png, .sheet.png, .gif or .mp4")
    export(run, out, args.sample)
    print_line(str(out), args)
    return {"run": str(run.folder), "out": [str(out)]}, 0


def replay(args: argparse.Namespace) -> Answer:
    """Run a spec again and say whether the same bits came out (exit 0) or not (exit 1)."""
    document, source = _source(args.target)
    spec, out = metadata.spec_of(document), checked_out(args.out)
    folder = source.folder if isinstance(source, Run) else None
    state = served(replaying.request(spec, folder, say), args)
    same = _same(source, document, Run(state.folder))
    say(f"{'the same pixels' if same else 'other pixels'}: {state.folder}")
    old = str(document.get("model_fingerprint") or "")
    new = state.ready.fingerprint if state.ready else ""
    other = bool(old) and old != new
    if other:
        say(f"the model is another one: {old[:10]} then, {new[:10]} now")
    copies = [str(c) for c in write_out(Run(state.folder), out)]
    answer = {**record(state), "same": same, "other_model": other, "out": copies}
    return answer, 0 if same else 1


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
