"""A folder of rendered pictures: made in blocks, on several cores, and gone on with later."""

import json
import math
import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Thread

from engine import files
from engine.errors import BadInput, Unavailable
from engine.forge.drawings.rendering import Renderer

BLOCK = 250
"""Pictures that are rendered in one go; a block that was broken off begins again."""
PER_FOLDER = 1000
ROWS = "metadata.jsonl"
MADE_OF = "rendered.json"
Make = Callable[[], Renderer]
Say = Callable[[int, int, float], None]
"""Hears of pictures done, of all, and of the seconds that are left."""


@dataclass(frozen=True)
class Rendering:
    """A folder in Hugging Face's imagefolder form: PNG files and their rows in metadata.jsonl.

    `recipe` says what the pictures are made of; a folder of another recipe is not gone on with.
    """

    out: Path
    recipe: dict[str, object]
    count: int

    def blocks(self) -> list[range]:
        """Those that are not there yet. Raises BadInput for a folder of another recipe."""
        note = self.out / MADE_OF
        said = json.dumps(self.recipe, indent=1) + "\n"
        if note.is_file() and note.read_text("utf-8") != said:
            raise BadInput(f"{self.out} holds pictures of another recipe; name another folder")
        files.make_folder(self.out)
        files.write_bytes(note, said.encode())
        there = {file_index(str(row["file_name"])) for row in self._rows()}
        spans = [range(a, min(a + BLOCK, self.count)) for a in range(0, self.count, BLOCK)]
        return [span for span in spans if not there.issuperset(span)]

    def finish(self) -> None:
        """All rows into one file, in order."""
        rows = {str(row["file_name"]): row for row in self._rows()}
        text = "".join(json.dumps(rows[name]) + "\n" for name in sorted(rows))
        files.write_bytes(self.out / ROWS, text.encode())
        for part in self.out.glob("metadata-*.jsonl"):
            part.unlink()

    def _rows(self) -> Iterator[dict[str, object]]:
        for table in sorted(self.out.glob("metadata*.jsonl")):
            try:
                yield from map(json.loads, table.read_text("utf-8").splitlines())
            except ValueError as error:
                raise BadInput(
                    f"{table} is damaged; delete it, and its block begins again"
                ) from error


def file_index(name: str) -> int:
    """The index in "012/0012345.png"."""
    return int(Path(name).stem)


def render(
    rendering: Rendering, make: Make, processes: int, say: Say, until: float = math.inf
) -> None:
    """Render what is missing; `make` gives each process its own renderer (it is pickled).

    After `until`, by time.monotonic(), no block is begun. Where this process ends or is stopped,
    the others end at once, in the middle of a block. Raises BadInput where the folder cannot be
    written, Unavailable where a process was killed.
    """
    spans, begun = rendering.blocks(), time.monotonic()
    left = missing = sum(map(len, spans))
    with _workers(processes, make) as pool:
        with _uninterrupted():
            waiting = {pool.submit(write_block, rendering.out, span, until) for span in spans}
        while waiting:
            ready, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            if done := sum(future.result() for future in ready):
                left -= done
                pace = (time.monotonic() - begun) / (missing - left)
                say(rendering.count - left, rendering.count, left * pace)
    if not spans:
        say(rendering.count, rendering.count, 0.0)
    rendering.finish()


@contextmanager
def _workers(count: int, make: Make) -> Iterator[ProcessPoolExecutor]:
    """Processes that end with this one, however it ends: its end of a pipe is then closed."""
    spawn = multiprocessing.get_context("spawn")
    theirs, ours = spawn.Pipe(duplex=False)
    with theirs, ours, ProcessPoolExecutor(count, spawn, _begin, (make, theirs)) as pool:
        try:
            yield pool
        except BaseException as error:
            ours.close()
            pool.shutdown(cancel_futures=True)
            if isinstance(error, BrokenProcessPool):
                raise Unavailable(
                    "a process of the renderer was killed, as happens where memory is short; the"
                    " same command goes on, and fewer --processes need less"
                ) from None
            raise


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Ctrl+c is ignored, also by the processes that begin meanwhile: it is for this one to say."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


_own: list[Make] = []  # of this process


def _begin(make: Make, lifeline: Connection) -> None:
    Thread(target=_end_with, args=(lifeline,), daemon=True).start()
    _own[:] = [cache(make)]  # made with the first block, so that what it raises is heard


def _end_with(lifeline: Connection) -> None:
    with suppress(EOFError, OSError):
        lifeline.recv_bytes()
    os._exit(1)


def write_block(
    out: Path, span: range, until: float = math.inf, renderer: Renderer | None = None
) -> int:
    """Write pictures `span` and then, at once, their rows; how many there are, none after `until`.

    Raises BadInput where they cannot be written.
    """
    if time.monotonic() > until:
        return 0
    renderer, rows = renderer or _own[0](), []
    for index in span:
        picture, row = renderer.sample(index)
        name = f"{index // PER_FOLDER:03d}/{index:07d}.png"
        try:
            (out / name).parent.mkdir(parents=True, exist_ok=True)
            picture.save(out / name, compress_level=1)
        except OSError as error:
            raise files.unwritable(out, error) from None
        rows.append(json.dumps({"file_name": name, **row}) + "\n")
    files.write_bytes(out / f"metadata-{span.start:07d}.jsonl", "".join(rows).encode())
    return len(span)
