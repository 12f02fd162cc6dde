"""A folder of rendered pictures: made in blocks, on several cores, and gone on with later."""

import json
import multiprocessing
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

from engine import files
from engine.errors import BadInput
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
        self.out.mkdir(parents=True, exist_ok=True)
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
            yield from map(json.loads, table.read_text("utf-8").splitlines())


def file_index(name: str) -> int:
    """The index in "012/0012345.png"."""
    return int(Path(name).stem)


def render(rendering: Rendering, make: Make, processes: int, say: Say) -> None:
    """Render what is missing; `make` gives each process its own renderer (it is pickled)."""
    spans, begun = rendering.blocks(), time.monotonic()
    left = sum(map(len, spans))
    done, missing = rendering.count - left, left
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, spawn, _begin, (make,)) as pool:
        waiting = {pool.submit(write_block, rendering.out, span) for span in spans}
        try:
            while waiting:
                ready, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                left -= sum(future.result() for future in ready)
                pace = (time.monotonic() - begun) / (missing - left)
                say(done + missing - left, rendering.count, left * pace)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    rendering.finish()


_own: list[Renderer] = []  # of this process


def _begin(make: Make) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # ctrl+c ends a block, and is said once
    _own[:] = [make()]


def write_block(out: Path, span: range, renderer: Renderer | None = None) -> int:
    """Write pictures `span` and then, at once, their rows; how many there are."""
    renderer, rows = renderer or _own[0], []
    for index in span:
        picture, row = renderer.sample(index)
        name = f"{index // PER_FOLDER:03d}/{index:07d}.png"
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        picture.save(out / name, compress_level=1)
        rows.append(json.dumps({"file_name": name, **row}) + "\n")
    files.write_bytes(out / f"metadata-{span.start:07d}.jsonl", "".join(rows).encode())
    return len(span)
