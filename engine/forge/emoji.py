"""Render a folder of captioned pictures from emoji art by many hands.

    python -m engine.forge.emoji OUT

installs the sets it knows by name (npm and, where it takes one from Debian, apt-get), renders on
all cores, tells how far it is, and goes on where it was broken off. With sets that the cascade is
never to see, to examine it:

    python -m engine.forge.emoji OUT --held-out

On a machine without a network it draws from a file that python -m engine.forge.pack wrote:

    python -m engine.forge.emoji OUT --drawings FILE.tar.xz

Other sets are folders of SVG, PNG or WebP files named by code point, or with Iconify's icons.json:

    python -m engine.forge.emoji OUT --set noto --set twemoji --set my/drawings

The folder is in the form that Hugging Face's `imagefolder` reads: PNG files and a `metadata.jsonl`
of `file_name`, `text`, and what the picture was made of; NOTICE says whose drawings they are.
"""

import argparse
import os
import sys
from pathlib import Path

from engine import files, vocabulary
from engine.errors import BadInput, Unavailable
from engine.forge import pack
from engine.forge.captions import bundled_table, spoken
from engine.forge.drawings import art, catalogue, credit, folder, install
from engine.forge.drawings.rendering import Recipe


def say(done: int, count: int, seconds: float) -> None:
    """Progress: in a terminal on one line, which is written over; elsewhere a line each time."""
    left = f"{seconds / 60:.0f} min left" if seconds >= 60 else f"{seconds:.0f} s left"
    line = f"rendered {done:,} of {count:,} pictures, {left if done < count else 'done'}"
    terminal = sys.stderr.isatty()
    sys.stderr.write(f"\r\x1b[K{line}" if terminal else line)
    if not terminal or done == count:
        sys.stderr.write("\n")
    sys.stderr.flush()


def fetching(line: str) -> None:
    """What is being fetched."""
    sys.stderr.write(f"{line}\n")


def tell(recipe: Recipe, out: Path) -> None:
    """Each set with licence, source and share of the concepts, on stderr; NOTICE and vocabulary."""
    concepts, sets = recipe.concepts(), recipe.opened(fetching)
    for known in sets:
        drawn = sum(bool(known.keys(concept)) for concept in concepts)
        sys.stderr.write(f"{known.name}: {drawn} of {len(concepts)}; {known.credit.line()[2:]}\n")
    files.make_folder(out)
    owed = credit.notice(known.credit for known in sets)
    files.write_bytes(out / credit.FILE, owed.encode())
    files.write_bytes(out / vocabulary.FILE, spoken(concepts).to_json().encode())


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(
        prog="python -m engine.forge.emoji", description="Render captioned pictures from emoji art"
    )
    made.add_argument("out", type=Path, help="folder to write, or to go on with")
    made.add_argument(
        "--set", action="append", dest="sets", metavar="NAME_OR_FOLDER",
        help=f"a set to draw from, again for more [{', '.join(catalogue.names(False))}]",
    )  # fmt: skip
    made.add_argument(
        "--held-out", action="store_true",
        help=f"draw from what is never trained on: {', '.join(catalogue.names(True))}",
    )  # fmt: skip
    made.add_argument(
        "--cache", type=Path, default=install.CACHE, help="where fetched sets are kept"
    )
    made.add_argument(
        "--drawings", type=Path, metavar="FILE",
        help="draw from what python -m engine.forge.pack wrote, without a network",
    )  # fmt: skip
    made.add_argument(
        "--size", type=int, default=art.SIDE, metavar="PX",
        help="side of the pictures: stage II's, 128 in the cpu recipe, 256 in the gpu one [128]",
    )  # fmt: skip
    made.add_argument("--concepts", type=Path, help="another table of concepts")
    made.add_argument("--count", type=int, default=36_000, help="number of pictures [36000]")
    made.add_argument("--seed", type=int, default=2718)
    made.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="[all cores]")
    return made


def main(arguments: list[str] | None = None) -> int:
    """Read the command line and render."""
    args = parser().parse_args(arguments)
    if not 32 <= args.size <= 1024 or args.count < 1 or args.processes < 1:
        parser().error("write a --size from 32 to 1024, and --count and --processes above 0")
    try:
        _render(args)
    except (BadInput, Unavailable) as error:
        sys.stderr.write(f"{_begun()}{error}\n")
        return 2 if isinstance(error, BadInput) else 3
    except KeyboardInterrupt:
        sys.stderr.write(f"{_begun()}broken off; the same command goes on\n")
        return 130
    return 0


def _begun() -> str:
    """What ends a line of progress that was not ended."""
    return "\n" if sys.stderr.isatty() else ""


def _render(args: argparse.Namespace) -> None:
    names = args.sets or catalogue.names(args.held_out)
    table = args.concepts.read_text("utf-8") if args.concepts else bundled_table()
    cache = pack.unpacked(args.drawings, args.cache) if args.drawings else args.cache
    recipe = Recipe(tuple(names), cache, table, args.size, args.seed)
    tell(recipe, args.out)
    rendering = folder.Rendering(args.out, recipe.told(), args.count)
    folder.render(rendering, recipe.renderer, args.processes, say)


if __name__ == "__main__":
    sys.exit(main())
