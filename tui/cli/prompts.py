"""`diffuscope prompts`: those whose embeddings are on the disk."""

import argparse

from engine import prompt_cache
from engine.prompt_cache import Kept
from engine.specs import Spec
from tui.cli.commands import Answer, print_line, served
from tui.cli.flags import build
from tui.cli.output import say


def listed(found: argparse.Namespace) -> Answer:
    """One line an embedding, by prompt."""
    every = prompt_cache.kept()
    for one in every:
        print_line(f"{one.prompt!r:<60} {one.width:>5} {one.dtype:<9} {_origin(one)}", found)
    if not every:
        say(f"no prompts yet in {prompt_cache.folder()}")
    rows = [
        {"prompt": one.prompt, "width": one.width, "dtype": one.dtype, "encoder": one.encoder,
         "source": one.source, "file": str(one.file)}
        for one in every
    ]  # fmt: skip
    return {"folder": str(prompt_cache.folder()), "prompts": rows}, 0


def brought(found: argparse.Namespace, kind: type[Spec]) -> Answer:
    """Import a file's; the prompts that it held."""
    state = served(build(kind, found), found)
    prompts = [report.found for report in state.reports]
    for prompt in prompts:
        print_line(repr(prompt), found)
    return {"imported": prompts}, 0


def _origin(one: Kept) -> str:
    return f"from {one.source}" if one.source else f"T5 {one.encoder[:10]}"
